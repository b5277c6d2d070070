"""Disks that refuse: it is said, nothing is poisoned, and the next try succeeds."""

from __future__ import annotations

import errno
import itertools
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.content.units import UNIT
from p2pstream.data.store import Store
from p2pstream.errors import StorageError
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.proofs.proven import prove, proven_film
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.state.faults import FaultyDisk
from p2pstream.testing.workers import HeldWorkers, InlineWorkers
from tests.data.store.stores import FEW, StoreTestCase

FILM = proven_film(5 * UNIT + 1234)
RUNS = ((0, 2), (4, 6), (2, 3), (3, 4))


class NthCallTests(StoreTestCase):
    """F03: the N-th call fails, for every N."""

    def trying(self, work: Any) -> Any:
        """What ``work`` gives; once more if the disk refused."""
        for _ in range(2):
            told: list[Any] = []
            outcome: Deferred[Any] = work()
            outcome.addCallbacks(told.append, lambda failure: self.refused.append(failure.trap(StorageError)))
            if told:
                return told[0]
        raise AssertionError("it was refused twice")

    def session(self, disk: FaultyDisk) -> None:
        """Fill, read, close, open again, read."""
        store = Store(disk, InlineWorkers(), self.clock, None, FEW)
        stream = self.trying(lambda: store.open(FILM.key))
        prove(stream, FILM)
        for first, stop in RUNS:
            got = self.trying(lambda first=first, stop=stop: stream.put_units(first, FILM.units(first, stop)))
            self.assertEqual(got, [True] * (stop - first))
            self.clock.advance(FEW.store_checkpoint_s)
        self.assertTrue(stream.complete)
        self.read(stream)
        self.now(store.close())
        store = Store(disk, InlineWorkers(), self.clock, None, FEW)
        stream = self.trying(lambda: store.open(FILM.key))
        self.assertTrue(stream.complete, "what was kept has to be fetched again")
        self.read(stream)
        self.trying(lambda: store.release(FILM.key, "/home/film"))

    def read(self, stream: Any) -> None:
        """All of it, once more if the disk refused."""
        consumers: list[CollectingConsumer] = []

        def begin() -> Deferred[int]:
            consumers.append(CollectingConsumer())
            return stream.read_to(consumers[-1])  # type: ignore[no-any-return]

        self.trying(begin)
        self.assertEqual(bytes(consumers[-1].collected), FILM.content)

    def test_F03_once(self) -> None:
        """It fails with a line for people at most once, and the work is done in the end."""
        for error in (errno.EIO, errno.ENOSPC):
            for number in itertools.count(1):
                self.refused: list[Any] = []
                memory = MemoryDisk()
                disk = FaultyDisk.once(memory, number, error)
                self.session(disk)
                self.assertEqual(memory.released["/home/film"], FILM.content)
                self.assertLessEqual(len(self.refused), 1)
                if number > len(disk.calls):
                    break
            self.assertGreater(number, 40)

    def test_F03_from_then_on(self) -> None:
        """With a disk that works no more everything fails in words; after a repair all is well."""
        for number in itertools.count(1):
            memory = MemoryDisk()
            disk = FaultyDisk.from_then_on(memory, number, errno.EROFS)
            store = Store(disk, InlineWorkers(), self.clock, None, FEW)
            kept = 0
            opened: list[Any] = []
            store.open(FILM.key).addCallbacks(opened.append, lambda failure: failure.trap(StorageError))
            for stream in opened:
                prove(stream, FILM)
                for first, stop in RUNS:
                    putting = stream.put_units(first, FILM.units(first, stop))
                    putting.addErrback(lambda failure: failure.trap(StorageError))
                kept = stream.units.total
                stream.close()
            for node in memory.files.values():
                node.holder = None
            after = self.opened(Store(memory, InlineWorkers(), self.clock, None, FEW), FILM.key)
            prove(after, FILM)
            self.now(after.stored.keeping.check(0, 6))
            self.assertGreaterEqual(after.units.total, kept, number)
            for start, stop in after.have:
                self.assertEqual(self.content(after, start, stop), FILM.content[start:stop])
            if number > len(disk.calls):
                break


