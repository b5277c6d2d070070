"""A catalogue that outlives the program: SQLite, in workers, many records to one sync."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred, DeferredLock, fail, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.central.names.ledger import Ledger
from p2pstream.codes import Code
from p2pstream.content.signed.catalogued import Entry, KnownAs
from p2pstream.errors import Refused
from p2pstream.interfaces import ICatalogue, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["SqliteCatalogue"]

_Waiting = tuple[Entry, Deferred[Entry]]
_Asked = tuple[tuple[str, int], Deferred[Sequence[Entry]]]


@implementer(ICatalogue)
class SqliteCatalogue:
    """One database for writing, and one view of it for reading, so that reads do not wait for syncs.

    :param ledger: open already; opening blocks.
    """

    def __init__(
        self, ledger: Ledger, reader: Ledger, clock: IReactorTime, workers: IWorkers, limits: Limits = LIMITS
    ) -> None:
        self._ledger = ledger
        self._reader = reader
        self._clock = clock
        self._workers = workers
        self._limits = limits
        self._writing, self._reading = DeferredLock(), DeferredLock()
        self._waiting: deque[_Waiting] = deque()
        self._asked: list[_Asked] = []
        self._resolving: Deferred[None] = succeed(None)
        self._loop: Deferred[None] = succeed(None)
        self._busy = False
        self._closed = False

    def publish(self, entry: Entry) -> Deferred[Entry]:
        """See `ICatalogue.publish`."""
        if self._closed or len(self._waiting) >= self._limits.catalogue_waiting:
            return fail(Refused("too many names wait to be kept; try again in a second", Code.BUSY))
        kept: Deferred[Entry] = Deferred(lambda _: None)
        self._waiting.append((entry, kept))
        if not self._busy:
            self._busy = True
            self._loop = Deferred.fromCoroutine(self._write())
        return kept

    def resolve(self, fold: str, now_ms: int) -> Deferred[Sequence[Entry]]:
        """See `ICatalogue.resolve`."""
        found: Deferred[Sequence[Entry]] = Deferred(lambda _: None)
        self._asked.append(((fold, now_ms), found))
        if len(self._asked) == 1:
            self._resolving = Deferred.fromCoroutine(self._resolve())
        return found

    def search(
        self, words: Sequence[str], after: tuple[str, int] | None, most: int, now_ms: int
    ) -> Deferred[Sequence[Entry]]:
        """See `ICatalogue.search`."""
        return self._read(self._reader.search, words, after, most, now_ms)

    def changed_since(self, change: int, most: int, now_ms: int) -> Deferred[Sequence[Entry]]:
        """See `ICatalogue.changed_since`."""
        return self._read(self._reader.changed_since, change, most, now_ms)

    def known(self, place: int, most: int, now_ms: int) -> Deferred[Sequence[KnownAs]]:
        """See `ICatalogue.known`."""
        return self._read(self._reader.known, place, most, now_ms)

    def purge(self, now_ms: int) -> Deferred[Sequence[Entry]]:
        """See `ICatalogue.purge`."""
        return self._writing.run(self._workers.run, self._ledger.purge, now_ms)

    def count(self) -> int:
        """See `ICatalogue.count`."""
        count: int = self._ledger.count
        return count

    def close(self) -> Deferred[None]:
        """See `ICatalogue.close`."""
        return Deferred.fromCoroutine(self._close())

    async def _close(self) -> None:
        self._closed = True
        await self._loop
        for lock, ledger in ((self._reading, self._reader), (self._writing, self._ledger)):
            await lock.run(self._workers.run, ledger.close)

    def _read(self, ask: Callable[..., Any], *args: Any) -> Deferred[Any]:
        return self._reading.run(self._workers.run, ask, *args)

    async def _resolve(self) -> None:
        """All that is asked for until it is our turn: for a busy reactor a turn costs more than a name."""
        await self._reading.acquire()
        asked, self._asked = self._asked, []
        try:
            outcomes = await self._workers.run(self._reader.resolve_all, [what for what, _ in asked])
        except Exception:
            outcomes = [Failure()] * len(asked)
        finally:
            self._reading.release()
        for (_, found), outcome in zip(asked, outcomes, strict=True):
            if not found.called:
                (found.errback if isinstance(outcome, Failure) else found.callback)(outcome)

    async def _write(self) -> None:
        """Write what waits, until nothing does."""
        while self._waiting:
            if not self._closed:
                await deferLater(self._clock, self._limits.catalogue_batch_s)
            most = min(len(self._waiting), self._limits.catalogue_batch)
            batch = [self._waiting.popleft() for _ in range(most)]
            await self._write_batch(batch)
        self._busy = False

    async def _write_batch(self, batch: list[_Waiting]) -> None:
        try:
            outcomes = await self._writing.run(
                self._workers.run, self._ledger.write, [entry for entry, _ in batch]
            )
        except Exception:
            # Whatever it is: else nobody's record would be kept any more.
            outcomes = [Failure()] * len(batch)
        for (_, kept), outcome in zip(batch, outcomes, strict=True):
            if not kept.called:
                (kept.errback if isinstance(outcome, Refused | Failure) else kept.callback)(outcome)
