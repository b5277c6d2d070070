"""Hashing in worker threads, which every system has."""

from __future__ import annotations

from twisted.internet.defer import Deferred, succeed
from zope.interface import implementer

from p2pstream.content.hashes.hash_nodes import unit_hashes
from p2pstream.data.hasher.lending import Lending
from p2pstream.interfaces import IHasher, IWorkers

__all__ = ["ThreadHasher"]


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

    def unit_hashes(self, run: memoryview, unit_layer: int) -> Deferred[bytes]:
        return self._workers.run(unit_hashes, run, unit_layer)

    def close(self) -> Deferred[None]:
        return succeed(None)
