"""A peer that televisions find, while it runs."""

from __future__ import annotations

from ipaddress import IPv4Interface
from types import SimpleNamespace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.peer.dials import Dials
from p2pstream.roles import on_screens
from p2pstream.roles.on_screens import OnScreens, interfaces_of
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.library import MemoryLibrary
from p2pstream.testing.node import FakeNode
from tests.protocols.ssdp.test_protocol import Socket

FOUND = tuple(map(IPv4Interface, ("127.0.0.1/8", "192.168.1.7/24", "10.0.0.2/8")))


class Inner:
    """What is run."""

    address = Address("192.168.1.7", 2051)

    def __init__(self, done: list[str]) -> None:
        self._done = done
        self.stopping: Deferred[None] = Deferred()

    def privilegedStartService(self) -> None:
        """Listen."""
        self._done.append("listens")

    def startService(self) -> None:
        """Serve."""
        self._done.append("serves")

    def stopService(self) -> Deferred[None]:
        """Stop when the test says so."""
        self._done.append("stops")
        return self.stopping

    def look_again(self) -> None:
        """Look."""
        self._done.append("looks")


class Reactor(HeapClock):
    """A clock, and multicast."""

    def __init__(self, refuses: bool = False) -> None:
        super().__init__()
        self.socket = Socket()
        self._refuses = refuses

    def listenMulticast(self, port: int, protocol: Any, **_: Any) -> None:  # noqa: N802
        """See Twisted."""
        if self._refuses:
            raise CannotListenError("", port, OSError(98, "Address already in use"))
        protocol.makeConnection(self.socket)


class OnScreensTests(SynchronousTestCase):
    def make(self, secret: bytes | None = None, refuses: bool = False) -> OnScreens:
        """One of a machine on two networks."""
        self.patch(on_screens, "own_interfaces", lambda: FOUND)
        self.reactor = Reactor(refuses)
        self.node, self.done = FakeNode(self.reactor, shared={}, secret=secret), list[str]()
        node = self.node
        ground: Any = SimpleNamespace(
            reactor=self.reactor,
            limits=node.limits,
            identity=node.identity,
            secret=secret,
            events=node.events,
            random=node.random,
            wall_ms=lambda: 1_800_000_000_000,
        )
        self.inner = Inner(self.done)
        return OnScreens(self.inner, ground, node, MemoryLibrary(), Dials(self.reactor), "")

    def test_life(self) -> None:
        """It is found once it serves, and says that it goes before it stops."""
        screens = self.make()
        self.assertIn(b"dlna", self.node.resources)
        screens.privilegedStartService()
        self.assertEqual((self.done, self.reactor.socket.sent), (["listens"], []))
        screens.startService()
        screens.look_again()
        self.assertEqual(self.done, ["listens", "serves", "looks"])
        through, raw, _ = self.reactor.socket.sent[0]
        self.assertIn(b"NTS: ssdp:alive", raw)
        self.assertIn(f"http://{through}:2051/dlna/device.xml".encode(), raw)
        self.assertEqual({each[0] for each in self.reactor.socket.sent}, {"192.168.1.7", "10.0.0.2"})
        self.assertEqual(len(self.node.heard.named("dlna_shown")), 1)
        self.reactor.socket.sent.clear()
        stopped = screens.stopService()
        self.assertIn(b"NTS: ssdp:byebye", self.reactor.socket.sent[0][1])
        self.assertNoResult(stopped)
        self.inner.stopping.callback(None)
        self.successResultOf(stopped)
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_not_found(self) -> None:
        """In a closed group, or where the port cannot be had, it says why, and serves all the same."""
        for given, why in (({"secret": b"s" * 32}, "closed group"), ({"refuses": True}, "UDP port 1900")):
            screens = self.make(**given)  # type: ignore[arg-type]
            screens.startService()
            (told,) = self.node.heard.named("dlna_not_shown")
            self.assertIn(why, str(told["reason"]))
            self.assertEqual(self.done, ["serves"])
            stopped = screens.stopService()
            self.inner.stopping.callback(None)
            self.successResultOf(stopped)


class InterfaceTests(SynchronousTestCase):
    def told(self, host: str, found: Any = FOUND) -> list[str]:
        """Of one that listens there."""
        self.patch(on_screens, "own_interfaces", lambda: found)
        return [str(each) for each in interfaces_of(host)]

    def test_everywhere(self) -> None:
        """On all networks that lead to others."""
        for host in ("", "0.0.0.0", "::"):
            self.assertEqual(self.told(host), ["192.168.1.7/24", "10.0.0.2/8"])

    def test_one(self) -> None:
        """On that of its only address, as it is now; loopback's too, where it is meant."""
        self.assertEqual(self.told("10.0.0.2"), ["10.0.0.2/8"])
        self.assertEqual(self.told("127.3.2.1"), ["127.3.2.1/8"])
        for host in ("10.0.0.3", "172.16.0.1", "::1", "fd00::1"):
            self.assertEqual(self.told(host), [], host)

    def test_untold(self) -> None:
        """Where the system does not tell, on that of the address that we go out from."""
        self.patch(on_screens, "told_host", lambda _: "192.168.7.7")
        self.assertEqual(self.told("", None), ["192.168.7.7/24"])
        self.assertEqual(self.told("10.0.0.2", None), ["10.0.0.2/24"])
        self.assertEqual(self.told("127.3.2.1", None), ["127.3.2.1/8"])
        self.assertEqual(self.told("::1", None), [])
