"""A film that is larger than the quota, what is pinned, and who goes first."""

from __future__ import annotations

from typing import Any

from p2pstream.content.units import UNIT
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.workers import HeldWorkers
from tests.data.store.stores import StoreTestCase

FILM = proven_film(59 * UNIT + 1234)
OTHER = proven_film(4 * UNIT, seed=1)


class LargeFilmTests(StoreTestCase):
    """Read from its first byte to its last, it never takes more than the quota."""

    def fetch_wanted(self, stream: Any) -> None:
        """All that is wanted comes."""
        for start, stop in stream.wanted:
            for first, last in stream.units.missing(start, stop):
                self.put(stream, FILM, first, last)

    def test_read_to_the_end(self) -> None:
        """What the reader passed goes, what lies before it comes, and every byte is that of the film."""
        store = self.store(quota=20 * UNIT)
        stream = self.filled(store, FILM)
        consumer = CollectingConsumer()
        reading = stream.read_to(consumer)
        most = rounds = 0
        while not reading.called:
            before = len(consumer.collected)
            self.fetch_wanted(stream)
            used = sum(node.filled.total for path, node in self.disk.files.items() if path.endswith(".data"))
            most, rounds = max(most, used), rounds + 1
            self.assertGreater(len(consumer.collected), before)
        self.assertEqual(self.now(reading), FILM.key.length)
        self.assertTrue(bytes(consumer.collected) == FILM.content)
        self.assertLessEqual(most, 20 * UNIT)
        self.assertGreater(most, 15 * UNIT)
        self.assertLess(rounds, 20)
        self.assertFalse(stream.complete)

    def test_wanted(self) -> None:
        """It moves with the readers, and with those who read to the end; without a quota it is all."""
        store = self.store(quota=20 * UNIT)
        stream = self.filled(store, FILM)
        self.assertEqual(list(stream.wanted), [(0, 16)])
        cursor = stream.cursor(30 * UNIT + 5, "play")
        self.assertEqual(list(stream.wanted), [(30, 46)])
        reading = stream.read_to(CollectingConsumer(), 31 * UNIT)
        self.assertEqual(list(stream.wanted), [(30, 46)])
        cursor.close()
        self.assertEqual(list(stream.wanted), [(31, 47)])
        reading.cancel()
        self.failureResultOf(reading)
        self.assertEqual(list(stream.wanted), [(0, 16)])
        self.assertEqual(list(self.opened(self.store(), FILM.key).wanted), [(0, 60)])

    def test_fits(self) -> None:
        """A film that there is room for is wanted whole, wherever its reader is."""
        stream = self.filled(self.store(quota=4 * UNIT), OTHER)
        stream.cursor(3 * UNIT, "read")
        self.assertEqual(list(stream.wanted), [(0, 4)])

    def test_two_films(self) -> None:
        """Each has its part; one that fits into its part is wanted whole."""
        store = self.store(quota=20 * UNIT)
        stream, other = self.filled(store, FILM), self.filled(store, OTHER)
        self.assertEqual((list(stream.wanted), list(other.wanted)), ([(0, 6)], [(0, 4)]))
        other.close()
        self.assertEqual(list(stream.wanted), [(0, 16)])

    def test_nobody_has_to_wait(self) -> None:
        """Room is made before it is needed: while the disk still works at that, units come."""
        store = self.store(quota=20 * UNIT)
        stream = self.filled(store, FILM, (0, 17))
        stream.cursor(16 * UNIT, "read")
        slow: Any = HeldWorkers()
        quick, stream.stored.keeping._workers = stream.stored.keeping._workers, slow
        putting = stream.put_units(17, FILM.units(17, 20))
        stream.stored.keeping._workers = quick
        slow.flush()
        self.assertEqual(self.now(putting), [True] * 3)

    def test_no_room_ahead(self) -> None:
        """Of a film that does not fit no room is had before its bytes come."""
        self.filled(self.store(quota=20 * UNIT), FILM, (0, 3), (3, 5))
        self.assertEqual([each for each in self.disk.allocated if each[1]], [])

    def test_sent_just_now(self) -> None:
        """What is being sent to a slow peer goes last: nobody waits for that one."""
        store = self.store(quota=6 * UNIT)
        stream = self.filled(store, FILM, (0, 6))
        stream.cursor(6 * UNIT, "read")
        stream.hold(0, 2 * UNIT)
        self.put(stream, FILM, 6, 8)
        self.assertEqual(self.units(stream), [(0, 2), (4, 8)])


class PinnedTests(StoreTestCase):
    """What the user asked to have as a file."""

    def test_larger_than_the_quota(self) -> None:
        """All of it comes, and is moved out; what else is there stays, and has its room."""
        store = self.store(quota=6 * UNIT)
        self.filled(store, OTHER, (0, 4)).close()
        stream: Any = self.now(store.open(FILM.key, pinned=True))
        self.filled(store, FILM, (0, 60))
        self.assertEqual(list(stream.wanted), [(0, 60)])
        self.assertIn(OTHER.key, store.keys())
        third = proven_film(UNIT, seed=3)
        self.filled(store, third, (0, 1)).close()
        self.assertEqual(set(store.keys()), {OTHER.key, FILM.key, third.key})
        self.now(store.release(FILM.key, "/film"))
        self.assertEqual(self.disk.released["/film"], FILM.content)
        self.assertEqual(store._quota.used, 5 * UNIT)

    def test_given_up(self) -> None:
        """What came until it was given up is there for the next time, and counts from now on."""
        store = self.store(quota=6 * UNIT)
        self.now(store.open(FILM.key, pinned=True)).close()
        stream: Any = self.now(store.open(FILM.key, pinned=True))
        self.filled(store, FILM, (0, 30)).close()
        stream.close()
        self.assertEqual(self.units(self.opened(store, FILM.key)), [(0, 30)])
        self.filled(store, OTHER, (0, 1))
        self.assertLessEqual(store._quota.used, 30 * UNIT)
