"""Transfers between ours and ours, and with the ancestor at either end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from twisted.internet.protocol import Protocol
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.errors import BadName, Gone, SessionError, SourceLost
from p2pstream.interfaces import IData
from p2pstream.limits import LIMITS
from p2pstream.protocols.classic.transfer import TransferClientFactory, TransferFactory, TransferSource
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.link import MemoryLink
from tests.protocols.classic.ancestor import AncestorClient, AncestorPeer
from tests.strategies import cuts

FILM = bytes(range(256)) * 2000


@implementer(IData)
class Shrunk:
    """A file that turns out to be shorter than it was."""

    seekable = True
    length: int | None = len(FILM)

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """A part, then the truth."""
        producer: Any = CollectingConsumer()
        producer.pauseProducing = producer.resumeProducing = producer.stopProducing = lambda: None
        consumer.registerProducer(producer, True)
        consumer.write(FILM[:1000])
        consumer.unregisterProducer()
        done: Deferred[int] = Deferred()
        done.errback(Gone("film.mp4 changed"))
        return done


SHARED: dict[str, Any] = {"film.mp4": FILM, "empty": b"", "show": b"s", "show.mkv": b"k", "shrunk": Shrunk()}


class Reader(AncestorClient):
    """A client that reads as fast as it is told."""

    #: Whether it takes a rest after each mouthful.
    sips = False

    def dataReceived(self, data: bytes) -> None:
        """A mouthful."""
        super().dataReceived(data)
        if self.sips:
            self.pause()

    def pause(self) -> None:
        """Read no more."""
        self.transport.pauseProducing()


class AskedTests(SynchronousTestCase):
    """A peer of ours."""

    def setUp(self) -> None:
        """One that shares some streams."""
        self.clock = HeapClock()
        self.node = FakeNode(self.clock, shared=SHARED)

    def ask(self, name: bytes, **link: Any) -> Reader:
        """Have it asked for a name."""
        self.reader = Reader(name)
        self.link = MemoryLink(self.clock, **link)
        self.link.connect(self.reader, TransferFactory(self.node).buildProtocol(None))
        self.clock.advance(0)
        return self.reader

    def assert_ended(self, received: bytes, ended: str) -> None:
        """All that came, how it ended, and that nothing is left."""
        self.assertEqual((self.reader.received, self.reader.ended), (received, ended))
        self.assertEqual((self.clock.getDelayedCalls(), self.node.lent), ([], 0))

    def test_whole(self) -> None:
        """A shared stream comes at once, to a clean end."""
        for segment in (1000, 65536):
            self.ask(b"film.mp4", segment=segment)
            self.assert_ended(FILM, "clean")
        ended = self.node.heard.named("transfer_ended")[0]
        self.assertEqual((ended["name"], ended["sent"]), ("film.mp4", len(FILM)))

    def test_empty(self) -> None:
        """An empty stream is a clean end."""
        self.ask(b"empty")
        self.assert_ended(b"", "clean")

    def test_half_close(self) -> None:
        """A client may end its side before, and while, it reads."""
        self.ask(b"sho")
        self.link.client.write(b"w")
        self.link.client.loseWriteConnection()
        self.clock.advance(0)
        self.assert_ended(b"s", "clean")

    def test_prefix_of_another_name(self) -> None:
        """A name that might go on is served after 60 ms."""
        self.ask(b"show")
        self.clock.advance(0.059)
        self.assertEqual(self.reader.received, b"")
        self.clock.advance(0.002)
        self.assert_ended(b"s", "clean")

    def test_terminators(self) -> None:
        """One line end, or the ancestor's padding, may stand behind a name."""
        for ending in (b"\n", b"\r\n", b"\0", b"\0" * 92):
            self.ask(b"film.mp4" + ending)
            self.assert_ended(FILM, "clean")

    def test_unknown(self) -> None:
        """What is not shared is a reset, without a byte, after the second that a name may take."""
        self.ask(b"nosuch")
        self.clock.advance(0.9)
        self.assertEqual(self.reader.ended, "")
        self.clock.advance(0.1)
        self.assert_ended(b"", "broken")
        self.assertEqual(self.node.heard.named("name_unknown")[0]["name"], "nosuch")

    def test_F55_F57_names_that_cannot_be(self) -> None:
        """Paths, marks and long names are resets like any unknown name; files elsewhere are never opened."""
        for name in ("../x", "/etc/passwd", "..\\x", "\u202egpj", ".hidden", "a" * 101, "a" * 255):
            self.ask(name.encode())
            self.clock.advance(1)
            self.assert_ended(b"", "broken")
            self.assertTrue(
                all(fields["reason"].isprintable() for fields in self.node.heard.named("name_bad"))
            )

    def test_F36_F57_no_names(self) -> None:
        """Too many bytes, control bytes and broken UTF-8 are resets at once."""
        for name in (b"a" * 256, b"a\0b", b"\x1b[2J", b"\xff"):
            self.ask(name)
            self.assert_ended(b"", "broken")

    def test_F39_silence(self) -> None:
        """Who says nothing for 5 s is reset; a byte now and then does not help."""
        self.ask(b"")
        self.clock.advance(5)
        self.assert_ended(b"", "broken")
        self.ask(b"x")
        for _ in range(9):
            self.clock.advance(0.1)
            self.link.client.write(b"x")
        self.clock.advance(0.1)
        self.assert_ended(b"", "broken")

    def test_a_file_that_changed(self) -> None:
        """What cannot be completed ends in a reset, never in a clean end."""
        self.ask(b"shrunk")
        self.assertEqual(self.reader.ended, "broken")
        self.assertEqual((self.clock.getDelayedCalls(), self.node.lent), ([], 0))
        self.assertIn("changed", self.node.heard.named("transfer_failed")[0]["reason"])

    def test_F41_a_client_that_never_reads(self) -> None:
        """After 30 s without a byte of progress it is reset, and the stream given back."""
        self.ask(b"", capacity=10_000)
        self.reader.pause()
        self.link.client.write(b"film.mp4")
        self.clock.advance(29.9)
        self.assertEqual((self.reader.ended, self.node.lent), ("", 1))
        self.clock.advance(0.2)
        self.assertEqual(self.reader.ended, "broken")
        self.assertEqual((self.clock.getDelayedCalls(), self.node.lent), ([], 0))

    def test_a_slow_client(self) -> None:
        """One that reads a little every now and then is served to the end."""
        self.ask(b"", capacity=100_000)
        self.reader.sips = True
        self.link.client.write(b"film.mp4")
        while not self.reader.ended:
            self.clock.advance(5)
            self.link.client.resumeProducing()
        self.assert_ended(FILM, "clean")
        self.assertGreater(self.clock.seconds(), 35)

    def test_a_client_that_talks_on(self) -> None:
        """What comes after the name is neither read as a name nor kept without bound."""
        self.ask(b"film.mp4", capacity=1000, delay=0.001)
        self.clock.advance(0.002)
        self.link.client.write(bytes(1_000_000))
        self.clock.advance(10)
        self.assertEqual(self.reader.received, FILM)
        self.assertEqual(self.node.lent, 0)

    def test_a_client_that_leaves(self) -> None:
        """A client that is gone midway costs nothing more."""
        self.ask(b"film.mp4", capacity=1000, delay=1.0)
        self.clock.advance(5)
        self.link.client.abortConnection()
        self.clock.advance(2)
        self.assertEqual((self.clock.getDelayedCalls(), self.node.lent), ([], 0))
        self.assertLess(self.node.heard.named("transfer_failed")[0]["sent"], len(FILM))

    def test_opening_takes_its_time(self) -> None:
        """While a slow disk opens the file, the client may leave, or is reset after 30 s."""
        for leave in (True, False):
            cancelled: list[object] = []
            opening: Deferred[IData] = Deferred(cancelled.append)
            self.node.open = lambda name, opening=opening: opening  # type: ignore[method-assign]
            self.ask(b"film.mp4")
            if leave:
                self.link.client.abortConnection()
                self.clock.advance(0)
            else:
                self.clock.advance(30)
            self.assertEqual(cancelled, [opening])
            self.assert_ended(b"", "broken")

    def test_a_bug_is_a_reset_too(self) -> None:
        """A node that raises what nobody expected is logged, and no clean end."""

        def broken(name: str) -> Any:
            raise TypeError(name)

        self.node.open = broken  # type: ignore[method-assign]
        self.ask(b"film.mp4")
        self.assert_ended(b"", "broken")
        self.assertEqual(len(self.flushLoggedErrors(TypeError)), 1)

    @given(st.binary(max_size=300).flatmap(cuts), st.floats(0, 0.5))
    def test_F37_arbitrary_bytes_at_every_cut(self, chunks: list[bytes], pause: float) -> None:
        """Nothing makes `dataReceived` raise; each connection ends by itself."""
        self.ask(b"")
        for chunk in chunks:
            self.link.client.write(chunk)
            self.clock.advance(pause)
        self.clock.advance(6)
        self.assertNotEqual(self.reader.ended, "")
        self.assertEqual((self.clock.getDelayedCalls(), self.node.lent), ([], 0))


