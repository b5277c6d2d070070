"""Hashing in worker threads, which every system has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, succeed
from zope.interface import implementer

from p2pstream.content.hashes.hash_nodes import unit_hashes
from p2pstream.data.hasher.lending import Lending
from p2pstream.interfaces import IHasher, IWorkers

__all__ = ["ThreadHasher", "hash_and_use"]


def hash_and_use(run: memoryview, unit_layer: int, use: Callable[[bytes], Any]) -> Any:
    """In a worker: as `IHasher.unit_hashes`."""
    return use(unit_hashes(run, unit_layer))


@implementer(IHasher)
class ThreadHasher:
    """Whoever has the workers closes them."""

    def __init__(self, workers: IWorkers) -> None:
        self._workers = workers
        self._lending = Lending()

    def expect(self, length: int) -> None:
        """They start with the first run."""

    def lend(self, length: int) -> memoryview:
        return self._lending.lend(length)

    def give_back(self, run: memoryview) -> None:
        self._lending.give_back(run)

    def unit_hashes(self, run: memoryview, unit_layer: int, use: Callable[[bytes], Any]) -> Deferred[Any]:
        return self._workers.run(hash_and_use, run, unit_layer, use)

    def close(self) -> Deferred[None]:
        return succeed(None)
