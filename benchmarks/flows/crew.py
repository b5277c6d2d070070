"""Whom one peer is connected to, as `p2pstream.swarm.crew` keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.flows.link import Link
from p2pstream.content.addresses import Address
from p2pstream.swarm.member import Berth, Member

if TYPE_CHECKING:
    from benchmarks.flows.peer import FlowPeer

__all__ = ["FlowCrew"]


class FlowCrew:
    """Dials whom the central told of, best first, as many as a download may have.

    Who owes a unit for too long is left, and so is the quietest while others wait.
    """

    def __init__(self, peer: FlowPeer) -> None:
        self._peer = peer
        self._crowd = peer.crowd
        self._limits = peer.crowd.limits
        self._members: dict[Address, Member] = {}
        self._met: dict[Address, Link] = {}
        self._dialling = self._dials = 0
        #: How many were connected at once since the central was asked for more.
        self._most_met = 0
        #: Which answer of the central is waited for; those before it do not matter.
        self._asking = 0
        self._asked = self._crowd.events.now
        #: Seconds to the next question, while few are known.
        self._soon: float = self._limits.peers_soon_s
        self.over = False

    def begin(self) -> None:
        """Ask the central, now and again."""
        if not self.over:
            self._asking += 1
            self._asked = self._crowd.events.now
            self._crowd.events.after(self._crowd.central_s, self._told, self._asking)

    def close(self) -> None:
        """Leave all."""
        self.over = True
        if self._peer.fetch is not None:
            self._peer.fetch.close()
        for link in list(self._met.values()):
            self._leave(link)

    def ban(self, link: Link) -> None:
        """It lied: never again."""
        self._leave(link)
        self._members[link.giver.address].berth = Berth.BARRED
        self._count()
        self._muster()

    def look(self) -> None:
        """Leave those of whom too little comes."""
        fetch, now = self._peer.fetch, self._crowd.events.now
        if fetch is None or len(self._met) < 2:
            return
        links = list(self._met.values())
        spent = [link for link in links if fetch.picker.owes(link, now) >= self._limits.owed_s]
        quietest = min(links, key=_heard)
        if not spent and now - quietest.heard >= self._limits.unheard_s and self._is_crowded:
            spent = [quietest]
        for link in spent:
            self.lost(link)

    def lost(self, link: Link) -> None:
        """The giver is not there any more, or nothing comes of it; it is dialled again."""
        if self._met.get(link.giver.address) is not link:
            return
        self._leave(link)
        member, now = self._members[link.giver.address], self._crowd.events.now
        member.lost(link.served, False, now, self._limits)
        self._retry(member)
        self._count()
        self._muster()

    def came(self, taker: FlowPeer) -> None:
        """One who dialled us has some of it, and gives it if there is room: as `swarm.crew.Crew.take_in`."""
        member = self._members.get(taker.address)
        visiting = self._engaged >= self._limits.sources
        visits = sum(self._members[address].visiting for address in self._met)
        if self.over or self._peer.fetch is None or not taker.gives:
            return
        if visiting and visits >= self._limits.visiting_sources:
            return
        if member is None:
            hearsay = sum(self._members[address].hearsay for address in self._met)
            if hearsay >= self._limits.sources // 2:
                return
            member = Member(taker.address, self._crowd.events.now, hearsay=True)
        if member.berth in (Berth.WAITING, Berth.GIVEN_UP):
            self._members[taker.address], member.visiting = member, visiting
            self._meet(member, Link(self._peer, taker, self._crowd.delay(self._peer, taker)))

    def tell(self) -> None:
        """Have those whom we dialled know that something is here."""
        for link in self._met.values():
            self._crowd.events.after(link.delay, link.giver.crew.came, self._peer)

    @property
    def _is_crowded(self) -> bool:
        """Whether somebody could be dialled now, if there were room."""
        return self._engaged >= self._limits.sources and bool(self._waiting())

    @property
    def _engaged(self) -> int:
        """How many places are taken that are for those who are dialled."""
        return self._dialling + sum(not self._members[address].visiting for address in self._met)

    def _waiting(self) -> list[Member]:
        """Those who may be dialled now; those first who did not fail."""
        now, waiting = self._crowd.events.now, Berth.WAITING
        due = [each for each in self._members.values() if each.berth is waiting and each.due <= now]
        return sorted(due, key=_failures)

    def _told(self, asking: int) -> None:
        if self.over or asking != self._asking:
            return
        now = self._crowd.events.now
        for address in self._crowd.peers_for(self._peer):
            member = self._members.get(address)
            if member is None:
                self._members[address] = Member(address, now)
            else:
                member.heed(now, self._limits)
                member.hearsay = False
        self._muster()
        again_s: float = self._limits.peers_again_s
        if len(self._members) < self._limits.sources_few:
            again_s, self._soon = self._soon, min(2 * self._soon, again_s)
        self._ask_in(again_s)

    def _ask_in(self, seconds: float) -> None:
        self._asking += 1
        self._crowd.events.after(seconds, self._ask, self._asking)

    def _ask(self, asking: int) -> None:
        if asking == self._asking:
            self.begin()

    def _count(self) -> None:
        """Ask the central at once if too few are left."""
        met = len(self._met)
        if not self.over and (2 * met < self._most_met or not met):
            self._most_met = met
            soon = self._asked + self._limits.peers_soon_s - self._crowd.events.now
            self._ask_in(max(0.0, soon))

    def _muster(self) -> None:
        if self.over:
            return
        for member in self._waiting():
            if self._engaged >= self._limits.sources:
                return
            if self._dials >= self._limits.dials:
                return  # again, when one of those is a second old
            self._dials += 1
            self._crowd.events.after(self._limits.dials_s, self._may_dial)
            self._dial(member)

    def _may_dial(self) -> None:
        self._dials -= 1
        self._muster()

    def _dial(self, member: Member) -> None:
        member.berth, member.visiting = Berth.DIALLING, False
        self._dialling += 1
        giver = self._crowd.peer_at(member.address)
        if giver is None or not giver.there:
            self._crowd.events.after(self._limits.connect_s, self._missed, member)
        else:
            delay = self._crowd.delay(self._peer, giver)
            self._crowd.events.after(3 * delay, self._reached, member, Link(self._peer, giver, delay))

    def _missed(self, member: Member) -> None:
        self._dialling -= 1
        member.failures += 1
        self._retry(member)
        self._muster()

    def _reached(self, member: Member, link: Link) -> None:
        if not link.giver.there:
            self._missed(member)
            return
        self._dialling -= 1
        if not self.over:
            self._meet(member, link)

    def _meet(self, member: Member, link: Link) -> None:
        member.berth = Berth.MET
        self._met[member.address] = link
        self._most_met = max(self._most_met, len(self._met))
        link.heard = self._crowd.events.now
        link.giver.accept(link)
        assert self._peer.fetch is not None, "it fetches"
        self._peer.fetch.met(link)

    def _retry(self, member: Member) -> None:
        now = self._crowd.events.now
        member.retry(now, self._crowd.random.random(), self._limits)
        if member.berth is Berth.WAITING:
            self._crowd.events.at(member.due, self._muster)

    def _leave(self, link: Link) -> None:
        if self._met.pop(link.giver.address, None) is None:
            return
        link.broken = True
        link.giver.given.pop(link, None)
        link.giver.uplink.leave(link)
        if self._peer.fetch is not None:
            self._peer.fetch.left(link)


def _heard(link: Link) -> float:
    return link.heard


def _failures(member: Member) -> int:
    return member.failures
