"""Filling one stream from the peers that a central listed, one after the other.

Each source is asked for everything from byte 0, because some cannot be asked for less.
One that breaks off is replaced by the next, whose bytes are compared with what is
there: the data does that, and this module decides what follows from it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.views import Awaited, Need, SourceSnapshot, StreamSnapshot
from p2pstream.data.partial import PartialData
from p2pstream.errors import SourceLost
from p2pstream.interfaces import IEvents, IStreamView
from p2pstream.limits import LIMITS, Limits
from p2pstream.swarm.attempt import Attempt, Connect, Stage
from p2pstream.swarm.rates import Rate
from p2pstream.swarm.troubles import Troubles, in_words

__all__ = ["Download"]


@implementer(IStreamView)
class Download:
    """One stream on its way here.

    :param data: what is filled; it is finished or aborted here, and closed by its owner
        once `run` has ended, if need be by cancelling it.
    :param connect: dials a peer; the `ISource` need not be able to do anything but start at 0.
    :param addresses: who has the stream, best first.
    """

    def __init__(
        self,
        name: str,
        data: PartialData,
        connect: Connect,
        addresses: Sequence[Address],
        clock: IReactorTime,
        events: IEvents,
        limits: Limits = LIMITS,
    ) -> None:
        self._name = name
        self._data = data
        self._connect = connect
        self._addresses = tuple(dict.fromkeys(addresses))
        self._clock = clock
        self._events = events
        self._limits = limits
        self._attempts: list[Attempt] = []
        self._troubles = Troubles(name)
        self._rate = Rate()
        self._began = clock.seconds()
        self._flowing = False
        self._told = False

    def run(self) -> Deferred[None]:
        """Fires when the data is finished; to be called once.  Cancelling aborts the data.

        :returns: fails with `errors.NoSource` naming what was wrong with each peer, with
            `errors.PeersDisagree` naming those that do, with `errors.StorageError` when
            the bytes could not be kept.  Whoever reads the data is told the same.
        """
        return Deferred.fromCoroutine(self._run())

    def snapshot(self) -> StreamSnapshot:
        """See `IStreamView.snapshot`."""
        rate = self._rate.at(self._clock.seconds())
        return StreamSnapshot(
            name=self._name,
            length=self._data.length,
            have=self._data.have,
            rate=rate,
            sources=self._sources(),
            awaited=self._awaited(rate),
        )

    async def _run(self) -> None:
        self._began = self._clock.seconds()
        try:
            await self._fetch()
        except Exception:
            await self._data.abort(Failure())
            raise

    async def _fetch(self) -> None:
        patient = self._limits.stall_s
        hasty = min(self._limits.first_byte_s, patient) if len(self._addresses) > 1 else patient
        queue = deque((address, hasty) for address in self._addresses)
        while queue:
            attempt = Attempt(*queue.popleft(), self._clock, self._limits, self._met, self._passed)
            try:
                await self._fill_from(attempt, alone=not queue)
                return
            except SourceLost as fault:
                self._lost(attempt, fault)
                if attempt.unheard and attempt.patience_s < patient:
                    queue.append((attempt.address, patient))
        await self._conclude()

    async def _fill_from(self, attempt: Attempt, alone: bool) -> None:
        """Let one source fill the data, to the end.

        :param alone: nobody else is left to ask.
        :raises SourceLost: whatever was wrong with it.
        """
        self._attempts.append(attempt)
        before = self._data.have.total
        try:
            fault = await self._outcome(attempt)
            if attempt.inlet is not None and attempt.inlet.began:
                await self._data.settled()
                self._troubles.sent(attempt.address, attempt.received)
        finally:
            attempt.taken = self._data.have.total - before
        if fault is not None:
            raise SourceLost(in_words(fault)) from fault
        if not attempt.received and not alone:
            # A film may be empty, but that is rare; the others may know better.
            raise SourceLost("sent nothing")
        await self._finish(attempt)

    async def _outcome(self, attempt: Attempt) -> Exception | None:
        """What went wrong with the source, if anything; that we gave up is not its fault."""
        try:
            await attempt.run(self._connect, self._data)
        except CancelledError:
            raise
        except Exception as fault:
            return fault
        return None

    async def _conclude(self) -> None:
        """Nobody is left to ask: it was an empty stream, or it failed."""
        empty = any(attempt.ended for attempt in self._attempts)
        if any(attempt.received for attempt in self._attempts) or not empty:
            raise self._troubles.verdict()
        await self._finish(None)

    async def _finish(self, attempt: Attempt | None) -> None:
        """Finish the data; that all is here is told before it is durable, which takes a disk longer.

        :param attempt: the source that sent the end, if there is one.
        """
        ignore = self._data.observe(lambda: self._written(attempt))
        try:
            await self._data.finish()
        finally:
            ignore()

    def _written(self, attempt: Attempt | None) -> None:
        # Readers that stop waiting change the data once more.
        if self._told or not self._data.complete:
            return
        self._told = True
        if attempt is not None:
            attempt.stage = Stage.FINISHED
            self._events.happened("source_finished", address=str(attempt.address), received=attempt.received)
        seconds = round(self._clock.seconds() - self._began, 6)
        self._events.happened("fetched", received=self._data.length, seconds=seconds)

    def _met(self, attempt: Attempt) -> None:
        self._events.happened("source_connected", address=str(attempt.address))

    def _lost(self, attempt: Attempt, fault: SourceLost) -> None:
        attempt.stage = Stage.LOST
        reason, address = self._troubles.add(attempt.address, fault, attempt.received), str(attempt.address)
        if attempt.inlet is None:
            self._events.happened("source_refused", address=address, reason=reason)
        else:
            self._events.happened("source_lost", address=address, received=attempt.received, reason=reason)

    def _passed(self, attempt: Attempt, count: int) -> None:
        now = self._clock.seconds()
        if count and not self._flowing:
            self._flowing = True
            seconds = round(now - self._began, 6)
            self._events.happened("first_byte", address=str(attempt.address), seconds=seconds)
        self._rate.add(count, now)

    def _awaited(self, rate: float) -> Awaited | None:
        if self._told or rate:
            return None
        attempt = self._attempts[-1] if self._attempts else None
        if attempt is None or attempt.inlet is None or attempt.stage is Stage.LOST:
            return Awaited(Need.PEERS)
        return Awaited(Need.UNIT if self._data.have else Need.HEAD, of=(str(attempt.address),))

    def _sources(self) -> tuple[SourceSnapshot, ...]:
        """Each source once, with all that it sent, as it stands now."""
        found: dict[Address, SourceSnapshot] = {}
        for attempt in self._attempts:
            before = found.get(attempt.address)
            received, taken = (before.received, before.taken or 0) if before else (0, 0)
            found[attempt.address] = SourceSnapshot(
                str(attempt.address),
                received + attempt.received,
                attempt.stage.value,
                taken + (attempt.received if attempt.taken is None else attempt.taken),
            )
        return tuple(found.values())
