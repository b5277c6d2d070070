"""Connections to the peers that have a stream: dialled, kept, dialled again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from functools import partial
from random import Random

from twisted.internet.defer import Deferred
from twisted.internet.defer import TimeoutError as GivenUp
from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure

from p2pstream.content.addresses import Address
from p2pstream.errors import Refused, SourceLost
from p2pstream.interfaces import INode, IUnitSource
from p2pstream.limits import Limits
from p2pstream.swarm.captain import Captain
from p2pstream.swarm.member import Berth, Member
from p2pstream.transport.alarm import Alarm

__all__ = ["Crew", "Dial"]

#: Dials a peer for units.
Dial = Callable[[Address], Deferred[IUnitSource]]

_ENGAGED = (Berth.DIALLING, Berth.MET)
#: The reach of an address that means the same place to everybody.
_EVERYWHERE = 2


class Crew:
    """Keeps as many sources connected as a download may have.

    Addresses that fail are dialled again and again, and given up in the end, as `Member` says.

    Those that only other peers told of are few among the dialled and the connected, so that
    liars cannot come to surround us.

    :param is_local: whether an address is on our network; those are dialled first.
    """

    def __init__(
        self,
        dial: Dial,
        node: INode,
        captain: Captain,
        is_local: Callable[[Address], bool] = lambda address: False,
    ) -> None:
        limits: Limits = node.limits
        self._dial = dial
        self._clock: IReactorTime = node.reactor
        self._random: Random = node.random
        self._limits = limits
        self._captain = captain
        self._is_local = is_local
        self._closed = False
        #: How many were connected at once since `thinned` was called.
        self._most_met = 0
        self._members: dict[Address, Member] = {}
        self._dialling: dict[Address, Deferred[IUnitSource]] = {}
        #: When the last ones were dialled.
        self._dialled: deque[float] = deque(maxlen=limits.dials)
        #: So for those that other peers told of.
        self._hearsay: deque[float] = deque(maxlen=max(1, limits.dials * limits.exchange_dials // 10))
        self._alarm = Alarm(node.reactor, lambda now: self._muster())

    @property
    def is_crowded(self) -> bool:
        """Whether somebody could be dialled now, if there were room."""
        return any(self._queue)

    @property
    def is_small(self) -> bool:
        """Whether few are known who may answer: where many come at once, others may be there soon."""
        given_up = len(self._in(Berth.GIVEN_UP)) + len(self._in(Berth.BARRED))
        return len(self._members) - given_up < self._limits.sources_few

    @property
    def is_sought(self) -> bool:
        """Whether somebody who was never dialled could be, if there were room."""
        return not all(member.tried for member in self._queue)

    @property
    def _queue(self) -> list[Member]:
        """Who waits for a place alone."""
        now = self._clock.seconds()
        waiting = self._in(Berth.WAITING) if self._engaged >= self._limits.sources else []
        return [member for member in waiting if member.due <= now and self._is_welcome(member)]

    def add(self, addresses: Iterable[Address], hearsay: bool = False) -> None:
        """These have the stream, best first; harmless for those that are known.

        :param hearsay: other peers say so; else a central does.
        """
        now = self._clock.seconds()
        for address in addresses:
            if not hearsay or self._has_room_for_hearsay(address):
                member = self._members.get(address)
                if member is None:
                    member = Member(address, now, hearsay=hearsay, local=self._is_local(address))
                    self._members[address] = member
                elif not hearsay:
                    member.heed(now, self._limits)
                member.name(now)
                member.hearsay = member.hearsay and hearsay
        self._muster()

    def look_up(self, addresses: Iterable[Address]) -> None:
        """Peers of our network, of whom nobody says that they have it: who was not asked lately is."""
        now = self._clock.seconds()
        for address in addresses:
            if address in self._members:
                self._members[address].invite(now)
            elif not self._closed and self._has_room_for_hearsay(address):
                local = self._is_local(address)
                self._members[address] = Member(address, now, hearsay=True, nearby=True, local=local)
        self._muster()

    def take_in(
        self, came_from: Address, known: Collection[Address], come: Callable[[], IUnitSource]
    ) -> None:
        """One who dialled us is a source without a dial, if there is room, and it is none yet.

        :param known: where else it is, as others told; empty: nobody knows it.
        :param come: makes it a source.
        """
        visiting = self._engaged >= self._limits.sources
        if self._closed or (visiting and not self._may_visit) or not self._has_room_for_hearsay(came_from):
            return
        address = next(iter(known), came_from)
        members = [self._members[each] for each in (*known, address) if each in self._members]
        may_come = all(each.berth in (Berth.WAITING, Berth.GIVEN_UP) for each in members)
        if not may_come or self._captain.why_not(address):
            return
        local = self._is_local(address)
        new = Member(address, self._clock.seconds(), hearsay=True, guest=not known, local=local)
        member = self._members.get(address, new)
        if self._is_welcome(member):
            self._members[address], member.visiting = member, visiting
            self._meet(member, come())

    def vouch(self, addresses: Iterable[Address]) -> None:
        """A central told of these as well; harmless for those that are not known."""
        for address in addresses:
            if address in self._members:
                self._members[address].hearsay = False

    def is_failing(self, address: Address) -> bool:
        """Whether nobody answered there last; one that is barred is not looked for elsewhere either."""
        member = self._members.get(address)
        return member is not None and member.failures > 0 and member.berth is not Berth.BARRED

    def left(self, address: Address, useful: bool = True, offended: bool = False) -> None:
        """Its source is gone, and is dialled again, unless that has been in vain too often.

        :param useful: it did its work before: what failed until then is forgotten.
        :param offended: it broke the protocol.
        """
        member = self._members[address]
        if member.berth is not Berth.MET:
            return
        member.lost(useful, offended, self._clock.seconds(), self._limits)
        self._retry(member)
        self._count()
        self._muster()

    def give_up(self, address: Address) -> None:
        """Never dial it again."""
        self._members[address].berth = Berth.BARRED
        self._count()
        self._muster()

    def let_in(self, addresses: Iterable[Address]) -> None:
        """Dial those again that were to be left alone; who dialled us may come again."""
        for address in addresses:
            member = self._members[address]
            if member.guest:
                self._retry(member)
            elif member.berth is Berth.BARRED:
                member.berth, member.due, member.failures = Berth.WAITING, self._clock.seconds(), 0
        self._muster()

    def close(self) -> None:
        """Dial nobody any more, and take nobody in."""
        self._closed = True
        self._alarm.set(None)
        self._members = {}
        for dialling in list(self._dialling.values()):
            dialling.cancel()

    def _count(self) -> None:
        """Tell if too few are left."""
        met = len(self._in(Berth.MET))
        if 2 * met < self._most_met or not met:
            self._most_met = met
            self._captain.thinned()

    def _muster(self) -> None:
        """Dial whom there is room for, and see when to come back to this."""
        now = self._clock.seconds()
        # Those first who were not tried yet: the others must not keep them from it.
        for member in sorted(self._in(Berth.WAITING), key=lambda each: (each.failures, not each.local)):
            if member.due <= now and self._engaged < self._limits.sources and self._is_welcome(member):
                member.due = max(now, self._next_dial(member.hearsay))
                if member.due <= now:
                    self._dialled.append(now)
                    if member.hearsay:
                        self._hearsay.append(now)
                    self._reach(member)
        waiting = self._in(Berth.WAITING)
        if not waiting and not self._in(Berth.DIALLING) and not self._in(Berth.MET):
            self._alarm.set(None)
            self._captain.deserted()
        else:
            later = [member.due for member in waiting if member.due > now]
            self._alarm.set(min(later, default=None))

    def _next_dial(self, hearsay: bool) -> float:
        """When somebody may be dialled next."""
        counted = (self._dialled, self._hearsay) if hearsay else (self._dialled,)
        full = [dials[0] for dials in counted if len(dials) == dials.maxlen]
        return max(full) + self._limits.dials_s if full else 0.0

    def _is_welcome(self, member: Member) -> bool:
        """Whether a place is free for it: half of them are for those that centrals told of."""
        if not member.hearsay:
            return True
        engaged = [each for each in self._members.values() if each.berth in _ENGAGED]
        hearsay = [each for each in engaged if each.hearsay]
        near = sum(each.address.network == member.address.network for each in hearsay)
        is_foreign = member.address.reach == _EVERYWHERE
        crowded = is_foreign and near >= self._limits.exchange_foreign
        return len(hearsay) < max(1, self._limits.sources // 2) and not crowded

    def _has_room_for_hearsay(self, address: Address) -> bool:
        """Whether one more may be known, in the place of one that is given up if need be."""
        known = [member for member in self._members.values() if member.hearsay]
        if address in self._members or len(known) < self._limits.exchange_kept:
            return True
        over = next((each for each in known if each.berth in (Berth.GIVEN_UP, Berth.BARRED)), None)
        if over is not None:
            del self._members[over.address]
        return over is not None

    @property
    def _engaged(self) -> int:
        """How many of the places are taken that are for whomever we dial."""
        return sum(each.berth in _ENGAGED and not each.visiting for each in self._members.values())

    @property
    def _may_visit(self) -> bool:
        visiting = sum(each.visiting and each.berth is Berth.MET for each in self._members.values())
        return visiting < self._limits.visiting_sources

    def _in(self, berth: Berth) -> list[Member]:
        return [member for member in self._members.values() if member.berth is berth]

    def _reach(self, member: Member) -> None:
        why_not = self._captain.why_not(member.address)
        if why_not:
            member.berth = Berth.BARRED
            self._captain.failed(member.address, Refused(why_not))
            return
        member.berth, member.tried, member.visiting = Berth.DIALLING, True, False
        self._dialling[member.address] = dialling = self._dial(member.address)
        dialling.addTimeout(self._limits.connect_s, self._clock)
        dialling.addCallbacks(partial(self._reached, member), partial(self._missed, member))

    def _reached(self, member: Member, source: IUnitSource) -> None:
        self._dialling.pop(member.address, None)
        if member.address not in self._members:
            source.close()
            return
        self._meet(member, source)

    def _meet(self, member: Member, source: IUnitSource) -> None:
        member.berth = Berth.MET
        self._most_met = max(self._most_met, len(self._in(Berth.MET)))
        self._captain.met(member.address, source)

    def _missed(self, member: Member, failure: Failure) -> None:
        self._dialling.pop(member.address, None)
        if member.address not in self._members:
            return  # closed
        fault = failure.value
        if not isinstance(fault, Exception) or isinstance(fault, GivenUp):
            fault = SourceLost(f"did not answer within {self._limits.connect_s:g} s")
        member.failures += 1
        self._retry(member)
        if not member.nearby:
            self._captain.failed(member.address, fault)
            self._count()
        self._muster()

    def _retry(self, member: Member) -> None:
        member.retry(self._clock.seconds(), self._random.random(), self._limits)
