"""Several processes on one stream: what one has proven the others read, and prove again."""

from __future__ import annotations

import errno
from typing import Any

from p2pstream.content.units import UNIT
from p2pstream.data.store import Store
from p2pstream.errors import StorageError
from p2pstream.limits import LIMITS
from p2pstream.testing.proofs.proven import prove, proven_film
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.state.faults import FaultyDisk
from p2pstream.testing.workers import InlineWorkers
from tests.data.store.stores import FEW, StoreTestCase

FILM = proven_film(9 * UNIT + 1234)
OTHER = proven_film(4 * UNIT, seed=1)


class GuestTestCase(StoreTestCase):
    def beside(self, quota: int | None = None, disk: Any = None) -> Store:
        """The store of one more process; the others go on."""
        return Store(disk or self.disk, InlineWorkers(), self.clock, quota, FEW)

    def data(self) -> str:
        """The data file of the home."""
        return next(path for path in self.disk.files if path.startswith("store/") and path.endswith("data"))


class GuestTests(GuestTestCase):
    """What a second process finds, and what becomes of what it fetches."""

    def test_c1_two_processes(self) -> None:
        """A second process has what the first has proven, and fetches the rest for itself."""
        first = self.store()
        self.filled(first, FILM, (0, 3), (7, 10))
        second = self.beside()
        guest = self.opened(second, FILM.key)
        self.assertEqual((self.units(guest), guest.needs(0, 10)), ([(0, 3), (7, 10)], None))
        self.assertFalse(self.disk.names("guests"))
        self.put(guest, FILM, 2, 7)
        self.assertTrue(guest.complete)
        self.assertEqual(self.content(guest), FILM.content)
        self.assertEqual(
            self.content(guest, 3 * UNIT - 5, 7 * UNIT + 5), FILM.content[3 * UNIT - 5 : 7 * UNIT + 5]
        )
        third = self.opened(self.beside(), FILM.key)
        self.assertEqual(self.units(third), [(0, 3), (7, 10)])
        self.assertTrue(self.disk.names("guests"))
        self.now(second.close())
        third.close()
        self.assertEqual(list(self.disk.names("guests")), [])
        self.now(first.close())
        self.assertEqual(self.units(self.opened(self.store(), FILM.key)), [(0, 3), (7, 10)])

    def test_put_in_by_another_process(self) -> None:
        """What another process put in meanwhile is known when one asks again, and counts once."""
        first, second = self.beside(10 * UNIT), self.beside()
        self.now(first.ready())
        self.filled(second, OTHER, (0, 4))
        self.now(second.close())
        self.assertEqual(list(first.keys()), [])
        for _ in range(2):
            self.now(first.ready())
            self.assertEqual(list(first.keys()), [OTHER.key])
        self.assertTrue(self.opened(first, OTHER.key).complete)
        self.assertEqual(first._quota.used, 4 * UNIT)

    def test_c1_proven_again(self) -> None:
        """What is damaged in the home is not believed: a guest fetches it, and the home stays as it is."""
        self.filled(self.store(), FILM, (0, 10))
        self.disk.open(self.data()).pwrite(UNIT + 7, b"?")
        guest = self.opened(self.beside(), FILM.key)
        self.assertEqual(self.units(guest), [(0, 1), (2, 10)])
        self.put(guest, FILM, 1, 2)
        self.assertEqual(self.content(guest), FILM.content)
        self.assertEqual(self.disk.open(self.data()).pread(UNIT + 7, 1), b"?")

    def test_c1_proven_when_first_read(self) -> None:
        """What is claimed in the home is hashed by the guest before it hands it out."""
        first = self.store()
        stream = self.filled(first, FILM, (0, 10))
        self.clock.advance(FEW.store_checkpoint_s)
        self.assertTrue(stream.stored.keeping.stock.claimed)
        guest = self.opened(self.beside(), FILM.key)
        self.assertEqual(list(guest.stored.keeping.stock.ready), [])
        self.disk.open(self.data()).pwrite(UNIT + 7, b"?")
        self.now(guest.stored.keeping.check(0, 10))
        self.assertEqual(self.units(guest), [(0, 1), (2, 10)])

    def test_nothing_there(self) -> None:
        """A home of which nothing is known is no trouble."""
        self.opened(self.store(), FILM.key)
        guest = self.filled(self.beside(), FILM, (0, 10))
        self.assertEqual(self.content(guest), FILM.content)

    def test_released(self) -> None:
        """A guest moves out a whole file; the home stays, and the guest reads on."""
        first, second = self.store(), self.beside()
        self.filled(first, FILM, (0, 6))
        guest = self.opened(second, FILM.key)
        self.put(guest, FILM, 6, 10)
        self.now(second.release(FILM.key, "/film"))
        self.assertEqual(self.disk.released["/film"], FILM.content)
        self.assertEqual((self.content(guest), self.units(guest)), (FILM.content, [(0, 10)]))
        guest.check()
        guest.close()
        self.assertIn(FILM.key, second.keys())
        self.now(first.close())
        self.assertEqual(self.units(self.opened(self.store(), FILM.key)), [(0, 6)])

    def test_released_under_it(self) -> None:
        """Where the home is moved out, or removed, a guest keeps what it has."""
        first = self.store()
        self.filled(first, FILM, (0, 10))
        guest = self.opened(self.beside(), FILM.key)
        self.now(first.release(FILM.key, "/film"))
        self.assertEqual(self.content(guest), FILM.content)

    def test_F04_no_room_for_the_release(self) -> None:
        """That there is no room to move a file out is said; it stays where it is."""
        first = self.store()
        self.filled(first, FILM, (0, 10))
        second = self.beside(
            disk=FaultyDisk(self.disk, lambda number, call: errno.ENOSPC if call == "pwrite" else None)
        )
        guest = self.opened(second, FILM.key)
        failure = self.failureResultOf(second.release(FILM.key, "/film"), StorageError)
        self.assertRegex(failure.getErrorMessage(), "cannot write the store: disk full .need .*")
        self.assertEqual(self.content(guest), FILM.content)
        guest.close()
        self.assertEqual(list(self.disk.names("guests")), [])

    def test_guest_that_was_killed(self) -> None:
        """What a killed guest left is removed by the next process, unless another is in there."""
        self.filled(self.store(), FILM, (0, 3))
        self.filled(self.beside(), FILM, (5, 6))
        self.now(self.beside().ready())
        self.assertTrue(self.disk.names("guests"))
        self.now(self.store().ready())
        self.assertEqual(list(self.disk.names("guests")), [])

    def test_too_many(self) -> None:
        """Who comes when there are too many is told so, when something is to be kept."""
        self.filled(self.store(), FILM, (0, 1))
        guests = [self.opened(self.beside(), FILM.key) for _ in range(LIMITS.store_guests + 1)]
        for guest in guests[:-1]:
            self.put(guest, FILM, 1, 2)
        failure = self.failureResultOf(guests[-1].put_units(1, FILM.units(1, 2)), StorageError)
        self.assertIn("too many processes", failure.getErrorMessage())
        self.assertEqual(self.content(guests[-1], 0, UNIT), FILM.content[:UNIT])


