"""All peers of one film, and the real central's leases that tell them of each other."""

from __future__ import annotations

from collections.abc import Iterator
from math import dist
from random import Random

from benchmarks.flows.events import Events
from benchmarks.flows.lines import Pipe
from benchmarks.flows.peer import FlowPeer, Line
from p2pstream.central.leasing.leases import Leases, Presence
from p2pstream.central.leasing.places import Networks
from p2pstream.content.addresses import Address
from p2pstream.content.listed import NATIVE, part_of
from p2pstream.limits import LIMITS, Limits

__all__ = ["Crowd"]

_KEY = bytes(32)
_TOLD = 50


class Crowd:
    """A film of so many units, and its peers.

    :param seed: decides all that is chance.
    :param news_s: between two times that a peer tells what it has.
    :param tick_s: between two ticks of a picker.
    :param far_s: seconds, one way, between two places that are far from each other.
    """

    def __init__(
        self,
        units: int,
        seed: int,
        limits: Limits = LIMITS,
        news_s: float = LIMITS.native_have_s,
        tick_s: float = LIMITS.picker_tick_s,
        far_s: float = 0.05,
    ) -> None:
        self.units = units
        self.limits = limits
        self.news_s = news_s
        self.tick_s = tick_s
        self.renew_s = limits.lease_least_s
        self.central_s = 0.05
        self.events = Events()
        self.random = Random(seed)
        self.peers: list[FlowPeer] = []
        self.sources: list[FlowPeer] = []
        #: What leaves a site, and what comes into one; by site.
        self.exits: dict[int, Pipe] = {}
        self.entries: dict[int, Pipe] = {}
        self._far_s = far_s
        self._leases = Leases(self.random, limits)
        self._at: dict[Address, FlowPeer] = {}
        self._number = 0
        #: How many have not everything.
        self._fetching = 0

    def source(self, line: Line) -> FlowPeer:
        """One more who has everything, and stays."""
        peer = self._add(line, whole=True)
        self.sources.append(peer)
        self.list(peer)
        peer.list()
        return peer

    def join(self, line: Line, listed: bool = False) -> FlowPeer:
        """One more, who has nothing yet.

        :param listed: others are told of it at once, not when it has something.
        """
        peer = self._add(line, whole=False)
        self.peers.append(peer)
        self._fetching += 1
        if listed and peer.gives:
            self.list(peer)
        peer.crew.begin()
        return peer

    def leave(self, peer: FlowPeer, crashes: bool = False) -> None:
        """It is not there any more; those whom it served notice at once, or when they hear nothing."""
        peer.leave()
        notice = self.limits.link_dead_s if crashes else 0.0
        for link in peer.given:
            self.events.after(link.delay + notice, link.taker.crew.lost, link)
        if not crashes:
            self._leases.withdraw(peer.id, [_KEY])

    def restart(self, peer: FlowPeer, down_s: float) -> None:
        """It is gone for a while, as whoever is connected to it notices, and then there again."""
        peer.there = False
        for link in peer.given:
            self.events.after(link.delay, link.taker.crew.lost, link)
        self.events.after(down_s, peer.come_back)

    def run(self, until: float) -> None:
        """Let time pass, until then or until all have everything."""
        self.events.run(until, self._is_over)

    def _is_over(self) -> bool:
        return bool(self.peers) and not self._fetching

    # What peers ask of it.

    def finished(self) -> None:
        """One has everything now."""
        self._fetching -= 1

    def address(self, number: int, site: int) -> Address:
        """Of a peer: those of a site are in one network, the others each in their own."""
        block = site if site else 256 + number
        return Address(
            f"{11 + (block >> 16)}.{block >> 8 & 255}.{block & 255}.{number % 250 + 1}", 2045 + number // 250
        )

    def peer_at(self, address: Address) -> FlowPeer | None:
        """Who is there."""
        return self._at.get(address)

    def list(self, peer: FlowPeer) -> None:
        """It says what it has."""
        have = part_of(peer.here.total, self.units)
        presence = Presence(peer.id, peer.address, NATIVE)
        self._leases.announce(presence, [(_KEY, have)], self.renew_s, self.events.now)
        self._leases.reached(peer.id, peer.address, True)

    def peers_for(self, peer: FlowPeer) -> Iterator[Address]:
        """Whom the central tells it of, best first."""
        place, now = Networks.of(peer.address), self.events.now
        for listed in self._leases.choose(_KEY, place, _TOLD, now, peer.id):
            yield listed.address

    def delay(self, one: FlowPeer, other: FlowPeer) -> float:
        """Seconds of a message between them, one way."""
        if one.site and one.site == other.site:
            return 0.002
        return 0.005 + self._far_s * dist(one.place, other.place)

    def road(self, giver: FlowPeer, taker: FlowPeer) -> tuple[Pipe, ...]:
        """What is between two uplinks that others use as well."""
        if giver.site == taker.site:
            return ()
        pipes = self.exits.get(giver.site), self.entries.get(taker.site)
        return tuple(pipe for pipe in pipes if pipe is not None)

    def _add(self, line: Line, whole: bool) -> FlowPeer:
        self._number += 1
        peer = FlowPeer(self, self._number, line, whole)
        self._at[peer.address] = peer
        return peer
