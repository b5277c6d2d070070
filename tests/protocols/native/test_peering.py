"""Peers over links in memory: the contract of a source, and what becomes of streams and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.content.ranges import Ranges
from p2pstream.content.sniff import Sniff
from p2pstream.content.units import UNIT
from p2pstream.content.wants import Stream, Units
from p2pstream.errors import P2PStreamError, Refused, SessionError, SourceLost
from p2pstream.limits import LIMITS
from p2pstream.protocols.link.family import Family
from p2pstream.protocols.link.framing import DIALLER_MAGIC
from p2pstream.protocols.link.protocol import dial
from p2pstream.protocols.native.plugin import Native
from p2pstream.protocols.native.plugin import protocol as native
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.unit_sources import LimitedSourceContract
from p2pstream.testing.proofs.units import FilmStream, HeardUnits
from p2pstream.testing.wires.endpoints import Answering, MemoryEndpoint

FILM = proven_film(10 * UNIT + 77)
LONG = proven_film(70 * UNIT + 5)


class Net:
    """A seed, and one who dials it."""

    def __init__(self, *streams: FilmStream, secrets: tuple[Any, Any] = (None, None), **link: Any) -> None:
        self.clock = HeapClock()
        self.streams = streams
        shared = {stream.key: stream for stream in streams}
        self.seed = FakeNode(self.clock, shared={}, streams=shared, secret=secrets[0])
        self.leech = FakeNode(self.clock, shared={}, secret=secrets[1])
        self.endpoint = MemoryEndpoint(self.clock, lambda: Answering(native, self.seed), **link)

    def dial(self, film: Any = FILM, seed: bool = False, id: bytes | None = None) -> Any:
        """What `connect` gave, a second later."""
        dialled = native.connect(self.endpoint, Units(film.key, seed, id), self.leech)
        self.clock.advance(1)
        return dialled

    def test_is_quiet(self, test: SynchronousTestCase) -> None:
        """Nothing is left: no timers, no watches, no open streams."""
        self.clock.advance(120)
        test.assertEqual(self.clock.getDelayedCalls(), [])
        for stream in self.streams:
            test.assertEqual(stream.watched, 0)


class _Looking:
    """Who speaks nothing over a link."""

    families: Sequence[Family] = ()
    speaker = None

    def happened(self, event: Any) -> None:
        """Nothing is done."""

    def ended(self, reason: P2PStreamError) -> None:
        """It is over."""


class NativeSourceTests(LimitedSourceContract, SynchronousTestCase):
    """A peer over a link in memory keeps the contract of a source."""

    def make_source(self, units: Ranges | None = None) -> Any:
        """Dialled, and ready."""
        self.net = Net(FilmStream(self.film, units), capacity=300_000)
        self.net.leech.downlink = self.downlink
        return self.successResultOf(self.net.dial(self.film))

    def move(self) -> None:
        """A second passes."""
        self.net.clock.advance(1)


class CutSourceTests(NativeSourceTests):
    """The same when the network cuts everything into small pieces."""

    def make_source(self, units: Ranges | None = None) -> Any:
        """Dialled, and ready."""
        self.net = Net(FilmStream(self.film, units), capacity=5000, segment=997, segments=(1,) * 400)
        self.net.leech.downlink = self.downlink
        return self.successResultOf(self.net.dial(self.film))


class ReadingTests(SynchronousTestCase):
    """A whole stream from one peer, in order, proven."""

    def read(self, net: Net, film: Any, start: int = 0, stop: int | None = None, seed: bool = False) -> bytes:
        """The bytes of a range, as they were delivered."""
        source = self.successResultOf(net.dial(film, seed))
        consumer = CollectingConsumer()
        done = source.request(consumer, start, stop)
        net.clock.advance(60)
        self.assertEqual(self.successResultOf(done), len(consumer.collected))
        source.close()
        net.test_is_quiet(self)
        return bytes(consumer.collected)

    def test_whole_streams(self) -> None:
        """Of many lengths, over links of many kinds."""
        for length in (0, 1, 16_384, UNIT, UNIT + 1, 4 * UNIT, 70 * UNIT + 5):
            film = proven_film(length)
            for link in ({}, {"segment": 1000}, {"capacity": 5000, "delay": 0.001}):
                for seed in (False, True):
                    net = Net(FilmStream(film), **link)
                    self.assertEqual(self.read(net, film, seed=seed), film.content, (length, link, seed))
                    self.assertEqual(net.streams[0].closed, 1)

    def test_ranges(self) -> None:
        """Any range, from the middle of a unit to the middle of another."""
        chance = Random(3)
        for _ in range(10):
            start = chance.randrange(len(LONG.content))
            stop = chance.randrange(start, len(LONG.content) + 1)
            self.assertEqual(self.read(Net(FilmStream(LONG)), LONG, start, stop), LONG.content[start:stop])

    def test_cut_at_every_byte(self) -> None:
        """The start of a link, cut anywhere once."""
        film = proven_film(3)
        for place in range(1, 420, 3):
            net = Net(FilmStream(film), segments=(place, 10_000, place))
            self.assertEqual(self.read(net, film), film.content, place)

    def lied(self, bad: FilmStream) -> tuple[Net, bytes]:
        """Who asked this for the film has left it; what came before that."""
        net, consumer = Net(bad), CollectingConsumer()
        done = self.successResultOf(net.dial(LONG)).request(consumer)
        net.clock.advance(10)
        self.failureResultOf(done, SourceLost)
        net.test_is_quiet(self)
        return net, bytes(consumer.collected)

    def test_pollution(self) -> None:
        """One bit is wrong: not a byte of that unit is delivered, and the sender is told why."""
        bad = FilmStream(LONG)
        content = bytearray(LONG.content)
        content[20 * UNIT + 5] ^= 1
        bad._data = type(bad._data)(bytes(content))
        net, came = self.lied(bad)
        self.assertLessEqual(len(came), 20 * UNIT)
        self.assertEqual(came, LONG.content[: len(came)])
        self.assertEqual(net.seed.doubted, [LONG.key])

    def test_bad_pages(self) -> None:
        """Hashes that are another film's convict whoever sent them."""
        bad = FilmStream(LONG)
        bad.film = proven_film(70 * UNIT + 5, 1)
        _, came = self.lied(bad)
        self.assertEqual(came, b"")

    def test_broken_midway(self) -> None:
        """A connection that breaks is a `SourceLost`, never the end of a stream."""
        net = Net(FilmStream(LONG), capacity=1000, delay=0.01)
        source = self.successResultOf(net.dial(LONG))
        done = source.request(CollectingConsumer())
        net.clock.advance(0.2)
        net.endpoint.links[0].server.abortConnection()
        net.clock.advance(1)
        self.failureResultOf(done, SourceLost)
        net.test_is_quiet(self)