class EvictionTests(GuestTestCase):
    """What is lent is not given up."""

    def test_c1_read_by_another(self) -> None:
        """Inside a stream that another process reads nothing is given up; when that is over, it is."""
        store = self.store(quota=10 * UNIT)
        stream = self.filled(store, FILM, (0, 8))
        stream.cursor(8 * UNIT, "read")
        guest = self.opened(self.beside(), FILM.key)
        other = self.filled(store, OTHER)
        self.put(other, OTHER, 0, 2)
        self.failureResultOf(other.put_units(2, OTHER.units(2, 3)), StorageError)
        self.assertEqual(self.content(guest, 0, 8 * UNIT), FILM.content[: 8 * UNIT])
        guest.close()
        self.put(other, OTHER, 2, 3)
        self.assertEqual(self.units(stream), [(1, 8)])

    def test_guests_count_their_own(self) -> None:
        """What is lent takes nothing of a guest's quota, and cannot be given up by it."""
        self.filled(self.store(), FILM, (0, 6))
        self.clock.advance(FEW.store_checkpoint_s)
        second = self.beside(quota=8 * UNIT)
        guest = self.opened(second, FILM.key)
        self.assertEqual(guest.stored.keeping.size, 0)
        guest.cursor(6 * UNIT, "read")
        self.put(guest, FILM, 6, 8)
        self.assertEqual((guest.stored.keeping.size, second._quota.used), (2 * UNIT, 8 * UNIT))
        self.failureResultOf(guest.put_units(8, FILM.units(8, 9)), StorageError)
        self.assertEqual(self.units(guest), [(0, 8)])

    def test_given_up_just_now(self) -> None:
        """Who comes while units are being given up has nothing from there, and no wrong byte."""
        stream = self.filled(self.store(), FILM, (0, 8))
        let_in = self.now(stream.stored.keeping._workers.run(stream.stored.keeping.files.alone))
        guest = self.opened(self.beside(), FILM.key)
        self.assertEqual(self.units(guest), [])
        prove(guest, FILM)
        self.put(guest, FILM, 0, 1)
        let_in()
        self.assertEqual(self.units(self.opened(self.beside(), FILM.key)), [(0, 8)])


class FaultTests(GuestTestCase):
    """A disk that fails."""

    def test_F03_every_call(self) -> None:
        """Each call of a guest fails once: that is said, the home is as it was, and the next try works."""
        number, failed = 0, 0
        while True:
            number += 1
            self.disk = MemoryDisk()
            self.filled(self.store(), FILM, (0, 5))
            faulty = FaultyDisk.once(self.disk, number, errno.EIO)
            try:
                guest = self.now(self.beside(disk=faulty).open(FILM.key))
                self.put(guest, FILM, 5, 7)
            except (StorageError, self.failureException):
                failed += 1
                self.flushLoggedErrors()
            if len(faulty.calls) < number:
                break
            self.assertEqual(self.units(self.opened(self.store(), FILM.key)), [(0, 5)])
        self.assertGreater(failed, 5)
