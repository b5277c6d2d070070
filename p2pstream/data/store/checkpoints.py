"""When what is in the files of a stream becomes durable, and is claimed."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.ranges import Ranges
from p2pstream.data.store.files import Files
from p2pstream.data.store.guest import GuestFiles
from p2pstream.data.store.nodes import Nodes
from p2pstream.data.store.stock import Stock
from p2pstream.data.store.upkeep import Upkeep
from p2pstream.errors import StorageError

__all__ = ["Checkpoints"]

_log = Logger()


class Checkpoints:
    """Checkpoints of one stream: at most one every few seconds, and one when it is closed."""

    def __init__(self, files: Files | GuestFiles, nodes: Nodes, stock: Stock, upkeep: Upkeep) -> None:
        self._files = files
        self._nodes = nodes
        self._stock = stock
        self._workers = upkeep.workers
        self._turns = upkeep.turns
        self._clock = upkeep.clock
        self._limits = upkeep.limits
        self._due: IDelayedCall | None = None
        self._stopped = self._told = self._released = False

    def soon(self) -> None:
        """Have one before long."""
        if self._due is None and not self._stopped:
            self._due = self._clock.callLater(self._limits.store_checkpoint_s, self._begin)

    def now(self) -> Deferred[None]:
        """Have one now; fails with `errors.StorageError`."""
        return self._turns.take(self._make_durable)

    def disclaim(self) -> Deferred[None]:
        """Claim no more what is leaving; fires when a crash would not bring it back."""
        return self._turns.take(self._claim_less)

    def release(self, path: str, replace: bool) -> Deferred[None]:
        """Move the bytes out; there is nothing to be claimed any more."""
        return self._turns.take(self._release, path, replace)

    def stop(self) -> None:
        """Have no more by itself."""
        self._stopped = True
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _begin(self) -> None:
        self._due = None
        self.now().addCallbacks(self._went_well, self._went_wrong)

    async def _make_durable(self) -> None:
        if self._released:
            return
        stock, units, pieces = self._stock, self._stock.claimable, self._nodes.take()
        try:
            await self._workers.run(self._files.checkpoint, units, pieces)
        except BaseException:
            self._nodes.put_back(pieces)
            # A system forgets what it could not write: a later sync says nothing about it.
            stock.unsure = stock.unsure.union(units.without(stock.claimed))
            raise
        stock.claimed = units

    async def _release(self, path: str, replace: bool) -> None:
        try:
            await self._workers.run(self._files.release, path, replace)
        except BaseException:
            # The claim went first; another will be made.
            self._stock.claimed = Ranges()
            self.soon()
            raise
        self._released = True

    async def _claim_less(self) -> None:
        claimed = self._stock.claimed.without(self._stock.leaving)
        try:
            await self._workers.run(self._files.claim, claimed)
        except StorageError:
            # On a full disk there is no room even to say less; to say nothing takes none.
            claimed = Ranges()
            await self._workers.run(self._files.disclaim)
        self._stock.claimed = claimed
        await self._workers.run(self._files.forget, self._stock.leaving)

    def _went_well(self, _: Any) -> None:
        self._told = False

    def _went_wrong(self, failure: Failure) -> None:
        """Said once for each trouble: it is tried again and again."""
        if not self._told:
            _log.warn("{why}; what came since may have to be fetched again", why=failure.getErrorMessage())
        self._told = True
        self.soon()