class ServingTests(SynchronousTestCase):
    """What a seed does."""

    def test_a_stream_that_is_not_here(self) -> None:
        """It is refused in words, and the link is given up."""
        net = Net()
        fault = self.failureResultOf(net.dial(), Refused).value
        self.assertEqual(fault.code, Code.UNKNOWN_KEY)
        net.test_is_quiet(self)

    def test_a_seed_that_has_it_not(self) -> None:
        """What was asked before it answered is lost with it."""
        net = Net()
        dialled = native.connect(net.endpoint, Units(FILM.key, True), net.leech)
        source, listener = self.successResultOf(dialled), HeardUnits(FILM)
        source.listen(listener)
        self.assertEqual((list(source.units), source.room), ([(0, 11)], 4))
        source.ask(0, 4)
        net.clock.advance(1)
        assert listener.reason is not None
        self.assertTrue(listener.reason.check(Refused))
        net.test_is_quiet(self)

    def test_the_first_unit_takes_one_round_trip_after_the_dial(self) -> None:
        """A9: what is asked of a seed at once leaves with the first segment."""
        net = Net(FilmStream(FILM), delay=0.1, capacity=1 << 20)
        dialled = native.connect(net.endpoint, Units(FILM.key, True), net.leech)
        source, listener = self.successResultOf(dialled), HeardUnits(FILM)
        source.listen(listener)
        page = source.ask_hashes(2, 0, 16, 0)
        source.ask(0, 4, 0)
        net.clock.advance(0.201)
        self.assertEqual(self.successResultOf(page), FILM.tree.page(2, 0, 16, 0))
        net.clock.advance(0.2)
        self.assertEqual(set(listener.content), {0, 1, 2, 3})

    def test_units_that_come_and_go(self) -> None:
        """What is evicted is withdrawn, what arrives announced, soon."""
        stream = FilmStream(FILM, Ranges([(0, 3)]))
        net = Net(stream)
        source, listener = self.successResultOf(net.dial()), HeardUnits(FILM)
        source.listen(listener)
        for units in ([(1, 3)], [(1, 5)], [(1, 7), (9, 10)]):
            stream.has(Ranges(units))
        net.clock.advance(0.2)
        self.assertEqual(list(source.units), [(1, 7), (9, 10)])
        self.assertGreater(listener.changes, 0)

    def test_F08_a_file_that_changed(self) -> None:
        """Whoever asks is told that it is gone; nobody lied, and nothing wrong is accepted."""
        stream = FilmStream(FILM)
        net = Net(stream)
        source, listener = self.successResultOf(net.dial()), HeardUnits(FILM)
        source.listen(listener)
        stream.gone = True
        source.ask(0, 11)
        net.clock.advance(1)
        assert listener.reason is not None
        self.assertEqual(getattr(listener.reason.value, "code", None), Code.GONE)
        self.assertEqual(listener.content, {})
        self.assertEqual((stream.closed, stream.watched), (1, 0))

    def test_several_streams_on_one_link(self) -> None:
        """Each is asked for on its own, and left on its own."""
        net = Net(FilmStream(FILM), FilmStream(LONG))
        first = self.successResultOf(net.dial())
        peering = first._ended.func.__self__
        second = peering.source(LONG.key)
        self.assertRaises(SessionError, peering.source, LONG.key)
        heard = HeardUnits(FILM), HeardUnits(LONG)
        first.listen(heard[0])
        second.listen(heard[1])
        net.clock.advance(1)
        first.ask(0, 11)
        second.ask(0, 71)
        net.clock.advance(5)
        self.assertEqual((len(heard[0].content), len(heard[1].content)), (11, 71))
        first.close()
        net.clock.advance(1)
        self.assertIsNone(heard[1].reason)
        second.close()
        net.clock.advance(5)
        self.assertFalse(net.endpoint.links[0].client.connected)
        net.test_is_quiet(self)

    def test_one_who_went_while_the_stream_was_opened(self) -> None:
        """The stream is given back, or never had."""
        net = Net(FilmStream(FILM))
        dialled = native.connect(net.endpoint, Units(FILM.key), net.leech)
        dialled.cancel()
        self.failureResultOf(dialled)
        net.test_is_quiet(self)

    def test_closed_groups(self) -> None:
        """Only who proves the secret gets anything."""
        for secrets, works in (
            ((b"s", b"s"), True),
            ((b"s", None), False),
            ((b"s", b"t"), False),
            ((None, b"s"), False),
        ):
            stream = FilmStream(FILM)
            net = Net(stream, secrets=secrets)
            dialled = net.dial()
            net.clock.advance(20)
            if works:
                self.successResultOf(dialled).close()
            else:
                self.failureResultOf(dialled, P2PStreamError)
                self.assertEqual((stream.closed, stream.watched), (0, 0))
            net.test_is_quiet(self)

    def test_who_only_looks(self) -> None:
        """A central that dials a peer back speaks nothing with it: it is shown the id, and left.

        In a closed group the peer proves itself last, and does so before it hangs up.
        """
        for secret in (None, b"s"):
            net = Net(secrets=(secret, secret))
            looking = dial(net.endpoint, net.leech, lambda _: _Looking(), expected=net.seed.identity.id)
            net.clock.advance(1)
            link = self.successResultOf(looking)
            self.assertTrue(link.opposite is not None and link.opposite.authenticated, secret)
            self.assertIn("nothing that both of us speak", str(link.reason))
            net.test_is_quiet(self)

    def test_whoever_answers_must_be_the_one(self) -> None:
        """A peer of another id is left."""
        net = Net(FilmStream(FILM))
        self.successResultOf(net.dial(id=net.seed.identity.id)).close()
        self.failureResultOf(net.dial(id=net.leech.identity.id), P2PStreamError)
        net.test_is_quiet(self)

    def test_F41_one_who_does_not_read(self) -> None:
        """Without a byte of progress for 20 s the link is reset, and its stream given back."""
        stream = FilmStream(LONG)
        net = Net(stream)
        # The one who does not read does not mind that nothing comes.
        net.leech.limits = replace(LIMITS, link_ping_s=1000.0, link_dead_s=1000.0)
        source, listener = self.successResultOf(net.dial(LONG)), HeardUnits(LONG)
        source.listen(listener)
        net.endpoint.links[0].client.pauseProducing()
        source.ask(0, 71)
        net.clock.advance(19)
        self.assertEqual(stream.closed, 0)
        net.clock.advance(3)
        self.assertEqual((stream.closed, stream.watched), (1, 0))


