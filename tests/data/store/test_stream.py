"""Streams in a store are streams."""

from __future__ import annotations

from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.trial.unittest import TestCase

from p2pstream.content.keys import FileKey
from p2pstream.data.state import StateFolder
from p2pstream.data.store import Store
from p2pstream.data.workers import ThreadWorkers
from p2pstream.testing.bytes.data import SMALL, DataContract
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.proven import ProvenFilm, film_of, prove
from p2pstream.testing.proofs.store import FILM, HeldStreamContract, StoreContract
from p2pstream.testing.proofs.streams import StoredStreamContract, StreamContract
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers


class InMemory:
    """A store on a disk in memory."""

    def make_store(self) -> Store:
        """An empty store."""
        return Store(MemoryDisk(), InlineWorkers(), HeapClock())

    async def make_stored(self, key: FileKey) -> Any:
        """As `StoredStreamContract` says."""
        return await self.make_store().open(key)

    async def make_held(self) -> Any:
        """As `HeldStreamContract` says."""
        return await self.make_stored(FILM.key)

    async def make_stream(self, film: ProvenFilm) -> Any:
        """As `StreamContract` says."""
        stream = await self.make_stored(film.key)
        prove(stream, film)
        if film.content:
            await stream.put_units(0, memoryview(film.content))
        return stream


class MemoryStoredTests(InMemory, StoredStreamContract, TestCase):
    """Filled, in memory."""


class MemoryStoreTests(InMemory, StoreContract, TestCase):
    """Its users, in memory."""


class MemoryHeldTests(InMemory, HeldStreamContract, TestCase):
    """For several users, in memory."""


class MemoryStreamTests(InMemory, StreamContract, TestCase):
    """Whole, in memory."""


class MemoryDataTests(InMemory, DataContract, TestCase):
    """Read, in memory."""

    def make_store(self) -> Store:
        """With bounds that a small stream reaches."""
        return Store(MemoryDisk(), InlineWorkers(), HeapClock(), limits=SMALL)

    async def make_data(self, content: bytes) -> Any:
        """As `DataContract` says."""
        return await self.make_stream(film_of(content))


class OnDisk(InMemory):
    """A store on a real disk, with threads."""

    def make_store(self: Any) -> Store:
        """An empty store in a new folder."""
        disk, workers = StateFolder(self.mktemp()), ThreadWorkers(reactor)
        store = Store(disk, workers, HeapClock())

        async def close() -> None:
            await store.close()
            await workers.close()
            disk.close()

        self.addCleanup(lambda: Deferred.fromCoroutine(close()))
        return store


class DiskStoredTests(OnDisk, StoredStreamContract, TestCase):
    """Filled, on a disk."""


class DiskStoreTests(OnDisk, StoreContract, TestCase):
    """Its users, on a disk."""


class DiskHeldTests(OnDisk, HeldStreamContract, TestCase):
    """For several users, on a disk."""


class DiskStreamTests(OnDisk, StreamContract, TestCase):
    """Whole, on a disk."""


class DiskDataTests(OnDisk, DataContract, TestCase):
    """Read, on a disk."""

    def make_store(self) -> Any:
        """With bounds that a small stream reaches."""
        store = super().make_store()
        store._limits = SMALL
        return store

    async def make_data(self, content: bytes) -> Any:
        """As `DataContract` says."""
        return await self.make_stream(film_of(content))
