"""F04: the disk is full before the store is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.data.store import Store
from p2pstream.errors import StorageError
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.state.disks import MemoryDisk
from tests.data.store.stores import FEW, StoreTestCase

BIG = proven_film(20 * UNIT)
SMALL = proven_film(4 * UNIT, seed=1)
LONG = proven_film(59 * UNIT + 1234, seed=3)
OLD = proven_film(2 * UNIT, seed=2)


class FullDiskTests(StoreTestCase):
    def test_F04_unfinished_films_make_room(self) -> None:
        """An unfinished film that nobody uses goes for one that somebody wants, the oldest first."""
        store = self.store()
        for film, count in ((BIG, 12), (OLD, 2)):
            self.filled(store, film, (0, count)).close()
        self.disk.room = self.disk._used() + 20_000
        stream = self.filled(store, SMALL, (0, 1), (1, 4))
        self.assertTrue(stream.complete)
        self.assertEqual(set(store.keys()), {OLD.key, SMALL.key})
        self.assertEqual(store._quota.used, 6 * UNIT)
        self.assertEqual(self.content(stream), SMALL.content)

    def test_F04_all_is_in_use(self) -> None:
        """What somebody uses stays, and it is said that the disk is full; what came counts once."""
        store = self.store()
        big = self.filled(store, BIG, (0, 12))
        stream = self.filled(store, SMALL)
        self.disk.room = self.disk._used() + 2 * UNIT + 10_000
        failure = self.failureResultOf(stream.put_units(0, SMALL.units(0, 4)), StorageError)
        self.assertIn("disk full", failure.getErrorMessage())
        self.assertEqual(self.units(big), [(0, 12)])
        self.put(stream, SMALL, 0, 2)
        self.assertEqual(store._quota.used, 14 * UNIT)
        self.disk.room = None
        self.put(stream, SMALL, 2, 4)

    def watching(self, quota: int | None) -> Any:
        """A film of which less than half fits on the disk, in a cache of at least eight units."""
        self.disk = MemoryDisk()
        limits = replace(FEW, store_cache_least=8 * UNIT)
        stream = self.filled(Store(self.disk, self.workers, self.clock, quota, limits), LONG)
        self.disk.room = self.disk._used() + 20 * UNIT
        return stream

    def test_F04_watched_to_the_end(self) -> None:
        """A film that is larger than the disk goes on: what its viewer has seen makes room."""
        for quota in (None, 100 * UNIT):
            stream, consumer = self.watching(quota), CollectingConsumer()
            reading = stream.read_to(consumer)
            for _ in range(60):
                self.fetch_next(stream)
            self.assertEqual(self.now(reading), LONG.key.length)
            self.assertTrue(bytes(consumer.collected) == LONG.content)
            here = self.units(stream)
            self.disk.room = None
            stream.close()
            self.assertEqual(self.units(self.filled(self.store(quota), LONG)), here)

    def fetch_next(self, stream: Any) -> None:
        """What is wanted next comes; where the disk refuses, it is wanted again."""
        missing = [gap for start, stop in stream.wanted for gap in stream.units.missing(start, stop)]
        for first, stop in missing[:1]:
            stop = min(stop, first + 4)
            stream.put_units(first, LONG.units(first, stop)).addErrback(Failure.trap, StorageError)

    def test_F04_room_again(self) -> None:
        """A disk that was full is asked for more a minute later; what it refuses then is done without."""
        stream = self.watching(100 * UNIT)
        stream.read_to(CollectingConsumer()).addErrback(lambda _: None)
        for _ in range(8):
            self.fetch_next(stream)
        narrow = self.disk._used()
        self.clock.advance(LIMITS.store_grow_s)
        for _ in range(2):
            self.fetch_next(stream)
        self.assertLess(stream.wanted.total, LONG.key.units)
        self.assertLessEqual(self.disk._used(), narrow + 4 * UNIT)
        self.disk.room = None
        self.clock.advance(LIMITS.store_grow_s - 0.1)
        self.fetch_next(stream)
        self.assertLess(stream.wanted.total, LONG.key.units)
        self.clock.advance(0.1)
        for _ in range(20):
            self.fetch_next(stream)
        self.assertEqual(stream.wanted.total, LONG.key.units)

    def test_F04_too_little_to_watch(self) -> None:
        """Where the disk has less than a cache may have, nothing of what is watched goes."""
        stream = self.watching(None)
        self.disk.room -= 13 * UNIT
        self.put(stream, LONG, 0, 6)
        failure = self.failureResultOf(stream.put_units(6, LONG.units(6, 10)), StorageError)
        self.assertIn("disk full", failure.getErrorMessage())
        self.assertTrue(stream.units.covers(0, 6))

    def test_F04_no_room_ahead(self) -> None:
        """Of what little is free no more than half is had before what it is for has come."""
        ahead = FEW.store_ahead_bytes
        for free, expected in ((2 * ahead, []), (3 * ahead, [(0, ahead)])):
            self.disk = MemoryDisk()
            # What comes first is one unit, and some bytes beside it.
            self.disk.room = self.disk._used() + UNIT + free
            self.filled(self.store(), LONG, (0, 1))
            self.assertEqual([each for each in self.disk.allocated if each[1]], expected)

    def test_F04_not_a_byte_is_free(self) -> None:
        """Also then units are given up; and what is left is looked at again by the next process."""
        stream = self.filled(self.store(), BIG, (0, 12))
        self.clock.advance(10)
        self.disk.room = self.disk._used()
        self.assertTrue(self.now(Deferred.fromCoroutine(stream.stored.keeping.evict(Ranges([(0, 4)])))))
        self.assertEqual(self.units(stream), [(4, 12)])
        again = self.filled(self.store(), BIG)
        self.assertEqual(self.content(again, 4 * UNIT, 12 * UNIT), BIG.content[4 * UNIT : 12 * UNIT])
