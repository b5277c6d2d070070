"""What every stream protocol must keep, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING, Any

from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface.verify import verifyObject

from p2pstream.content.sniff import Sniff
from p2pstream.content.wants import Stream
from p2pstream.errors import P2PStreamError, SourceLost
from p2pstream.interfaces import ISource, IStreamProtocol
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.endpoints import Answering, MemoryEndpoint
from p2pstream.testing.wires.link import MemoryLink

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["ServedProtocolContract", "StreamProtocolContract"]

#: After so many seconds of silence any connection must have been given up.
_PATIENCE_S = 120.0


class Stranger(Protocol):
    """An end that says what it is told, whatever that means."""

    transport: Any

    def __init__(self) -> None:
        self.gone = False

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Noted."""
        self.gone = True


class ServedProtocolContract(_Case):
    """The half of it that concerns whoever serves; all of it for a protocol that nobody dials with.

    Mix it into a ``SynchronousTestCase``, and say which protocol is meant.

    :cvar want: a stream that is shared under that name, with these bytes.
    """

    want = Stream("film.mp4")
    shared = bytes(range(256)) * 1000

    def speech(self) -> IStreamProtocol:
        """The protocol."""
        raise NotImplementedError

    def preface(self) -> bytes:
        """All that a client sends before it is answered."""
        raise NotImplementedError

    def test_it_is_a_stream_protocol(self) -> None:
        """It provides the interface, and its name is one lower-case word."""
        speech = self.speech()
        verifyObject(IStreamProtocol, speech)
        self.assertTrue(speech.name.isidentifier() and speech.name.islower(), speech.name)
        self.assertIsInstance(speech.version, str)
        self.assertIsInstance(speech.fallback, bool)
        self.assertTrue(speech.alpn.isascii(), speech.alpn)

    def test_sniffing_its_own_preface(self) -> None:
        """No start of its own preface is refused; the whole is taken, unless it is the fallback."""
        speech, preface = self.speech(), self.preface()
        for length in range(1, len(preface)):
            self.assertIn(speech.sniff(preface[:length]), (Sniff.MORE, Sniff.YES), preface[:length])
        self.assertIs(speech.sniff(preface), Sniff.MORE if speech.fallback else Sniff.YES)

    def test_sniffing_is_pure(self) -> None:
        """The same bytes get the same verdict, and a certain one does not change with more bytes."""
        speech = self.speech()
        for junk in self.junk():
            certain = None
            for length in range(min(len(junk), 64) + 1):
                verdict = speech.sniff(junk[:length])
                self.assertIsInstance(verdict, Sniff)
                self.assertIs(speech.sniff(junk[:length]), verdict)
                self.assertIn(certain, (None, verdict), junk[:length])
                certain = None if verdict is Sniff.MORE else verdict

    def test_F37_server_survives_any_bytes(self) -> None:
        """Whatever comes in whatever pieces: nothing is raised, and the connection ends some time."""
        for junk in self.junk():
            clock = HeapClock()
            node = FakeNode(clock, shared={self.want.name: self.shared})
            stranger = Stranger()
            link = MemoryLink(clock, segments=(len(junk) % 7 + 1,) * 9)
            factory: Any = self.speech().server_factory(node)
            link.connect(stranger, factory.buildProtocol(None))
            link.client.write(junk)
            clock.advance(_PATIENCE_S)
            self.assertTrue(stranger.gone, junk)
            self.assertEqual((clock.getDelayedCalls(), node.lent), ([], 0), junk)

    def junk(self) -> Iterator[bytes]:
        """Bytes that strangers may send: nothing, noise, and almost the right thing."""
        chance, preface = Random(37), self.preface()
        yield b""
        yield bytes(100_000)
        yield preface + chance.randbytes(1000)
        for length in range(len(preface)):
            yield preface[:length]
            yield preface[:length] + chance.randbytes(20)
        for _ in range(50):
            yield chance.randbytes(chance.randrange(1, 400))


class StreamProtocolContract(ServedProtocolContract):
    """The whole: both ends, and what is between them."""

    def dial(self, answer: Any = None, **link: Any) -> tuple[HeapClock, FakeNode, Any]:
        """A clock, the serving node, and what `connect` gave, dialled over a `MemoryLink`."""
        clock = HeapClock()
        node = FakeNode(clock, shared={self.want.name: self.shared})
        speech = self.speech()
        endpoint = MemoryEndpoint(clock, answer or (lambda: Answering(speech, node)), **link)
        self.links = endpoint.links
        dialled = speech.connect(endpoint, self.want, FakeNode(clock))
        clock.advance(0)
        return clock, node, dialled

    def test_F37_client_survives_any_bytes(self) -> None:
        """The same when the other end answers with anything."""
        for junk in self.junk():
            server = Stranger()
            clock, _, dialled = self.dial(answer=lambda server=server: server)
            self.links[0].server.write(junk)
            self.links[0].server.loseConnection()
            dialled.addCallback(lambda source: source.request(CollectingConsumer()))
            dialled.addErrback(lambda failure: failure.trap(P2PStreamError))
            clock.advance(_PATIENCE_S)
            self.successResultOf(dialled)
            self.assertEqual(clock.getDelayedCalls(), [])

    def test_round_trip(self) -> None:
        """What one end shares the other receives, all of it, cut and delayed as it may be."""
        for link in ({}, {"segment": 1000}, {"capacity": 5000, "delay": 0.01}, {"segments": (1, 2, 3)}):
            clock, node, dialled = self.dial(**link)
            clock.advance(1)
            source = self.successResultOf(dialled)
            verifyObject(ISource, source)
            consumer = CollectingConsumer()
            done = source.request(consumer)
            clock.advance(60)
            self.assertEqual(self.successResultOf(done), len(self.shared))
            self.assertEqual(bytes(consumer.collected), self.shared)
            source.close()
            clock.advance(_PATIENCE_S)
            self.assertEqual((clock.getDelayedCalls(), node.lent), ([], 0))

    def test_closed_midway(self) -> None:
        """A source that is closed fails its request, and the other end gives the stream back."""
        clock, node, dialled = self.dial(capacity=1000, delay=0.01)
        clock.advance(0.1)
        source = self.successResultOf(dialled)
        done = source.request(CollectingConsumer())
        clock.advance(0.1)
        source.close()
        source.close()
        clock.advance(_PATIENCE_S)
        self.failureResultOf(done, SourceLost)
        self.assertEqual((clock.getDelayedCalls(), node.lent), ([], 0))

    def test_broken_midway(self) -> None:
        """A connection that breaks is a `SourceLost`, never the end of a stream."""
        clock, node, dialled = self.dial(capacity=1000, delay=0.01)
        clock.advance(0.1)
        consumer = CollectingConsumer()
        done = self.successResultOf(dialled).request(consumer)
        clock.advance(0.1)
        self.links[0].server.abortConnection()
        clock.advance(_PATIENCE_S)
        self.failureResultOf(done, SourceLost)
        self.assertLess(len(consumer.collected), len(self.shared))
        self.assertEqual((clock.getDelayedCalls(), node.lent), ([], 0))