class Talker(Protocol):
    """A peer that a test speaks for."""

    transport: Any
    heard = b""
    lost: Any = None

    def dataReceived(self, data: bytes) -> None:
        """Keep it."""
        self.heard += data

    def connectionLost(self, reason: Any = None) -> None:
        """Keep why."""
        self.lost = reason.type.__name__


class AskingTests(SynchronousTestCase):
    """A client of ours."""

    def dial(self, server: Callable[[HeapClock], Protocol], **link: Any) -> TransferSource:
        """Ask ``server`` for the film."""
        self.clock = HeapClock()
        self.server: Any = server(self.clock)
        client: Any = TransferClientFactory(FakeNode(self.clock), "film.mp4").buildProtocol(None)
        MemoryLink(self.clock, **link).connect(client, self.server)
        self.consumer = CollectingConsumer()
        return TransferSource(client)

    def test_ancestor_peer(self) -> None:
        """It is asked at once with the bare name; after a second it sends all and closes."""
        source = self.dial(lambda clock: AncestorPeer(clock, {b"film.mp4": FILM}))
        done = source.request(self.consumer)
        self.clock.advance(0)
        self.assertEqual(self.server.arrived, b"film.mp4")
        self.clock.advance(0.9)
        self.assertEqual(self.consumer.collected, b"")
        self.clock.advance(0.1)
        self.assertEqual(self.successResultOf(done), len(FILM))
        self.assertEqual(self.consumer.collected, FILM)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_ancestor_that_dies(self) -> None:
        """One that has not got the file after all is lost, not empty."""
        source = self.dial(lambda clock: AncestorPeer(clock, {}))
        done = source.request(self.consumer)
        self.clock.advance(1)
        self.assertIn("127.0.0.2", str(self.failureResultOf(done, SourceLost).value))

    def test_zero_and_one_byte(self) -> None:
        """The smallest streams are streams."""
        for content in (b"", b"x"):
            source = self.dial(lambda clock: Talker())
            done = source.request(self.consumer)
            self.clock.advance(0)
            self.server.transport.write(content)
            self.server.transport.loseConnection()
            self.clock.advance(0)
            self.assertEqual(self.successResultOf(done), len(content))

    def test_bytes_before_they_are_wanted(self) -> None:
        """What arrives before anybody asks for it waits, up to a bound that pushes back."""
        source = self.dial(lambda clock: Talker(), capacity=10_000)
        self.server.transport.write(FILM)
        self.clock.advance(1)
        self.assertGreater(self.server.transport.buffered, len(FILM) - 10_000 - LIMITS.inbox_bytes - 65_536)
        done = source.request(self.consumer)
        self.server.transport.loseConnection()
        self.clock.advance(0)
        self.successResultOf(done)
        self.assertEqual(self.consumer.collected, FILM)

    def test_a_peer_that_never_stops(self) -> None:
        """It goes on for as long as the consumer takes it; then it is hung up on."""
        source = self.dial(lambda clock: Talker())
        done = source.request(self.consumer)
        for _ in range(100):
            self.server.transport.write(bytes(100_000))
            self.clock.advance(0)
        self.assertNoResult(done)
        self.assertEqual(len(self.consumer.collected), 10_000_000)
        source.close()
        self.clock.advance(0)
        self.failureResultOf(done, SourceLost)
        self.assertEqual(self.server.lost, "ConnectionLost")
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_asked_once_for_everything(self) -> None:
        """It says what it can do, and does no more."""
        source = self.dial(lambda clock: Talker())
        self.assertEqual((source.ranged, source.proofs), (False, False))
        self.failureResultOf(source.request(self.consumer, 5), SessionError)
        source = self.dial(lambda clock: Talker())
        source.request(self.consumer).addErrback(lambda _: None)
        self.failureResultOf(source.request(CollectingConsumer()), SessionError)
        source.close()

    def test_names_that_are_never_sent(self) -> None:
        """Nobody is asked for what would kill an ancestor."""
        node = FakeNode(HeapClock(), limits=replace(LIMITS, classic_sent_name_bytes=5))
        for name in ("", "a" * 6, "../x", "a\0b"):
            self.assertRaises(BadName, TransferClientFactory, node, name)