class PluginTests(SynchronousTestCase):
    """The plugin."""

    def test_sniffing(self) -> None:
        """By its magic, and by nothing else."""
        for length in range(len(DIALLER_MAGIC)):
            self.assertIs(native.sniff(DIALLER_MAGIC[:length]), Sniff.MORE)
        self.assertIs(native.sniff(DIALLER_MAGIC), Sniff.YES)
        self.assertIs(native.sniff(DIALLER_MAGIC + b"more"), Sniff.YES)
        for other in (b"\x89PNG", b"GET / ", b"film.mp4", b"\x16\x03"):
            self.assertIs(native.sniff(other), Sniff.NO)

    def test_roles_and_wants(self) -> None:
        """Nothing is served on a central; names are not asked for."""
        node = FakeNode(HeapClock(), known={})
        self.assertIsNone(Native().server_factory(node))
        self.failureResultOf(
            native.connect(MemoryEndpoint(HeapClock(), None), Stream("x"), node), SessionError
        )
        self.assertRaises(SessionError, native.client_factory, node, Stream("x"))
        self.assertIsNotNone(
            native.client_factory(node, Units(FILM.key)).buildProtocol(IPv4Address("TCP", "10.0.0.1", 1))
        )

    def test_F37_any_bytes(self) -> None:
        """Whatever comes behind the magic: nothing is raised, and the connection ends."""
        chance = Random(37)
        for length in (0, 1, 5, 6, 100, 1000, 100_000):
            net = Net(FilmStream(FILM))
            dialled = native.connect(net.endpoint, Units(FILM.key), net.leech)
            net.endpoint.links[0].client.write(DIALLER_MAGIC + chance.randbytes(length))
            net.clock.advance(100)
            self.failureResultOf(dialled, P2PStreamError)
            net.test_is_quiet(self)
