"""A film by way of the user's own running peer, and what happens when that goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import FileKey
from p2pstream.content.links import Link
from p2pstream.content.listed import CLASSIC, NATIVE, ListedPeer
from p2pstream.content.names import NameTable
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.data.hasher import ThreadHasher
from p2pstream.data.state import StateFolder
from p2pstream.data.store import Store
from p2pstream.errors import NoSource, NotFound, NotShared
from p2pstream.limits import LIMITS
from p2pstream.peer.doorstep import Doorstep
from p2pstream.peer.downloads import Downloads, fingerprint
from p2pstream.peer.known import Known
from p2pstream.peer.node import PeerNode
from p2pstream.peer.own_streams import OwnStreams
from p2pstream.peer.player_node import PlayerNode
from p2pstream.peer.resident_stream import ResidentStream, fetch_through
from p2pstream.peer.streams import OpenStream, Streams
from p2pstream.protocols.node import Means
from p2pstream.protocols.resident.asking import Resident
from p2pstream.protocols.resident.messages import Fetch
from p2pstream.protocols.resident.serving import ResidentFactory
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.consumers import CollectingConsumer
from p2pstream.testing.endpoints import MemoryEndpoint
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.proven import proven_film
from p2pstream.testing.units import FilmStream
from p2pstream.testing.workers import InlineWorkers
from tests.peer.viewing import LINK, OTHER, SEED, Central, Speech, listed


class NoShares:
    """An empty share."""

    offers = NameTable()


class SharedFilms:
    """What lies in a folder that is shared."""

    def __init__(self) -> None:
        self.films: dict[FileKey, FilmStream] = {}

    def __contains__(self, key: object) -> bool:
        """Whether it does."""
        return key in self.films

    def open(self, key: FileKey) -> Deferred[Any]:
        """For one reader."""
        return succeed(self.films[key])


class ResidentPeer:
    """A peer that runs on a folder of state, without a socket."""

    def __init__(
        self, clock: HeapClock, folder: Path, speech: Speech, central: Central, secret: bytes | None = None
    ) -> None:
        self.sent = 7
        self.clock, self.workers = clock, InlineWorkers()
        self.disk = StateFolder(folder)
        self.store = Store(self.disk, self.workers, clock)
        self.told = HeardEvents()
        self.own, self.shared = OwnStreams(), SharedFilms()
        shares: Any = NoShares()
        self.node = PeerNode(Means(clock, self.told, self.workers, Random(3), secret=secret), shares)
        loaded: Any = speech
        self.downloads = Downloads(
            self.node,
            loaded,
            lambda *_: central,
            self.store,
            ThreadHasher(self.workers, LIMITS),
            dict,
            Known(self.disk, "peer/known", self.workers, lambda: 0),
            Doorstep(self.node),
            self.own,
            self.shared,
        )
        self.factory = ResidentFactory(self.downloads.open, lambda: self.sent, clock, lambda transport: True)
        self.endpoint = MemoryEndpoint(clock, lambda: self.factory.buildProtocol(None))
        self.resident = Resident(self.endpoint, lambda transport: True)

    def stop(self) -> Deferred[None]:
        """As a service."""
        self.factory.hang_up()
        return self.downloads.close()


class ResidentCase(SynchronousTestCase):
    secret: bytes | None = None

    def setUp(self) -> None:
        """A central that knows a seed, and a peer of this user that fetches nothing yet."""
        self.film = proven_film(9 * UNIT + 7)
        self.clock, self.heard = HeapClock(), HeardEvents()
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        self.speech = Speech({self.film.key: self.film})
        self.central = Central([listed(self.film, ListedPeer(SEED, flags=NATIVE))])
        self.begin()
        #: What was fetched without it.
        self.alone: list[Link] = []

    def begin(self) -> None:
        """Start it."""
        self.peer = ResidentPeer(self.clock, self.folder / "state", self.speech, self.central, self.secret)
        self.addCleanup(self.peer.disk.close)

    def fetch_alone(self, link: Link) -> Deferred[OpenStream]:
        """As a command does."""
        self.alone.append(link)
        disk = StateFolder(self.folder / "state")
        self.addCleanup(disk.close)
        workers = InlineWorkers()
        node = PlayerNode(Means(self.clock, self.heard, workers, Random(4)))
        store = Store(disk, workers, self.clock)
        speech: Any = self.speech
        return Streams(node, speech, store=store, ask=lambda *_: self.central).open(link, self.into)

    into: str | None = None

    def opening(self, **wanted: Any) -> Deferred[OpenStream]:
        """Ask for the film."""
        self.into = wanted.get("into")
        asked = fetch_through(
            self.peer.resident, Fetch(str(LINK), **wanted), self.fetch_alone, self.heard, self.clock
        )
        return Deferred.fromCoroutine(asked)

    def opened(self, **wanted: Any) -> Any:
        """It is open."""
        opening = self.opening(**wanted)
        self.clock.run_until(lambda: opening.called, 60.0)
        stream = self.successResultOf(opening)
        self.addCleanup(stream.close)
        return stream

    def send(self, done: Callable[[], bool], rounds: int = 200) -> None:
        """Peers send what they are asked for, until this is so."""
        for _ in range(rounds):
            if done():
                return
            for peer in self.speech.peers:
                peer.step()
            self.clock.advance(0.05)
        raise AssertionError("it never was so")

    def close(self, stream: Any) -> None:
        """Close it, and let the other end notice."""
        self.successResultOf(stream.close())
        self.clock.advance(0.1)


class ThroughTests(ResidentCase):
    def test_watched(self) -> None:
        """Every byte is the film's; it lies in the peer's store, and nothing was fetched here."""
        stream = self.opened()
        self.assertIsInstance(stream, ResidentStream)
        reader = CollectingConsumer()
        reading = stream.data.read_to(reader)
        self.send(lambda: stream.done.called and reading.called)
        self.successResultOf(stream.done)
        self.assertEqual(self.successResultOf(reading), len(self.film.content))
        self.assertTrue(bytes(reader.collected) == self.film.content)
        self.assertTrue(stream.data.complete)
        self.assertEqual(self.peer.store.keys(), [self.film.key])
        self.assertEqual(self.alone, [])
        self.close(stream)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_told(self) -> None:
        """What happens there is told here, and how it stands is what is shown."""
        stream = self.opened()
        self.send(lambda: stream.done.called)
        for event in ("lookup_started", "lookup_done", "resident_found", "source_connected", "fetched"):
            self.assertEqual(len(self.heard.named(event)), 1, event)
        now = stream.view.snapshot()
        self.assertEqual((now.name, now.length, now.verified), (LINK.name, len(self.film.content), True))
        self.assertEqual([source.address for source in now.sources], [str(SEED)])
        self.assertEqual(now.sources[0].received, len(self.film.content))
        self.assertIsNone(now.awaited)

    def test_kept(self) -> None:
        """What is to be a file is one, moved there by the peer."""
        path = self.folder / "film.mp4"
        stream = self.opened(into=str(path))
        self.send(lambda: stream.done.called)
        self.successResultOf(stream.done)
        self.assertTrue(path.read_bytes() == self.film.content)
        self.assertEqual(self.heard.named("saved"), [{"path": str(path), "length": self.film.key.length}])
        self.assertEqual(self.peer.store.keys(), [])

    def test_two_are_one(self) -> None:
        """Whoever else wants it has what is here, and nothing is asked for twice; each ends alone."""
        one, two = self.opened(), self.opened()
        readers = CollectingConsumer(), CollectingConsumer()
        readings = [each.data.read_to(reader) for each, reader in zip((one, two), readers, strict=True)]
        self.send(lambda: all(reading.called for reading in readings))
        for reader in readers:
            self.assertTrue(bytes(reader.collected) == self.film.content)
        self.assertEqual([peer.sent for peer in self.speech.peers], [self.film.key.units])
        self.close(one)
        self.assertEqual(len(self.peer.downloads._fetches), 1)
        self.close(two)
        self.assertEqual(self.peer.downloads._fetches, {})

    def test_one_leaves(self) -> None:
        """The other goes on, also when the one had it halted."""
        one, two = self.opened(), self.opened()
        self.successResultOf(one.stop())
        self.clock.advance(0.1)
        self.close(one)
        self.send(lambda: two.done.called)
        self.successResultOf(two.done)
        self.assertEqual(self.alone, [])

    def test_halted(self) -> None:
        """Where all have had it halted nothing more is asked for; who comes then begins anew."""
        one = self.opened()
        self.successResultOf(one.stop())
        self.clock.advance(0.1)
        self.assertTrue(self.speech.peers[0].closed)
        two = self.opened()
        self.send(lambda: two.done.called)
        self.successResultOf(two.done)

    def test_watched_and_kept(self) -> None:
        """One may have as a file what another watches, who reads on; a third has to fetch it alone."""
        path = self.folder / "film.mp4"
        watched, kept = self.opened(), self.opened(into=str(path))
        third = self.opened(into=str(self.folder / "other.mp4"))
        self.assertEqual(len(self.alone), 1)
        self.assertEqual(len(self.heard.named("resident_declined")), 1)
        self.send(lambda: kept.done.called and watched.done.called)
        self.successResultOf(kept.done)
        reader = CollectingConsumer()
        reading = watched.data.read_to(reader, UNIT)
        self.clock.run_until(lambda: reading.called, 5.0)
        self.assertTrue(bytes(reader.collected) == self.film.content[UNIT:])
        self.send(lambda: third.done.called)
        self.successResultOf(third.done)

    def test_readers_steer(self) -> None:
        """Where a player is decides there what is asked for first."""
        stream = self.opened()
        cursor = stream.data.cursor(8 * UNIT, "play")
        self.clock.advance(0.01)
        (there,) = self.peer.store._streams.values()
        self.assertEqual([(each.kind, each.position) for each in there.cursors], [("play", 8 * UNIT)])
        cursor.move(9 * UNIT)
        self.clock.advance(0.01)
        self.assertEqual([each.position for each in there.cursors], [9 * UNIT])
        cursor.close()
        self.clock.advance(0.01)
        self.assertEqual(list(there.cursors), [])

    def test_killed(self) -> None:
        """When the program is killed nobody reads there any more, and nothing is fetched for it."""
        stream = self.opened()
        stream.data.cursor(8 * UNIT, "play")
        stream.data.read_to(CollectingConsumer(), 5 * UNIT).addErrback(lambda failure: None)
        self.clock.advance(0.01)
        (there,) = self.peer.store._streams.values()
        self.assertEqual(len(list(there.cursors)), 2)
        for link in self.peer.endpoint.links:
            link.client.abortConnection()
        self.clock.advance(0.1)
        self.assertEqual(list(there.cursors), [])
        self.assertEqual(self.peer.downloads._fetches, {})
        self.assertTrue(self.speech.peers[0].closed)

    def test_given_on(self) -> None:
        """What is here meanwhile is given to others, and told, until nobody uses it."""
        changes: list[int] = []
        self.peer.own.changed = lambda: changes.append(len(self.peer.own.streams()))
        stream = self.opened()
        self.failureResultOf(self.peer.own.open(self.film.key), NotShared)
        self.send(lambda: stream.done.called)
        self.assertEqual((self.peer.own.streams(), self.peer.own.have(self.film.key)), ([self.film.key], 255))
        held: Any = self.successResultOf(self.peer.own.open(self.film.key))
        self.assertEqual(list(held.units), [(0, self.film.key.units)])
        held.close()
        self.close(stream)
        self.assertEqual((self.peer.own.streams(), changes), ([], [1, 1, 0]))

    def test_sent(self) -> None:
        """How much it gave to others meanwhile is told."""
        stream: Any = self.opened()
        self.peer.sent += 11
        self.send(lambda: stream.done.called)
        self.clock.advance(LIMITS.resident_tell_s)
        self.assertEqual(stream.sent, 11)

    def test_what_it_shares_itself(self) -> None:
        """That is read from its folder; nobody is asked for it, though no central tells of oneself."""
        self.peer.shared.films[self.film.key] = FilmStream(self.film)
        self.central.answer = [listed(self.film)]
        stream: Any = self.opened()
        self.assertIsInstance(stream, ResidentStream)
        stream.data.cursor(3, "play")
        reader = CollectingConsumer()
        reading = stream.data.read_to(reader, UNIT)
        self.clock.run_until(lambda: reading.called, 5.0)
        self.assertTrue(bytes(reader.collected) == self.film.content[UNIT:])
        self.successResultOf(stream.done)
        self.assertTrue(stream.data.complete)
        self.assertEqual((self.speech.peers, self.peer.store.keys()), ([], []))
        self.close(stream)
        self.assertTrue(self.peer.shared.films[self.film.key].closed)

    def test_its_disk_refuses(self) -> None:
        """What it cannot move to its place is tried here, from what it has fetched."""
        path = self.folder / "film.mp4"
        stream = self.opened(into=str(path), replace=False)
        path.write_text("mine")
        self.send(lambda: stream.done.called)
        self.successResultOf(stream.done)
        self.assertEqual([link.key for link in self.alone], [self.film.key])
        self.assertIn("there is a file of that name", str(self.heard.named("resident_lost")[0]["reason"]))
        self.assertEqual(sum(peer.sent for peer in self.speech.peers), self.film.key.units)


class NotThereTests(ResidentCase):
    def test_final(self) -> None:
        """What is said of centrals and sources is so for everybody: it is not tried again alone."""
        self.central.answer = []
        self.failureResultOf(self.opening_until_over(), NotFound)
        self.central.answer = [listed(self.film)]
        self.failureResultOf(self.opening_until_over(), NoSource)
        self.assertEqual(self.alone, [])
        self.assertEqual(self.peer.factory._lines, set())

    def opening_until_over(self) -> Deferred[OpenStream]:
        """Ask, and see what comes of it."""
        opening = self.opening()
        self.clock.run_until(lambda: opening.called, 60.0)
        self.clock.advance(0.1)
        return opening

    def test_nobody_listens(self) -> None:
        """Then it is fetched alone, without a word."""
        self.peer.endpoint._answer = None
        stream = self.opened()
        self.assertEqual(self.alone, [LINK])
        self.assertEqual(self.heard.named("resident_declined"), [])
        self.assertNotIsInstance(stream, ResidentStream)

    def test_nobody_answers(self) -> None:
        """A peer that is stopped keeps nobody waiting for long."""
        self.peer.endpoint._answer = lambda: _deaf()
        opening = self.opening()
        self.clock.advance(LIMITS.resident_answer_s - 0.01)
        self.assertNoResult(opening)
        self.clock.advance(0.01)
        self.addCleanup(self.successResultOf(opening).close)
        self.assertEqual(self.alone, [LINK])

    def test_a_copy_of_what_it_shares(self) -> None:
        """That is had from it as from anybody; and so is what has just left its folder."""
        path = str(self.folder / "film.mp4")
        self.peer.shared.films[self.film.key] = FilmStream(self.film, Ranges([(0, 3)]))
        for into in (path, None):
            self.opened(into=into)
        self.assertEqual(self.alone, [LINK, LINK])
        self.assertIn("shares that film itself", str(self.heard.named("resident_declined")[0]["reason"]))

    def test_what_nothing_proves(self) -> None:
        """That is never kept where others may have it from."""
        self.central.answer = [listed(None, ListedPeer(OTHER, flags=CLASSIC))]
        self.opened()
        self.assertEqual(self.alone, [LINK])

    def test_another_version(self) -> None:
        """Who speaks another language is left alone."""
        self.opened(version=2)
        self.assertEqual(self.alone, [LINK])

    def test_another_group(self) -> None:
        """A closed group's films stay in it: nobody fetches for who does not know its secret."""
        self.opened(group=fingerprint(b"a" * 16))
        self.assertEqual(self.alone, [LINK])

    def test_room_for_so_many(self) -> None:
        """There is a bound on connections: at it one may still come, past it nobody."""
        self.peer.factory._limits = replace(LIMITS, resident_lines=2)
        for _ in range(2):
            self.assertIsNotNone(self.peer.factory.buildProtocol(None))
        self.assertIsNone(self.peer.factory.buildProtocol(None))