class FullTests(StoreTestCase):
    """F04: the disk is full."""

    def test_F04_full_and_then_not(self) -> None:
        """Said with what is needed and what is free; reading goes on; no verified unit is fetched twice."""
        self.disk.room = 3 * UNIT + 2000
        store = self.store()
        stream = self.filled(store, FILM, (0, 2))
        failure = self.failureResultOf(stream.put_units(2, FILM.units(2, 5)), StorageError)
        self.assertIn("disk full (need 196.6 kB, ", failure.getErrorMessage())
        self.assertIn(" free)", failure.getErrorMessage())
        self.assertEqual(self.content(stream, 0, 2 * UNIT), FILM.content[: 2 * UNIT])
        self.put(stream, FILM, 2, 3)
        self.disk.room = None
        self.put(stream, FILM, 3, 6)
        self.assertTrue(stream.complete)
        self.now(store.close())
        self.assertTrue(self.opened(self.store(), FILM.key).complete)

    def test_F04_full_at_a_checkpoint(self) -> None:
        """What could not be claimed is looked at by the next process, and found."""
        disk = FaultyDisk(self.disk)
        store = self.store(disk=disk)
        stream = self.filled(store, FILM, (0, 3))
        disk.fails = lambda number, call: errno.ENOSPC if call == "replace" else None
        for _ in range(3):
            self.clock.advance(FEW.store_checkpoint_s)
        self.put(stream, FILM, 3, 4)
        self.assertEqual(self.content(stream, 0, 4 * UNIT), FILM.content[: 4 * UNIT])
        disk.fails = lambda number, call: None
        self.clock.advance(FEW.store_checkpoint_s)
        self.now(store.close())
        self.assertEqual(self.units(self.opened(self.store(), FILM.key)), [(0, 4)])


class SyncTests(StoreTestCase):
    """A sync that failed: a later one says nothing about what was to be written then."""

    def test_F03_never_claimed(self) -> None:
        """Those units are claimed by no later checkpoint; the next process looks at them, and has them."""
        disk = FaultyDisk(self.disk)
        store = self.store(disk=disk)
        stream = self.filled(store, FILM, (0, 2))
        self.clock.advance(FEW.store_checkpoint_s)
        self.put(stream, FILM, 2, 4)
        disk.fails = lambda number, call: errno.EIO if call == "sync" else None
        self.clock.advance(FEW.store_checkpoint_s)
        disk.fails = lambda number, call: None
        self.put(stream, FILM, 5, 6)
        self.clock.advance(FEW.store_checkpoint_s)
        self.assertEqual(list(stream.stored.keeping.stock.claimed), [(0, 2), (5, 6)])
        self.now(store.close())
        self.assertEqual(self.units(self.opened(self.store(), FILM.key)), [(0, 4), (5, 6)])


class SlowTests(StoreTestCase):
    """F06: a sync takes long."""

    def test_F06_slow_sync(self) -> None:
        """While one worker waits for the disk, units come, are proven and are read."""
        stream = self.filled(self.store(), FILM, (0, 2))
        slow, quick = HeldWorkers(), stream.stored.keeping._workers
        stream.stored.keeping._checkpoints._workers = slow
        self.clock.advance(FEW.store_checkpoint_s)
        self.assertEqual(len(slow), 1)
        self.assertIs(stream.stored.keeping._workers, quick)
        self.put(stream, FILM, 2, 6)
        self.assertEqual(self.content(stream), FILM.content)
        slow.flush()
        self.assertEqual(list(stream.stored.keeping.stock.claimed), [(0, 2)])

    def test_F06_one_sync_at_a_time(self) -> None:
        """However many streams have something to sync, one worker does: the other stays free."""
        store = self.store()
        streams = [self.filled(store, proven_film(2 * UNIT, seed), (0, 2)) for seed in range(4)]
        slow = HeldWorkers()
        for stream in streams:
            stream.stored.keeping._checkpoints._workers = slow
        self.clock.advance(FEW.store_checkpoint_s)
        self.assertEqual(len(slow), 1)
        slow.flush()
        self.assertTrue(all(stream.stored.keeping.stock.claimed for stream in streams))
