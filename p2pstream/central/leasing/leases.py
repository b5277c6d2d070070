"""Who has which key, until when.  Pure: times are monotonic seconds, chance is passed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from p2pstream.central.leasing import holders
from p2pstream.central.leasing.choosing import Candidate, choose
from p2pstream.central.leasing.holders import Holders
from p2pstream.central.leasing.peers import LeasingPeer, LeasingPeers
from p2pstream.central.leasing.places import Networks
from p2pstream.central.leasing.wheel import Wheel
from p2pstream.content.addresses import Address
from p2pstream.content.listed import ALL, CLASSIC, REACHABLE, ListedPeer
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

if TYPE_CHECKING:
    from random import Random

__all__ = ["Leases", "Presence"]


@value
class Presence:
    """What a peer says of itself when it announces."""

    #: Proven.
    id: bytes
    #: Where it was seen, and the port that it names.
    address: Address
    speaks: int = 0
    load: int = 0
    uplink: int = 0


class Leases:
    """Claims of peers to have keys; each ends by itself unless it is renewed."""

    def __init__(self, random: Random, limits: Limits = LIMITS) -> None:
        self.holders = Holders()
        self.peers = LeasingPeers()
        self._wheel = Wheel()
        self._random = random
        self._limits = limits

    def __len__(self) -> int:
        return self.holders.count

    def interval(self) -> float:
        """Seconds until the next renewal, for one peer; longer the more leases there are."""
        limits = self._limits
        aimed = self.holders.count / limits.lease_rate
        spread = 1 + limits.lease_spread * (2 * self._random.random() - 1)
        return min(max(aimed, limits.lease_least_s), limits.lease_most_s) * spread

    def announce(
        self, presence: Presence, offers: Iterable[tuple[bytes, int]], interval: float, now: float
    ) -> tuple[int, list[bytes]]:
        """Lease these keys for two and a half intervals.

        :param offers: keys, and how much of each there is, in 255ths.
        :returns: how many were taken, and those whose holders are others now.
        """
        peer = self._present(presence)
        if peer is None:
            return 0, []
        return self._take(peer, offers, int(now + self._limits.lease_terms * interval) + 1)

    def restore(self, presence: Presence, offers: Iterable[tuple[bytes, int]], until: float) -> None:
        """Lease as it was before a restart, `REACHABLE` included."""
        peer = self._present(presence)
        if peer is not None:
            self._take(peer, offers, int(until))

    def _take(
        self, peer: LeasingPeer, offers: Iterable[tuple[bytes, int]], until: int
    ) -> tuple[int, list[bytes]]:
        taken = fresh = 0
        changed: list[bytes] = []
        room = 0
        for key, had in offers:
            packed = holders.lease(until, had)
            old = self.holders.renew(key, peer.number, packed)
            if old is None:
                room = room or self._room(peer)
                if fresh >= room or not self._has_room(key):
                    continue
                fresh += 1
                self.holders.put(key, peer.number, packed)
                self._wheel.put(until, key, peer.number)
            taken += 1
            if old is None or (holders.have(old) == ALL) != (had == ALL):
                changed.append(key)
        if fresh:
            peer.entries += fresh
            self.peers.leased(peer, fresh)
        if not taken:
            self.peers.forget_idle(peer)
        return taken, changed

    def withdraw(self, id: bytes, keys: Iterable[bytes]) -> list[bytes]:
        """End these leases; those that there were."""
        peer = self.peers.get(id)
        return [key for key in keys if peer is not None and self._end(peer, key)]

    def reached(self, id: bytes, address: Address, reachable: bool) -> bool | None:
        """It was dialled there, and answered or not.

        :returns: whether that is new; None if it is not there any more.
        """
        peer = self.peers.get(id)
        if peer is None or peer.address != address:
            return None
        before = peer.flags & REACHABLE
        peer.flags = (peer.flags & ~REACHABLE) | (REACHABLE if reachable else 0)
        return peer.flags & REACHABLE != before

    def sweep(self, now: float) -> tuple[list[bytes], bool]:
        """End leases whose time is over: a bounded number in one call.

        :returns: their keys, and whether there is more to do at once.
        """
        ended: list[bytes] = []
        second = int(now)
        for _ in range(self._limits.lease_sweep):
            entry = self._wheel.take(second)
            if entry is None:
                return ended, False
            key, number = entry
            peer, packed = self.peers[number], self.holders.get(key, number)
            if packed is not None and holders.due(packed) > second:
                self._wheel.put(holders.due(packed), key, number)
                continue
            peer.entries -= 1
            if packed is not None:
                self._end(peer, key)
                ended.append(key)
            self.peers.forget_idle(peer)
        return ended, True

    def choose(
        self, key: bytes, asker: Networks, most: int, now: float, but: bytes = b""
    ) -> list[ListedPeer]:
        """Up to ``most`` who have the key and may be told to ``asker``, whose own id is ``but``."""
        return [peer.listed(had) for peer, had in self.chosen(key, asker, most, now, but)]

    def chosen(self, key: bytes, asker: Networks, most: int, now: float, but: bytes = b"") -> list[Candidate]:
        """As `choose`: the peers themselves, and how much they have."""
        candidates = [candidate for candidate in self._candidates(key, now) if candidate[0].id != but]
        return choose(candidates, asker, most, self._random, self._limits)

    def classic(self, key: bytes, now: float) -> list[ListedPeer]:
        """Who has all of it and speaks classic over IPv4, as an ancestor is told; the reachable first."""
        able = [
            peer
            for peer, had in self._candidates(key, now)
            if peer.flags & CLASSIC and had == ALL and peer.address.is_ipv4
        ]
        able.sort(key=lambda peer: (not peer.flags & REACHABLE, peer.load))
        return [peer.listed(ALL) for peer in able]

    def counts(self, key: bytes) -> tuple[int, int]:
        """How many have everything of it, and how many have anything; a term late, where they fell silent."""
        return self.holders.counts(key)

    def _candidates(self, key: bytes, now: float) -> list[Candidate]:
        second = int(now)
        drawn = self.holders.some(key, self._limits.lease_candidates, self._random)
        return [
            (self.peers[number], holders.have(packed))
            for number, packed in drawn
            if holders.due(packed) > second
        ]

    def _present(self, presence: Presence) -> LeasingPeer | None:
        """The peer as it is now; None when there are too many where it is."""
        peer = self.peers.get(presence.id)
        if peer is None or (peer.address is not presence.address and peer.address != presence.address):
            cap = presence.address.cap_key()
            crowded = self.peers.peers_at[cap] >= self._limits.lease_peers_per_address
            moved_within = peer is not None and peer.cap == cap
            if crowded and not moved_within and presence.address.scope != "loopback":
                return None
            if peer is None:
                peer = self.peers.add(presence.id, presence.address)
            else:
                self.peers.move(peer, presence.address)
        peer.flags = presence.speaks | (peer.flags & REACHABLE)
        peer.load, peer.uplink = presence.load, presence.uplink
        return peer

    def _room(self, peer: LeasingPeer) -> int:
        """How many leases more it may have."""
        limits = self._limits
        room = min(
            limits.leases - self.holders.count,
            limits.leases_per_peer - peer.leases,
            # Who withdraws and announces in turn stands on the wheel twice.
            2 * limits.leases_per_peer - peer.entries,
        )
        if not peer.place.reach:
            return room  # it is on our own machine
        return min(room, limits.leases_per_address - self.peers.leases_at[peer.cap])

    def _has_room(self, key: bytes) -> bool:
        """Whether one more may have it."""
        return self.holders.counts(key)[1] < self._limits.lease_peers_per_key or self._make_room(key)

    def _make_room(self, key: bytes) -> bool:
        """End the soonest to end of a few leases drawn by chance: nobody can keep others out of a key."""
        drawn = self._random.sample(list(self.holders.of(key)), 8)
        number, _ = min(drawn, key=lambda entry: holders.due(entry[1]))
        return self._end(self.peers[number], key)

    def _end(self, peer: LeasingPeer, key: bytes) -> bool:
        if not self.holders.drop(key, peer.number):
            return False
        self.peers.leased(peer, -1)
        self.peers.forget_idle(peer)
        return True
