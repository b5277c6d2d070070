"""From one protocol to the next, and how a connection ends when nobody ends it."""

from __future__ import annotations

import socket
import struct
from typing import Any

from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.testing import StringTransport
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.testing.clock import HeapClock
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.transport.ends import as_address, peer_name, plain_socket
from p2pstream.transport.linger import reset_on_close
from p2pstream.transport.takeover import take_over


class Next(Protocol):
    """Keeps what it is told; may hang up at once."""

    def __init__(self, hang_up: str = "") -> None:
        self.told: list[Any] = []
        self._hang_up = hang_up

    def connectionMade(self) -> None:
        """Keep it."""
        self.told.append("made")
        if self._hang_up:
            getattr(self.transport, self._hang_up)()

    def dataReceived(self, data: bytes) -> None:
        """Keep it."""
        self.told.append(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Keep it."""
        self.told.append("lost")


@implementer(IHalfCloseableProtocol)
class HalfNext(Next):
    """Can go on when the other end is done."""

    def readConnectionLost(self) -> None:
        """Keep it."""
        self.told.append("read")

    def writeConnectionLost(self) -> None:
        """Keep it."""


class TakeOverTests(SynchronousTestCase):
    """A connection in memory whose server changes its mind about what it speaks."""

    def setUp(self) -> None:
        """A connection."""
        self.clock = HeapClock()
        self.link = MemoryLink(self.clock)
        self.link.connect(Protocol(), Protocol())

    def test_prefix_is_replayed(self) -> None:
        """The next protocol hears all from the start, and what follows."""
        protocol = Next()
        take_over(self.link.server, protocol, b"pre")
        self.link.client.write(b"fix")
        self.clock.advance(0)
        self.assertEqual(protocol.told, ["made", b"pre", b"fix"])
        self.assertIs(protocol.transport, self.link.server)

    def test_no_prefix(self) -> None:
        """No bytes are no dataReceived."""
        protocol = Next()
        take_over(self.link.server, protocol)
        self.assertEqual(protocol.told, ["made"])

    def test_hanging_up_at_once(self) -> None:
        """Who hangs up in connectionMade hears nothing more."""
        for how in ("loseConnection", "abortConnection"):
            self.setUp()
            protocol = Next(how)
            take_over(self.link.server, protocol, b"prefix", ended=True)
            self.assertEqual(protocol.told, ["made"])

    def test_ended(self) -> None:
        """That the other end is done is told again, or hung up about."""
        protocol = HalfNext()
        take_over(self.link.server, protocol, b"all", ended=True)
        self.assertEqual(protocol.told, ["made", b"all", "read"])
        whole = Next()
        take_over(self.link.client, whole, b"all", ended=True)
        self.clock.advance(0)
        self.assertEqual(whole.told, ["made", b"all", "lost"])

    def test_one_after_the_other(self) -> None:
        """Who takes over may hand on while it is told of the prefix; it hears no end then."""
        last = HalfNext()

        class Sieve(Next):
            def dataReceived(self, data: bytes) -> None:
                take_over(self.transport, last, data[1:])

        sieve = Sieve()
        take_over(self.link.server, sieve, b"_rest", ended=True)
        self.assertEqual((sieve.told, last.told), (["made"], ["made", b"rest"]))

    def test_beneath_a_wrapper(self) -> None:
        """Beneath TLS and its like, the wrapper stays and its protocol changes."""
        wrapper = ProtocolWrapper(WrappingFactory(None), Next())
        take_over(self.link.server, wrapper)
        protocol = Next()
        take_over(wrapper, protocol, b"in")
        self.link.client.write(b"side")
        self.clock.advance(0)
        self.assertEqual(protocol.told, ["made", b"in", b"side"])
        self.assertIs(protocol.transport, wrapper)


class SocketTransport(StringTransport):
    """A transport that rests on a real socket."""

    def __init__(self, found: socket.socket) -> None:
        super().__init__()
        self._found = found

    def getHandle(self) -> socket.socket:
        """The socket."""
        return self._found


class LingerTests(SynchronousTestCase):
    """What the kernel is told."""

    def test_on_and_off(self) -> None:
        """On is a reset at once; off is what it was."""
        with socket.socket() as found:
            transport = SocketTransport(found)
            for on in (True, False):
                reset_on_close(transport, on)
                option = found.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
                self.assertEqual(struct.unpack("ii", option), (on, 0))

    def test_nothing_there(self) -> None:
        """Without a socket, or with a closed one, nothing happens."""
        found = socket.socket()
        found.close()
        for transport in (StringTransport(), SocketTransport(found), MemoryLink(HeapClock()).client):
            reset_on_close(transport, True)


class EndsTests(SynchronousTestCase):
    """What is at the ends of a transport."""

    def test_names(self) -> None:
        """The other end in words, also where it has no address."""
        self.assertEqual(peer_name(MemoryLink(HeapClock()).client), "127.0.0.2:2050")
        self.assertEqual(peer_name(StringTransport(peerAddress=object())), "a peer without an address")
        self.assertIsNone(as_address(None))

    def test_socket_beneath_wrappers(self) -> None:
        """A wrapper's socket is the one that it rests on."""
        with socket.socket() as found:
            wrapper = ProtocolWrapper(WrappingFactory(None), Next())
            wrapper.transport = SocketTransport(found)
            self.assertIs(plain_socket(wrapper), found)
