"""The peers that have leases, by number and by id.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from p2pstream.central.leasing.places import Networks
from p2pstream.content.addresses import Address
from p2pstream.content.listed import REACHABLE, ListedPeer

__all__ = ["LeasingPeer", "LeasingPeers"]


class LeasingPeer:
    """One peer: who it is, where it was seen, what it says of itself."""

    __slots__ = (
        "address", "cap", "dialled", "entries", "flags", "id", "leases", "load", "number", "place", "uplink",
        "verdict",
    )  # fmt: skip

    def __init__(self, number: int, id: bytes, address: Address) -> None:
        self.number = number
        self.id = id
        self.address = address
        self.cap = address.cap_key()
        self.place = Networks.of(address)
        self.flags = 0
        self.load = 0
        self.uplink = 0
        #: How many there are, and how often it stands on the wheel: also for leases that were ended.
        self.leases = 0
        self.entries = 0
        #: When it was dialled last, where it is now, and what came of it.
        self.dialled: float | None = None
        self.verdict: bool | None = None

    def move(self, address: Address) -> None:
        """It is somewhere else now, and nobody has dialled it there."""
        self.address = address
        self.cap = address.cap_key()
        self.place = Networks.of(address)
        self.flags &= ~REACHABLE
        self.dialled = self.verdict = None

    def listed(self, had: int) -> ListedPeer:
        """As others are told."""
        return ListedPeer(self.address, self.id, self.flags, had, self.load, self.uplink)


class LeasingPeers:
    """All of them.  One that has none left is forgotten, and its number used again."""

    def __init__(self) -> None:
        self._ids: dict[bytes, LeasingPeer] = {}
        self._numbers: list[LeasingPeer | None] = []
        self._free: list[int] = []
        #: By the address that caps count: how many peers, and how many leases.
        self.peers_at: Counter[str] = Counter()
        self.leases_at: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[LeasingPeer]:
        return iter(self._ids.values())

    def __getitem__(self, number: int) -> LeasingPeer:
        peer = self._numbers[number]
        assert peer is not None, "a lease of a peer that was forgotten"
        return peer

    def get(self, id: bytes) -> LeasingPeer | None:
        """The peer of that id."""
        return self._ids.get(id)

    def add(self, id: bytes, address: Address) -> LeasingPeer:
        """A new one."""
        number = self._free.pop() if self._free else len(self._numbers)
        if number == len(self._numbers):
            self._numbers.append(None)
        peer = LeasingPeer(number, id, address)
        self._numbers[number] = self._ids[id] = peer
        self.peers_at[peer.cap] += 1
        return peer

    def move(self, peer: LeasingPeer, address: Address) -> None:
        """It was seen somewhere else."""
        before = peer.cap
        peer.move(address)
        self._count(before, -1, -peer.leases)
        self._count(peer.cap, 1, peer.leases)

    def leased(self, peer: LeasingPeer, count: int) -> None:
        """It has so many leases more, or fewer."""
        peer.leases += count
        self._count(peer.cap, 0, count)

    def forget_idle(self, peer: LeasingPeer) -> None:
        """Forget it, unless it has leases or the wheel still knows its number."""
        if not (peer.leases or peer.entries) and self._ids.pop(peer.id, None) is peer:
            self._numbers[peer.number] = None
            self._free.append(peer.number)
            self._count(peer.cap, -1, 0)

    def _count(self, cap: str, peers: int, leases: int) -> None:
        for counter, change in ((self.peers_at, peers), (self.leases_at, leases)):
            counter[cap] += change
            if not counter[cap]:
                del counter[cap]
