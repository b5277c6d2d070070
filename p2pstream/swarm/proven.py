"""A download whose every byte is proven: from any number of sources into one stored stream."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from random import Random
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.units import UNIT
from p2pstream.content.views import StreamSnapshot
from p2pstream.data.store.stock import common
from p2pstream.errors import BadProof, PeerError, Refused, SourceLost, StorageError, Unproven
from p2pstream.interfaces import IEvents, IStoredStream, IStreamView, IUnitListener, IUnitSource
from p2pstream.limits import LIMITS, Limits
from p2pstream.swarm.bans import Bans
from p2pstream.swarm.crew import Crew, Dial
from p2pstream.swarm.pages import PagePicker
from p2pstream.swarm.picker import Pick, Picker
from p2pstream.swarm.roster import Roster
from p2pstream.swarm.runs import Runs
from p2pstream.swarm.troubles import Troubles

__all__ = ["ProvenDownload"]

_log = Logger()


@implementer(IUnitListener, IStreamView)
class ProvenDownload:
    """Asks sources for what is missing, nearest to the readers first, until all is here.

    :param name: for people.
    :param stream: proves and keeps what comes; closed by its owner after `run` has ended.
    :param dial: connects to a peer for this stream's key.
    :param bans: what this process knows of those who lied; left out, nothing.
    """

    def __init__(
        self,
        name: str,
        stream: IStoredStream,
        dial: Dial,
        clock: IReactorTime,
        random: Random,
        events: IEvents,
        limits: Limits = LIMITS,
        bans: Bans | None = None,
    ) -> None:
        self._name = name
        self._stream: Any = stream
        self._clock = clock
        self._events = events
        self._limits = limits
        self._picker = Picker(stream.key.units, stream.units, limits)
        self._pages = PagePicker(stream, self._fill_all, self._useless, self._lying, limits)
        crew = self._met, self._missed, self._deserted, limits, self._why_not
        self._crew = Crew(dial, clock, random, *crew)
        self._roster = Roster(limits)
        self._runs = Runs(stream.key, stream.hasher, limits)
        self._troubles = Troubles(name)
        self._bans = bans or Bans(limits)
        self._ticking = LoopingCall(self._tick)
        self._ticking.clock = clock
        self._done: Deferred[None] = Deferred(lambda _: self._end(Failure(CancelledError())))
        self._began = clock.seconds()
        #: Sources that refused something since the last tick.
        self._resting: set[IUnitSource] = set()
        #: When asking may go on after the disk refused; None while it does not.
        self._refused_until: float | None = None

    def run(self, addresses: Iterable[Address]) -> Deferred[None]:
        """Fetch from these, and from whoever is added; fires when all is here.

        To be called once.  Cancelling ends it, as a failure; what came is kept.

        :returns: fails with `errors.NoSource`, naming what was wrong with each peer, when
            nobody is left.  A disk that refuses is asked again every so often.
        """
        if self._picker.complete:
            self._finish()
            return self._done
        self._ticking.start(self._limits.picker_tick_s, now=False).addErrback(
            lambda failure: _log.failure("a download's clock broke", failure)
        )
        self.add(addresses)
        return self._done

    def add(self, addresses: Iterable[Address]) -> None:
        """These have it, too."""
        self._crew.add(addresses)
        self._say_waiting()

    def snapshot(self) -> StreamSnapshot:
        """As `IStreamView` says."""
        return StreamSnapshot(
            name=self._name,
            length=self._stream.key.length,
            have=self._stream.have,
            rate=self._roster.rate.at(self._clock.seconds()),
            sources=self._roster.snapshots(),
            waiting_for=self._stream.waiting_for,
            verified=True,
        )

    def lend(self, source: IUnitSource, first: int, count: int) -> memoryview | None:
        """As `IUnitListener` says."""
        if self._done.called or self._picker.is_here(first, count):
            return None
        return self._runs.lend(first, count)

    def arrived(self, source: IUnitSource, first: int, count: int, run: memoryview) -> None:
        """As `IUnitListener` says."""
        now = self._clock.seconds()
        self._picker.arrived(source, first, count, now)
        if self._roster.sent(source, len(run), now):
            self._tell_first(source)
        proving = self._stream.put_units(first, run)
        proving.addCallbacks(partial(self._judged, source, first), partial(self._not_kept, first, count))
        proving.addErrback(lambda failure: _log.failure("proving units broke a download", failure))
        proving.addCallback(lambda _: self._runs.give_back(run))
        self._fill(source)

    def dropped(self, source: IUnitSource, first: int, count: int, run: memoryview) -> None:
        """As `IUnitListener` says."""
        self._runs.give_back(run)

    def refused(self, source: IUnitSource, first: int, count: int, code: int) -> None:
        """As `IUnitListener` says."""
        self._picker.refused(source, first, count)
        if self._picker.is_here(first, count):
            self._fill(source)  # another was quicker, and we took it back
        else:
            # Asked at once it would refuse at once, as fast as the wire goes.
            self._resting.add(source)

    def changed(self, source: IUnitSource) -> None:
        """As `IUnitListener` says."""
        self._fill(source)

    def lost(self, source: IUnitSource, reason: Failure) -> None:
        """As `IUnitListener` says."""
        address = self._roster.address(source)
        if address is None:
            return
        useful, received = self._roster.is_useful(source), self._part(source)
        fault = reason.value if isinstance(reason.value, Exception) else SourceLost()
        why = self._troubles.add(address, fault, received)
        if not self._done.called:
            self._events.happened("source_lost", address=str(address), received=received, reason=why)
            self._crew.left(address, useful, isinstance(fault, PeerError))
            self._fill_all()

    def _met(self, address: Address, source: IUnitSource) -> None:
        self._roster.met(address, source, self._clock.seconds())
        self._picker.join(source)
        self._events.happened("source_connected", address=str(address))
        source.listen(self)
        self._fill(source)
        self._say_waiting()

    def _missed(self, address: Address, fault: Exception) -> None:
        why = self._troubles.add(address, fault, 0)
        self._events.happened("source_refused", address=str(address), reason=why)

    def _why_not(self, address: Address) -> str:
        return self._bans.why_not(address, self._stream.key, self._clock.seconds())

    def _deserted(self) -> None:
        self._end(Failure(self._troubles.verdict()))

    def _fill_all(self) -> None:
        for source in self._roster.sources:
            self._fill(source)

    def _fill(self, source: IUnitSource) -> None:
        """Ask a source for as much as it may be asked for."""
        idle = source in self._resting or self._roster.address(source) is None
        if idle or self._done.called or self._refused_until is not None:
            return
        now, readers, wanted = self._clock.seconds(), self._readers(), self._stream.wanted
        while True:
            room = min(source.room, self._runs.room(self._picker.outstanding))
            pick = self._picker.pick(source, common(source.units, wanted), room, readers, now)
            if pick is None or not self._ask(source, pick):
                return

    def _ask(self, source: IUnitSource, pick: Pick) -> bool:
        """Ask for what was picked, as far as proofs allow; whether that was all of it."""
        count = self._pages.allowed(source, pick.first, pick.count)
        if self._roster.address(source) is None:
            return False  # it proved useless
        if count < pick.count:
            self._picker.refused(source, pick.first + count, pick.count - count)
        if count:
            source.ask(pick.first, count, pick.urgency)
            self._pages.ahead(source, pick.first + count + self._limits.page_hashes // 2)
        return count == pick.count

    def _readers(self) -> list[int]:
        return [cursor.position // UNIT for cursor in self._stream.cursors]

    def _judged(self, source: IUnitSource, first: int, kept: Sequence[bool]) -> None:
        if self._done.called:
            return
        self._picker.proven(first, kept)
        for holder in self._picker.holders(first, len(kept)):
            holder.cancel(first, len(kept))
        if not all(kept):
            self._lying(source, first + kept.index(False), "its bytes are not what their hash says")
        if self._picker.complete:
            self._finish()
        else:
            self._fill_all()

    def _not_kept(self, first: int, count: int, failure: Failure) -> None:
        if self._done.called:
            return
        self._picker.proven(first, [False] * count)
        if failure.check(Unproven):
            return
        failure.trap(StorageError)
        if self._refused_until is None:
            self._events.happened("storage_refused", name=self._name, reason=str(failure.value))
        self._refused_until = self._clock.seconds() + self._limits.storage_retry_s

    def _lying(self, source: IUnitSource, unit: int, why: str) -> None:
        address = self._roster.address(source)
        if address is not None:
            self._events.happened("source_lied", address=str(address), reason=why)
            self._bans.convict(address, self._stream.key, self._clock.seconds())
            self._leave(source, address, BadProof(f"lied: {why}"))
            source.spoilt(unit, why)

    def _useless(self, source: IUnitSource, why: str) -> None:
        address = self._roster.address(source)
        if address is not None:
            self._leave(source, address, Refused(f"proves nothing: {why}"))
            source.close()

    def _leave(self, source: IUnitSource, address: Address, fault: Exception) -> None:
        """Have nothing to do with a source any more."""
        self._troubles.add(address, fault, self._part(source))
        self._crew.give_up(address)
        self._fill_all()

    def _part(self, source: IUnitSource, state: str = "lost") -> int:
        """A source is out of the account; how many bytes it sent."""
        self._picker.leave(source)
        self._pages.forget(source)
        return self._roster.left(source, state)

    def _tick(self) -> None:
        now, readers, wanted = self._clock.seconds(), self._readers(), self._stream.wanted
        self._resting.clear()
        if self._refused_until is not None and now >= self._refused_until:
            self._refused_until = None
        for spent, why in self._roster.spent(self._picker.owes, self._crew.is_crowded, now).items():
            self.lost(spent, Failure(SourceLost(why)))
            spent.close()
        for source in self._picker.fastest(now):
            again = self._picker.pick_again(source, common(source.units, wanted), source.room, readers, now)
            if again is not None:
                self._ask(source, again)
        self._fill_all()
        self._say_waiting()

    def _say_waiting(self) -> None:
        """Say what the readers wait for."""
        unit = self._picker.first_missing((self._readers() or [0])[0])
        holders = self._roster.waited_for(unit, self._picker.holders(unit))
        self._stream.waiting_for = holders if self._refused_until is None else "room on the disk"

    def _tell_first(self, source: IUnitSource) -> None:
        seconds = round(self._clock.seconds() - self._began, 6)
        self._events.happened("first_byte", address=str(self._roster.address(source)), seconds=seconds)

    def _finish(self) -> None:
        seconds = round(self._clock.seconds() - self._began, 6)
        self._events.happened("fetched", received=self._stream.key.length, seconds=seconds)
        self._end(None)

    def _end(self, outcome: Failure | None) -> None:
        """Hang up on everybody, then say how it ended."""
        if self._ticking.running:
            self._ticking.stop()
        self._crew.close()
        for source in self._roster.sources:
            self._part(source, "lost" if outcome else "finished")
            source.close()
        if not self._done.called:
            self._done.callback(outcome)
