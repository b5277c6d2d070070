"""A store on a disk in memory, whose work is done at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import FileKey
from p2pstream.content.units import UNIT
from p2pstream.data.hasher.threads import ThreadHasher
from p2pstream.data.store import Store
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.proven import ProvenFilm, prove
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import HeldWorkers, InlineWorkers

#: Two units are looked at or given up at once, one stays behind a reader.
FEW = replace(
    LIMITS,
    store_check_units=2,
    store_evict_bytes=2 * UNIT,
    store_behind_bytes=UNIT,
    store_ahead_bytes=4 * UNIT,
)


class StoreTestCase(SynchronousTestCase):
    """Stores on one disk, one after another, as of one process after another."""

    def setUp(self) -> None:
        """Start afresh."""
        self.disk: Any = MemoryDisk()
        self.clock = HeapClock()
        self.workers: Any = InlineWorkers()

    def store(self, quota: int | None = None, disk: Any = None) -> Store:
        """The store of a new process; what an earlier one held is let go as its end would."""
        disk = disk or self.disk
        for node in getattr(disk, "files", {}).values():
            node.holder = None
            node.sharers.clear()
        return Store(disk, self.workers, self.clock, quota, FEW)

    def now(self, work: Deferred[Any]) -> Any:
        """What came of it, at once."""
        return self.successResultOf(work)

    def opened(self, store: Store, key: FileKey) -> Any:
        """A stream of that store."""
        stream: Any = self.now(store.open(key))
        return stream

    def put(self, stream: Any, film: ProvenFilm, first: int, stop: int) -> None:
        """These units come, and are good."""
        self.assertEqual(self.now(stream.put_units(first, film.units(first, stop))), [True] * (stop - first))

    def filled(self, store: Store, film: ProvenFilm, *spans: tuple[int, int]) -> Any:
        """A stream that knows all hashes, and has those units."""
        stream = self.opened(store, film.key)
        prove(stream, film)
        for span in spans:
            self.put(stream, film, *span)
        return stream

    def held(self, stream: Any) -> HeldWorkers:
        """Those who hash and write its units from here on, at the test's word."""
        workers, keeping = HeldWorkers(), stream.stored.keeping
        keeping._workers, keeping.hasher = workers, ThreadHasher(workers)
        return workers

    def units(self, stream: Any) -> list[tuple[int, int]]:
        """What is here."""
        return list(stream.units)

    def content(self, stream: Any, start: int = 0, stop: int | None = None) -> bytes:
        """What a reader gets who does not have to wait."""
        consumer = CollectingConsumer()
        self.now(stream.read_to(consumer, start, stop))
        return bytes(consumer.collected)
