"""The link in memory behaves as TCP does, and pushes back."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost, ConnectionRefusedError
from twisted.internet.interfaces import IConsumer, IHalfCloseableProtocol, IPushProducer, ITCPTransport
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.testing.clock import HeapClock
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.testing.wires.network import MemoryNetwork
from tests import strategies  # noqa: F401  (loads the profile)


class Heard(Protocol):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.told: list[Any] = []

    @property
    def content(self) -> bytes:
        """All that came."""
        return b"".join(self.chunks)

    def dataReceived(self, data: bytes) -> None:
        """Keep it."""
        self.chunks.append(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Keep why."""
        self.told.append(reason.type)


@implementer(IHalfCloseableProtocol)
class HalfHeard(Heard):
    """Keeps the halves, too."""

    def readConnectionLost(self) -> None:
        """Keep it."""
        self.told.append("read")

    def writeConnectionLost(self) -> None:
        """Keep it."""
        self.told.append("write")


@implementer(IPushProducer)
class Fountain:
    """Writes a kilobyte at a time for as long as it may."""

    def __init__(self, transport: Any, total: int) -> None:
        self.transport = transport
        self.left = total
        self.calls: list[str] = []
        self.flowing = True

    def resumeProducing(self) -> None:
        """Write until told not to."""
        self.calls.append("resume")
        self.flowing = True
        while self.flowing and self.left:
            self.left -= 1024
            self.transport.write(bytes(1024))
        if not self.left:
            self.transport.unregisterProducer()

    def pauseProducing(self) -> None:
        """No more for now."""
        self.calls.append("pause")
        self.flowing = False

    def stopProducing(self) -> None:
        """No more at all."""
        self.calls.append("stop")
        self.flowing = False
        self.left = 0


class Puller:
    """Writes 250 bytes when asked, three times."""

    def __init__(self, transport: Any) -> None:
        self.transport = transport
        self.asked: list[int] = []

    def resumeProducing(self) -> None:
        """Keep how much had not been taken."""
        self.asked.append(self.transport.buffered)
        if len(self.asked) < 4:
            self.transport.write(bytes(250))

    def stopProducing(self) -> None:
        """Keep it."""
        self.asked.append(-1)


