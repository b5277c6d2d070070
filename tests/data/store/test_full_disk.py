"""F04: the disk is full before the store is."""

from __future__ import annotations

from p2pstream.content.units import UNIT
from p2pstream.errors import StorageError
from p2pstream.testing.proven import proven_film
from tests.data.store.stores import StoreTestCase

BIG = proven_film(20 * UNIT)
SMALL = proven_film(4 * UNIT, seed=1)
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
