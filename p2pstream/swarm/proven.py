"""A download whose every byte is proven: from any number of sources into one stored stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.units import UNIT
from p2pstream.content.views import Awaited, StreamSnapshot
from p2pstream.errors import BadProof, PeerError, Refused, SourceLost, StorageError, Unproven
from p2pstream.interfaces import IEvents, INode, IStoredStream, IStreamView, IUnitListener, IUnitSource
from p2pstream.swarm.awaiting import awaited
from p2pstream.swarm.bans import Bans
from p2pstream.swarm.captain import Captain
from p2pstream.swarm.crew import Crew, Dial
from p2pstream.swarm.orders import Orders
from p2pstream.swarm.refusal import Refusal, SentRun
from p2pstream.swarm.roster import Roster
from p2pstream.swarm.suspects import Suspects
from p2pstream.swarm.times import FetchTimes
from p2pstream.swarm.troubles import Troubles

__all__ = ["ProvenDownload"]

_log = Logger()


@implementer(IUnitListener, IStreamView)
class ProvenDownload:
    """Asks sources for what is missing, as the picker says, until all is here.

    :param name: for people.
    :param stream: proves and keeps what comes; closed by its owner after `run` has ended.
    :param dial: connects to a peer for this stream's key.
    :param bans: what this process knows of those who lied; left out, nothing.
    :param is_local: whether an address is on this machine or our network: what comes from there
        costs nobody else anything, and is preferred.
    :param thinned: called when so many sources went that others should be looked for.
    """

    def __init__(
        self,
        name: str,
        stream: IStoredStream,
        dial: Dial,
        node: INode,
        bans: Bans | None = None,
        is_local: Callable[[Address], bool] = lambda address: False,
        thinned: Callable[[], None] = lambda: None,
    ) -> None:
        clock, limits = node.reactor, node.limits
        self._name, self._limits = name, limits
        self._stream: Any = stream
        self._clock: IReactorTime = clock
        self._events: IEvents = node.events
        self._times = FetchTimes(node.meter)
        self._roster = Roster(limits)
        self._orders = Orders(stream, self._roster, node, self._useless, self._lying)
        self._picker = self._orders.picker
        self._suspects = Suspects(bans or Bans(limits), stream.key, clock.seconds)
        captain = Captain(self._met, self._missed, self._deserted, thinned, self._suspects.why_not)
        #: Whom it is connected to, and whom it could be.
        self.crew = Crew(dial, node, captain, is_local)
        self._troubles = Troubles(name)
        self._is_local = is_local
        self._ticking = LoopingCall(self._tick)
        self._ticking.clock = clock
        self._done: Deferred[None] = Deferred(lambda _: self._end(Failure(CancelledError())))
        self._again, self._began = 0, clock.seconds()
        self._filled: Callable[[Failure | None], None] = stream.fill()
        self._refusal = Refusal(self._keep, self._room_again, limits)

    def run(self, addresses: Iterable[Address]) -> Deferred[None]:
        """Fetch from these, and from whoever is added; fires when all is here.

        To be called once.  Cancelling ends it, as a failure; what came is kept.

        :returns: fails with `errors.NoSource`, naming what was wrong with each peer, when
            nobody is left.  A disk that refuses is asked again every so often.
        """
        if self._picker.complete:
            self._finish()
            return self._done
        self._orders.begin()
        self._ticking.start(self._limits.picker_tick_s, now=False).addErrback(
            lambda failure: _log.failure("a download's clock broke", failure)
        )
        self.add(addresses)
        return self._done

    def add(self, addresses: Iterable[Address], hearsay: bool = False) -> None:
        """These have it, too; ``hearsay``: as other peers say, and no central.  Harmless when it is over."""
        if not self._done.called:
            self.crew.add(addresses, hearsay)

    def snapshot(self) -> StreamSnapshot:
        """As `IStreamView` says."""
        now = self._clock.seconds()
        return StreamSnapshot(
            name=self._name,
            length=self._stream.key.length,
            have=self._stream.have,
            rate=self._roster.rate.at(now),
            sources=self._roster.snapshots(),
            awaited=None if self._done.called else self._awaited(now),
            verified=True,
            again=self._again,
        )

    def _awaited(self, now: float) -> Awaited | None:
        readers, refused, rate = self._stream.cursors, self._refusal.is_on, self._roster.rate.at(now)
        return awaited(self._picker, self._roster, readers, refused, rate > 0, self._limits)

    def lend(self, source: IUnitSource, first: int, count: int) -> memoryview | None:
        """As `IUnitListener` says."""
        if self._done.called or self._picker.is_here(first, count):
            self._picker.unwanted(source, first, count, self._clock.seconds())
            self._twice(first, count)
            return None
        return self._orders.runs.lend(first, count)

    def arrived(self, source: IUnitSource, first: int, count: int, run: memoryview) -> None:
        """As `IUnitListener` says."""
        now = self._clock.seconds()
        self._twice(first, count)
        asked = self._picker.arrived(source, first, count, now)
        if self._roster.sent(source, len(run), now):
            address, seconds = str(self._roster.address(source)), round(now - self._began, 6)
            self._events.happened("first_byte", address=address, seconds=seconds)
            self._times.began(seconds)
        self._keep(SentRun(source, self._roster.address(source), first, count, run, asked))
        self._orders.sent(source)

    def _keep(self, came: SentRun) -> Deferred[bool]:
        """Fires with whether a disk refused it, and it is held."""
        proving: Deferred[Any] = self._stream.put_units(came.first, came.run)
        proving.addCallbacks(partial(self._judged, came), partial(self._not_kept, came))
        proving.addErrback(lambda failure: _log.failure("proving units broke a download", failure))
        proving.addCallback(partial(self._proven, came.run))
        return proving

    def _proven(self, run: memoryview, held: bool | None) -> bool:
        if not held:
            self._orders.give_back(run)
        return bool(held)

    def _twice(self, first: int, count: int) -> None:
        """Note what of this another sent before."""
        self._again += UNIT * (count - self._picker.here.missing(first, first + count).total)

    def dropped(self, source: IUnitSource, first: int, count: int, run: memoryview) -> None:
        """As `IUnitListener` says."""
        self._orders.give_back(run)

    def refused(self, source: IUnitSource, first: int, count: int, code: int) -> None:
        """As `IUnitListener` says."""
        if self._picker.refused(source, first, count, self._clock.seconds()):
            self._orders.fill(source)  # another was quicker, or a reader went elsewhere
        else:
            self._orders.rest(source)

    def changed(self, source: IUnitSource) -> None:
        """As `IUnitListener` says."""
        self._orders.changed(source)

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
            self.crew.left(address, useful, isinstance(fault, PeerError))
            self._orders.fill_all()

    def _met(self, address: Address, source: IUnitSource) -> None:
        self._roster.met(address, source, self._clock.seconds())
        self._events.happened("source_connected", address=str(address))
        source.listen(self)
        self._orders.met(source, self._is_local(address))

    def _missed(self, address: Address, fault: Exception) -> None:
        why = self._troubles.add(address, fault, 0)
        self._events.happened("source_refused", address=str(address), reason=why)

    def _deserted(self) -> None:
        """It is over, unless those who seemed to lie are worth another try; see `Bans`."""
        if anew := self._suspects.let_in():
            self.crew.let_in(anew)
        else:
            self._end(Failure(self._troubles.verdict()))

    def _judged(self, came: SentRun, kept: Sequence[bool]) -> None:
        source, first = came.source, came.first
        self._times.proven(came.asked, self._clock.seconds())
        if self._done.called:
            return
        self._picker.proven(first, kept)
        self._orders.cancel(first, len(kept))
        if not all(kept):
            self._roster.dropped(self._roster.address(source), UNIT * kept.count(False))
            self._lying(source, first + kept.index(False), "its bytes are not what their hash says")
        if self._picker.complete:
            self._finish()

    def _not_kept(self, came: SentRun, failure: Failure) -> bool:
        """Whether it is held, because a disk refused it."""
        if self._done.called:
            return False
        if failure.trap(Unproven, StorageError) is Unproven:
            self._roster.dropped(came.sent_from, len(came.run))
            self._picker.proven(came.first, [False] * came.count)
            self._orders.fill_all()
            return False
        self._orders.paused = True
        if self._refusal.hold(came, self._clock.seconds()):
            self._events.happened("storage_refused", name=self._name, reason=str(failure.value))
        return True

    def _room_again(self) -> None:
        self._orders.paused = False
        self._orders.fill_all()

    def _lying(self, source: IUnitSource, unit: int, why: str) -> None:
        address = self._roster.address(source)
        if address is not None:
            self._events.happened("source_lied", address=str(address), reason=why)
            self._suspects.convict(address)
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
        self.crew.give_up(address)
        self._orders.fill_all()

    def _part(self, source: IUnitSource, state: str = "lost") -> int:
        """A source is out of the account; how many bytes it sent."""
        self._orders.left(source)
        return self._roster.left(source, state)

    def _tick(self) -> None:
        now = self._clock.seconds()
        self._times.look(self._awaited(now) if any(self._stream.cursors) else None, now)
        self._refusal.tick(now)
        for spent, why in self._roster.spent(self._picker.owes, self.crew.is_crowded, now).items():
            self._let_go(spent, why)
        worst = self._roster.worst(now, self._orders.is_alone_with)
        if worst is not None and self.crew.is_sought:
            self._let_go(worst, "sent far less than others, and others wait")
        self._orders.tick()

    def _let_go(self, source: IUnitSource, why: str) -> None:
        """It makes room, and is dialled again when there is some."""
        self.lost(source, Failure(SourceLost(why)))
        source.close()

    def _finish(self) -> None:
        seconds = round(self._clock.seconds() - self._began, 6)
        self._events.happened("fetched", received=self._stream.key.length, seconds=seconds)
        self._end(None)

    def _end(self, outcome: Failure | None) -> None:
        """Hang up on everybody, then say how it ended."""
        if self._ticking.running:
            self._ticking.stop()
        self._orders.end()
        for came in self._refusal.end():
            self._roster.dropped(came.sent_from, len(came.run))
            self._orders.give_back(came.run)
        self.crew.close()
        for source in self._roster.sources:
            self._part(source, "lost" if outcome else "finished")
            source.close()
        # Whoever ends it reads on, by and by; who waits for what nobody sends is told.
        gave_up = outcome is not None and not outcome.check(CancelledError)
        self._filled(outcome if gave_up else None)
        if not self._done.called:
            self._done.callback(outcome)