class LinkTests(SynchronousTestCase):
    """Two protocols and a link."""

    def connect(self, left: Heard | None = None, right: Heard | None = None, **how: Any) -> None:
        """Join two protocols."""
        self.clock = HeapClock()
        self.left, self.right = left or Heard(), right or Heard()
        self.link = MemoryLink(self.clock, **how)
        self.link.connect(self.left, self.right)
        self.near, self.far = self.link.client, self.link.server

    def test_interfaces(self) -> None:
        """An end is a TCP transport, a consumer and a producer."""
        self.connect()
        for interface in (ITCPTransport, IConsumer, IPushProducer):
            verifyObject(interface, self.near)

    @given(st.binary(max_size=200), st.lists(st.integers(1, 50), max_size=20), st.integers(1, 60))
    def test_cut_anywhere(self, content: bytes, sizes: list[int], capacity: int) -> None:
        """Bytes arrive whole and in order, however they are cut and however little fits."""
        self.connect(segments=sizes, segment=7, capacity=capacity)
        self.near.writeSequence([content[:10], content[10:]])
        self.near.loseConnection()
        self.clock.advance(0)
        self.assertEqual(self.right.content, content)
        for chunk, size in zip(self.right.chunks, sizes, strict=False):
            self.assertLessEqual(len(chunk), size)
        self.assertEqual(self.right.told, [ConnectionDone])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_delay(self) -> None:
        """Bytes and the end take as long as was said."""
        self.connect(delay=0.25)
        self.near.write(b"late")
        self.near.loseConnection()
        self.clock.advance(0.249)
        self.assertEqual((self.right.content, self.left.told), (b"", [ConnectionDone]))
        self.clock.advance(0.001)
        self.assertEqual((self.right.content, self.right.told), (b"late", [ConnectionDone]))

    def test_a_paused_reader_pauses_the_producer(self) -> None:
        """Beyond the wire's capacity and the mark nothing is taken from a producer."""
        self.connect(capacity=10_000)
        self.far.pauseProducing()
        fountain = Fountain(self.near, 1 << 20)
        self.near.registerProducer(fountain, True)
        fountain.resumeProducing()
        self.clock.advance(1)
        self.assertEqual(fountain.calls, ["resume", "pause"])
        self.assertEqual((1 << 20) - fountain.left - self.near.buffered, 10_000)
        self.assertLessEqual(self.near.buffered, 65_536 + 1024)
        self.assertEqual(self.right.content, b"")
        self.far.resumeProducing()
        self.clock.advance(1)
        self.assertEqual(len(self.right.content), 1 << 20)

    def test_pull_producer(self) -> None:
        """A pull producer is asked once at first, and again when all was taken."""
        self.connect(capacity=100)
        puller = Puller(self.near)
        self.near.registerProducer(puller, False)
        self.clock.advance(1)
        self.assertEqual(puller.asked, [0, 0, 0, 0])
        self.assertEqual(len(self.right.content), 750)

    def test_close_waits_for_the_producer(self) -> None:
        """A close comes after what a producer has still to write."""
        self.connect(capacity=1000)
        fountain = Fountain(self.near, 200_704)
        self.near.registerProducer(fountain, True)
        fountain.resumeProducing()
        self.near.loseConnection()
        self.clock.advance(1)
        self.assertEqual((len(self.right.content), self.right.told), (200_704, [ConnectionDone]))

    def test_abort(self) -> None:
        """An abort loses what is on its way; the other end sees a loss and no end."""
        self.connect(left=HalfHeard(), right=HalfHeard(), delay=0.1)
        self.near.write(b"lost")
        self.clock.advance(0.05)
        self.near.abortConnection()
        self.near.abortConnection()
        self.assertEqual(self.left.told, [])
        self.clock.advance(1)
        self.assertEqual(self.left.told, [ConnectionAborted])
        self.assertEqual((self.right.content, self.right.told), (b"", [ConnectionLost]))

    def test_half_close(self) -> None:
        """One direction ends, the other goes on."""
        self.connect(left=HalfHeard(), right=HalfHeard())
        self.near.write(b"that is all")
        self.near.loseWriteConnection()
        self.clock.advance(0)
        self.near.write(b"too late")
        self.far.write(b"answer")
        self.clock.advance(0)
        self.assertEqual((self.left.told, self.right.told), (["write"], ["read"]))
        self.assertEqual((self.left.content, self.right.content), (b"answer", b"that is all"))
        self.far.loseConnection()
        self.clock.advance(0)
        self.assertEqual(self.left.told, ["write", "read"])
        self.near.loseConnection()
        self.assertEqual(self.left.told, ["write", "read", ConnectionDone])

    def test_unread_bytes_make_a_close_a_reset(self) -> None:
        """As with TCP: who closes with bytes unread breaks the connection."""
        self.connect()
        self.near.pauseProducing()
        self.far.write(b"never read")
        self.clock.advance(0)
        self.near.loseConnection()
        self.clock.advance(0)
        self.assertEqual((self.left.told, self.right.told), ([ConnectionDone], [ConnectionLost]))

    def test_writing_to_a_closed_end(self) -> None:
        """Is answered by a reset."""
        self.connect(right=HalfHeard())
        self.near.loseConnection()
        self.clock.advance(0)
        self.far.write(b"anybody there?")
        self.clock.advance(0)
        self.assertEqual(self.right.told, ["read", ConnectionLost])

    def test_stop_at_loss(self) -> None:
        """A producer is stopped when the connection is lost, and at once when it already was."""
        self.connect()
        fountain = Fountain(self.near, 1 << 20)
        self.near.registerProducer(fountain, True)
        self.far.abortConnection()
        self.clock.advance(0)
        late = Fountain(self.near, 1 << 20)
        self.near.registerProducer(late, True)
        self.assertEqual((fountain.calls, late.calls), (["stop"], ["stop"]))

    def test_only_bytes(self) -> None:
        """As with TCP."""
        self.connect()
        self.assertRaises(TypeError, self.near.write, bytearray(3))


class NetworkTests(SynchronousTestCase):
    """Endpoints in memory."""

    def test_meeting(self) -> None:
        """Who dials where somebody listens is connected; elsewhere, and afterwards, refused."""
        clock = HeapClock()
        network = MemoryNetwork(clock)
        port = self.successResultOf(network.server("10.0.0.1", 2050).listen(Factory.forProtocol(Heard)))
        dialled = network.client("10.0.0.1", 2050, source="10.0.0.9").connect(Factory.forProtocol(Heard))
        elsewhere = network.client("10.0.0.2", 2050).connect(Factory.forProtocol(Heard))
        clock.advance(0)
        client = self.successResultOf(dialled)
        self.failureResultOf(elsewhere, ConnectionRefusedError)
        server = network.links[0].server.protocol
        client.transport.write(b"hello")
        clock.advance(0)
        self.assertEqual(server.content, b"hello")
        self.assertEqual(
            (client.transport.getPeer().host, server.transport.getPeer().host), ("10.0.0.1", "10.0.0.9")
        )
        self.successResultOf(port.stopListening())
        afterwards = network.client("10.0.0.1", 2050).connect(Factory.forProtocol(Heard))
        clock.advance(0)
        self.failureResultOf(afterwards, ConnectionRefusedError)