class GoneTests(ResidentCase):
    def setUp(self) -> None:
        """A part of the film is here."""
        super().setUp()
        self.central.more = (ListedPeer(SEED, flags=NATIVE),)
        self.stream = self.opened()
        self.reader = CollectingConsumer()
        self.reading = self.stream.data.read_to(self.reader)
        self.addCleanup(lambda: self.reading.addErrback(lambda failure: None))
        self.clock.advance(0.3)
        for peer in self.speech.peers:
            peer.step(4)
        self.clock.advance(0.3)
        self.before = len(self.reader.collected)
        self.assertGreater(self.before, 0)
        self.assertLess(self.before, len(self.film.content))

    def check_rest(self) -> None:
        """The rest came without it, in order, and nothing was fetched twice."""
        self.send(lambda: self.stream.done.called and self.reading.called)
        self.successResultOf(self.stream.done)
        self.successResultOf(self.reading)
        self.assertTrue(bytes(self.reader.collected) == self.film.content)
        self.assertEqual(sum(peer.sent for peer in self.speech.peers), self.film.key.units)
        self.assertEqual(len(self.heard.named("resident_lost")), 1)
        self.assertEqual([link.key for link in self.alone], [self.film.key])
        self.assertEqual(self.stream.view.snapshot().name, LINK.name)
        self.close(self.stream)

    def test_stopped_in_good_order(self) -> None:
        """The player goes on where it was."""
        cursor = self.stream.data.cursor(3, "play")
        self.successResultOf(self.peer.stop())
        self.clock.advance(0.1)
        cursor.move(UNIT)
        self.check_rest()

    def test_silent(self) -> None:
        """So when it stops without hanging up: it says a word each second, or it is gone."""
        self.clock.advance(2 * LIMITS.resident_quiet_s)
        self.assertEqual(self.heard.named("resident_lost"), [])
        self.stream._line.heard, self.stream._line.lineReceived = _unheard, _unheard
        self.clock.advance(LIMITS.resident_quiet_s - 0.5)
        self.assertEqual(self.heard.named("resident_lost"), [])
        self.clock.advance(1.5)
        self.assertEqual(len(self.heard.named("resident_lost")), 1)

    def test_nothing_instead(self) -> None:
        """Where it cannot be fetched alone either, readers and whoever waits are told why."""
        self.stream._alone = lambda link: fail(NoSource("nobody"))
        self.stream._line.transport.abortConnection()
        self.clock.advance(0.1)
        self.failureResultOf(self.stream.done, NoSource)
        self.failureResultOf(self.reading, NoSource)

    def test_closed_meanwhile(self) -> None:
        """Who closes while another way is sought leaves nothing open."""
        waiting: Deferred[Any] = Deferred()
        self.stream._alone = lambda link: waiting
        self.stream._line.transport.abortConnection()
        self.clock.advance(0.1)
        self.close(self.stream)
        self.assertTrue(waiting.called)
        self.failureResultOf(self.reading)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_after_the_end(self) -> None:
        """A film that was whole is so, and is read on; that is asked of nobody."""
        self.send(lambda: self.stream.done.called and self.reading.called)
        self.successResultOf(self.stream.done)
        self.successResultOf(self.peer.stop())
        self.clock.advance(0.1)
        again = CollectingConsumer()
        reading = self.stream.data.read_to(again, 2 * UNIT)
        self.clock.run_until(lambda: reading.called, 5.0)
        self.assertTrue(bytes(again.collected) == self.film.content[2 * UNIT :])
        self.assertEqual(len(self.speech.peers), 1)


def _unheard(message: Any) -> None:
    """Nothing is heard."""


def _deaf() -> Any:
    from twisted.internet.protocol import Protocol

    return Protocol()
