"""Whom one peer is connected to, as `p2pstream.swarm.crew` keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.flows.link import Link
from p2pstream.content.addresses import Address

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
        self._known: dict[Address, None] = {}
        self._met: dict[Address, Link] = {}
        self._dialling: set[Address] = set()
        self._banned: set[Address] = set()
        self._dials = 0
        self.over = False

    def begin(self) -> None:
        """Ask the central, now and again."""
        if not self.over:
            self._crowd.events.after(self._crowd.central_s, self._told)

    def close(self) -> None:
        """Leave all."""
        self.over = True
        if self._peer.fetch is not None:
            self._peer.fetch.close()
        for link in list(self._met.values()):
            self._leave(link)

    def ban(self, link: Link) -> None:
        """It lied: never again."""
        self._banned.add(link.giver.address)
        self._leave(link)
        self._muster()

    def look(self) -> None:
        """Leave those of whom too little comes."""
        fetch, now = self._peer.fetch, self._crowd.events.now
        if fetch is None or len(self._met) < 2:
            return
        links = list(self._met.values())
        spent = [link for link in links if fetch.picker.owes(link, now) >= self._limits.owed_s]
        quietest = min(links, key=lambda link: link.heard)
        crowded = len(self._met) + len(self._dialling) >= self._limits.sources and bool(self._waiting)
        if crowded and not spent and now - quietest.heard >= self._limits.unheard_s:
            spent = [quietest]
        for link in spent:
            self._known[link.giver.address] = self._known.pop(link.giver.address)  # dialled last
            self._leave(link)
        if spent:
            self._muster()

    def lost(self, link: Link) -> None:
        """The giver is not there any more, and that was noticed."""
        self._known.pop(link.giver.address, None)
        self._leave(link)
        self._muster()

    @property
    def _waiting(self) -> list[Address]:
        taken = self._met.keys() | self._dialling | self._banned
        return [address for address in self._known if address not in taken]

    def _told(self) -> None:
        if self.over:
            return
        self._known.update(dict.fromkeys(self._crowd.peers_for(self._peer)))
        self._muster()
        self._crowd.events.after(self._crowd.again_s(self._peer), self.begin)

    def _muster(self) -> None:
        if self.over:
            return
        for address in self._waiting:
            if len(self._met) + len(self._dialling) >= self._limits.sources:
                return
            if self._dials >= self._limits.dials:
                return  # again, when one of those is a second old
            self._dials += 1
            self._crowd.events.after(self._limits.dials_s, self._may_dial)
            self._dialling.add(address)
            self._dial(address)

    def _may_dial(self) -> None:
        self._dials -= 1
        self._muster()

    def _dial(self, address: Address) -> None:
        giver = self._crowd.peer_at(address)
        if giver is None or not giver.there:
            self._crowd.events.after(self._limits.connect_s, self._missed, address)
        else:
            delay = self._crowd.delay(self._peer, giver)
            self._crowd.events.after(3 * delay, self._reached, address, Link(self._peer, giver, delay))

    def _missed(self, address: Address) -> None:
        self._dialling.discard(address)
        self._known.pop(address, None)
        self._muster()

    def _reached(self, address: Address, link: Link) -> None:
        self._dialling.discard(address)
        if self.over:
            return
        if not link.giver.there:
            self._missed(address)
            return
        self._met[address] = link
        link.heard = self._crowd.events.now
        link.giver.accept(link)
        assert self._peer.fetch is not None, "it fetches"
        self._peer.fetch.met(link)

    def _leave(self, link: Link) -> None:
        if self._met.pop(link.giver.address, None) is None:
            return
        link.broken = True
        link.giver.given.pop(link, None)
        link.giver.uplink.leave(link)
        if self._peer.fetch is not None:
            self._peer.fetch.left(link)
