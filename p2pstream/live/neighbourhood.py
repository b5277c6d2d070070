"""Those with whom we exchange leaves: as the mesh calls them, and as links do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from p2pstream.content.addresses import Address
from p2pstream.content.ranges import Ranges
from p2pstream.content.signed.heads import split_number
from p2pstream.errors import BadAddress
from p2pstream.interfaces import ILiveNeighbour
from p2pstream.limits import LIMITS, Limits
from p2pstream.live.mesh import (
    Abandon,
    CancelLeaf,
    Give,
    Mesh,
    Order,
    Push,
    RequestLeaf,
    Serve,
    Subscribe,
    TellHave,
    TurnDown,
    Unsubscribe,
)

__all__ = ["Neighbours", "outlives"]


class Neighbours:
    """Numbers for the mesh, and what it orders, done.

    A number is never used again.

    :ivar received: how many proven bytes came from which address; of those who gave last.
    """

    def __init__(self, mesh: Mesh, limits: Limits = LIMITS) -> None:
        self.received: dict[str, int] = {}
        #: Of all of them together, also of those who are forgotten.
        self.total = 0
        self._mesh = mesh
        self._limits = limits
        self._by_peer: dict[int, ILiveNeighbour] = {}
        self._peers: dict[int, int] = {}
        self._next = 0

    def __contains__(self, neighbour: object) -> bool:
        return id(neighbour) in self._peers

    def __len__(self) -> int:
        return len(self._by_peer)

    def all(self) -> list[ILiveNeighbour]:
        """All of them, those first that came first."""
        return list(self._by_peer.values())

    def add(self, neighbour: ILiveNeighbour) -> None:
        """One more."""
        self._by_peer[self._next] = neighbour
        self._peers[id(neighbour)] = self._next
        self._mesh.joined(self._next, neighbour.uplink * 1000.0, host=_host(neighbour.address))
        self._next += 1

    def remove(self, neighbour: ILiveNeighbour) -> int | None:
        """It is gone; how the mesh calls it, None if it was gone before."""
        peer = self._peers.pop(id(neighbour), None)
        if peer is not None:
            del self._by_peer[peer]
        return peer

    def count(self, neighbour: ILiveNeighbour, received: int) -> None:
        """It gave so many bytes."""
        address, self.total = neighbour.address, self.total + received
        self.received[address] = self.received.pop(address, 0) + received
        if len(self.received) > self._limits.live_known:
            del self.received[next(iter(self.received))]

    def has(self, address: str) -> bool:
        """Whether one of them is there."""
        return any(each.address == address for each in self._by_peer.values())

    def twin(self, neighbour: ILiveNeighbour) -> ILiveNeighbour | None:
        """The same node, met over another link."""
        return next((each for each in self._by_peer.values() if each.id == neighbour.id and each.id), None)

    def peer(self, neighbour: ILiveNeighbour) -> int:
        """How the mesh calls it; -1, which it calls nobody, for one that is gone."""
        return self._peers.get(id(neighbour), -1)

    def of(self, peers: Iterable[int]) -> list[ILiveNeighbour]:
        """Some of them."""
        return [self._by_peer[peer] for peer in peers if peer in self._by_peer]

    def act(
        self,
        orders: Iterable[Order],
        abandon: Callable[[int, int], None],
        serve: Callable[[ILiveNeighbour, int, int], None],
    ) -> None:
        """Do what the mesh says, as far as those whom it means are still there."""
        for order in orders:
            if isinstance(order, Abandon):
                abandon(*split_number(order.number))
                continue
            neighbour = self._by_peer.get(order.peer)
            if neighbour is None:
                continue
            if isinstance(order, Serve):
                serve(neighbour, order.number, order.within_ms)
            else:
                _DOERS[type(order)](neighbour, order)


def _host(address: str) -> str:
    """What counts as one host; empty on this machine, where many may be, and for what has no address."""
    try:
        known = Address.parse(address, 1)
    except BadAddress:
        return ""
    return "" if known.ip is None or known.scope == "loopback" else known.cap_key()


def outlives(newcomer: ILiveNeighbour, twin: ILiveNeighbour) -> bool:
    """Whether of two links to the same node the newer stays: of one end's dials, the last is meant."""
    return newcomer.preferred or not twin.preferred


Doer = Callable[[ILiveNeighbour, Any], None]


def _tell(neighbour: ILiveNeighbour, order: TellHave) -> None:
    ranges = Ranges((number, number + 1) for number in order.numbers)
    neighbour.tell_leaves(int(order.soon), [(start, stop - start) for start, stop in ranges])


_DOERS: dict[type, Doer] = {
    Push: lambda neighbour, order: neighbour.push(order.number),
    TellHave: _tell,
    Subscribe: lambda neighbour, order: neighbour.subscribe(order.mask),
    Unsubscribe: lambda neighbour, order: neighbour.unsubscribe(order.mask),
    Give: lambda neighbour, order: neighbour.give(order.mask),
    RequestLeaf: lambda neighbour, order: neighbour.ask(order.number, order.within_ms),
    CancelLeaf: lambda neighbour, order: neighbour.cancel(order.number),
    TurnDown: lambda neighbour, order: neighbour.turn_down(order.number, order.busy),
}
