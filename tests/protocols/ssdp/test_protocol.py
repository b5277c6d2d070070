"""The device with a socket, in memory."""

from __future__ import annotations

from ipaddress import IPv4Interface
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import CannotListenError, MulticastJoinError
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import CannotListen
from p2pstream.limits import LIMITS
from p2pstream.protocols.ssdp.messages import GROUP
from p2pstream.protocols.ssdp.protocol import SsdpProtocol, listen_multicast
from p2pstream.protocols.ssdp.session import SsdpSession
from p2pstream.testing.clock import HeapClock
from tests.protocols.ssdp.test_messages import DEVICE_HERE, headers, search

HOME, OTHER = IPv4Interface("192.168.1.7/24"), IPv4Interface("10.0.0.2/8")


class Socket:
    """A UDP socket in memory, as Twisted's for multicast are."""

    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []
        self.sent: list[tuple[str, bytes, Any]] = []
        self.through = ""
        self.refuses: set[str] = set()

    def setTTL(self, most: int) -> None:  # noqa: N802
        """How far it goes."""
        self.done.append(("ttl", most))

    def setLoopbackMode(self, on: bool) -> None:  # noqa: N802
        """Whether this machine hears it."""
        self.done.append(("loops", on))

    def setOutgoingInterface(self, host: str) -> Deferred[None]:  # noqa: N802
        """Where it goes to a group."""
        self.through = host
        return succeed(None)

    def joinGroup(self, group: str, host: str) -> Deferred[None]:  # noqa: N802
        """Hear a group there."""
        self.done.append(("join", group, host))
        return fail(MulticastJoinError(group, host)) if host in self.refuses else succeed(None)

    def leaveGroup(self, group: str, host: str) -> Deferred[None]:  # noqa: N802
        """Hear it no more."""
        self.done.append(("leave", group, host))
        return fail(MulticastJoinError(group, host))

    def write(self, raw: bytes, to: Any) -> None:
        """Send."""
        if self.through in self.refuses and to[0] == GROUP:
            raise OSError(101, "Network is unreachable")
        self.sent.append((self.through if to[0] == GROUP else "", raw, to))

    def stopListening(self) -> Deferred[None]:
        """No more."""
        self.done.append(("stop",))
        return succeed(None)


class ProtocolTests(SynchronousTestCase):
    def setUp(self) -> None:
        """One that was just given its socket."""
        self.clock, self.socket = HeapClock(), Socket()
        self.interfaces = [HOME]
        session = SsdpSession(DEVICE_HERE, Random(1))
        self.protocol = SsdpProtocol(session, lambda: self.interfaces, self.clock)

    def begin(self) -> None:
        """It is given its socket, and says that it is there."""
        self.protocol.makeConnection(self.socket)  # type: ignore[arg-type]
        self.clock.advance(1.0)

    def take(self) -> list[tuple[str, bytes, Any]]:
        """What was sent since."""
        sent, self.socket.sent = self.socket.sent, []
        return sent

    def test_begins(self) -> None:
        """It is in the group on each network, goes not far, and says twice that it is there."""
        self.begin()
        self.assertEqual(self.socket.done, [("ttl", 2), ("loops", True), ("join", GROUP, "192.168.1.7")])
        sent = self.take()
        self.assertEqual({through for through, _, _ in sent}, {"192.168.1.7"})
        self.assertEqual(len(sent), 2 * len(DEVICE_HERE.targets))

    def test_answers(self) -> None:
        """At its moment, to whoever asked alone."""
        self.begin()
        self.take()
        self.protocol.datagramReceived(search(), ("192.168.1.9", 50000))
        self.assertEqual(self.take(), [])
        self.clock.advance(2.0)
        ((_, raw, to),) = self.take()
        self.assertEqual((raw[:15], to), (b"HTTP/1.1 200 OK", ("192.168.1.9", 50000)))

    def test_cables(self) -> None:
        """A network that comes is joined and told, and one that goes is left."""
        self.begin()
        self.take()
        self.interfaces = [OTHER]
        self.clock.advance(LIMITS.ssdp_look_s)
        self.assertEqual(
            self.socket.done[-2:], [("leave", GROUP, "192.168.1.7"), ("join", GROUP, "10.0.0.2")]
        )
        self.assertEqual({through for through, _, _ in self.take()}, {"10.0.0.2"})

    def test_bounded(self) -> None:
        """Of a thousand addresses only so many have a network worth telling."""
        self.interfaces = [IPv4Interface(f"10.0.{number}.1/24") for number in range(1000 >> 2)]
        self.begin()
        joined = [each for each in self.socket.done if each[0] == "join"]
        self.assertEqual(len(joined), LIMITS.ssdp_interfaces)

    def test_a_network_that_is_down(self) -> None:
        """It costs the others nothing."""
        self.interfaces = [HOME, OTHER]
        self.socket.refuses = {"192.168.1.7"}
        self.begin()
        self.assertEqual({through for through, _, _ in self.take()}, {"10.0.0.2"})

    def test_leaves(self) -> None:
        """It says so, closes its socket, and leaves no timer."""
        self.begin()
        self.take()
        self.successResultOf(self.protocol.leave())
        self.assertEqual({headers(raw)["NTS"] for _, raw, _ in self.take()}, {"ssdp:byebye"})
        self.assertEqual(self.socket.done[-1], ("stop",))
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.successResultOf(self.protocol.leave())
        self.assertEqual(self.take(), [])


class ListeningTests(SynchronousTestCase):
    def test_port_taken(self) -> None:
        """By a program that lets nobody beside it: in one line."""

        class Full:
            def listenMulticast(self, port: int, *_: Any, **__: Any) -> None:  # noqa: N802
                raise CannotListenError("", port, OSError(98, "Address already in use"))

        fault = self.assertRaises(CannotListen, listen_multicast, Full(), None)
        self.assertEqual(str(fault), "cannot listen on UDP port 1900: address already in use")
