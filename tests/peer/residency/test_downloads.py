"""Films that a peer fetches for its user's other programs."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed

from p2pstream.content.units import UNIT
from p2pstream.errors import NotFound, NotShared
from p2pstream.limits import LIMITS
from p2pstream.peer.residency.downloads import Downloads
from p2pstream.peer.residency.resident_stream import ResidentStream
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.fetching import FetchesContract, WholeContract
from p2pstream.testing.proofs.units import FilmStream
from tests.peer.resident import ResidentCase
from tests.peer.viewing import LINK, SEED, listed


class FetchesTests(FetchesContract, WholeContract, ResidentCase):
    """For players that ask the peer itself."""

    def make_fetches(self) -> Downloads:
        """Those of this peer."""
        known = self.central.answer
        self.central.resolve = lambda name, most=50: (  # type: ignore[method-assign]
            succeed(known) if name == LINK.name else fail(NotFound("nobody has that"))
        )
        return self.peer.downloads

    def make_whole(self) -> Any:
        """See `WholeContract`."""
        stream = self.make_fetched()
        self.send(lambda: stream.done.called)
        return stream

    def settle(self, waiting: Deferred[Any]) -> None:
        """Peers send, and time passes."""
        self.send(lambda: waiting.called)


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

    def test_remembered(self) -> None:
        """What was learnt of names is kept where commands keep it, and settled when the peer has stopped."""
        self.opened()
        self.assertEqual(self.peer.disk.names("fetch"), ["known"])
        self.successResultOf(self.peer.stop())
        self.assertEqual(self.peer.downloads._settling, set())

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

    def test_shown(self) -> None:
        """Pages see what is fetched, by how many it is used, and where they read."""
        turns: list[int] = []
        self.peer.downloads.turned = lambda: turns.append(1)
        one, two = self.opened(), self.opened()
        one.data.cursor(8 * UNIT, "play")
        self.clock.advance(0.01)
        (fetch,) = self.peer.downloads.shown()
        self.assertEqual(
            (fetch.name, fetch.key, fetch.length), (LINK.name, self.film.key.text, len(self.film.content))
        )
        self.assertEqual((fetch.users, fetch.playing), (2, (8 * UNIT,)))
        self.assertTrue(fetch.waiting_for)
        self.assertEqual(self.peer.downloads.called(self.film.key), LINK.name)
        self.close(one)
        self.close(two)
        self.assertEqual((self.peer.downloads.shown(), self.peer.downloads.called(self.film.key)), ([], ""))
        self.assertEqual(len(turns), 2)

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


class SmallCacheTests(ResidentCase):
    units, quota = 60, 16 * UNIT

    def test_larger_than_the_cache(self) -> None:
        """It is read to its end; what was passed is given up there, and known to be gone here."""
        stream = self.opened()
        reader, most = CollectingConsumer(), 0
        reading = stream.data.read_to(reader)
        for _ in range(2000):
            for peer in self.speech.peers:
                peer.step(2)
            self.clock.advance(0.05)
            most = max(most, stream.data.have.total)
            if reading.called:
                break
        self.assertEqual(self.successResultOf(reading), len(self.film.content))
        self.assertTrue(bytes(reader.collected) == self.film.content)
        self.assertLessEqual(most, 16 * UNIT)
        self.assertFalse(stream.data.have.covers(0, 1))
        self.assertEqual([peer.sent for peer in self.speech.peers], [self.film.key.units])
        self.assertEqual(self.alone, [])
