"""How heads go round where leaves flow: the programs' gossip, over ways that take their time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from p2pstream.content.signed.heads import Head, leaf_number
from p2pstream.data.live import Slice
from p2pstream.live.gossip import HeadGossip

if TYPE_CHECKING:
    from benchmarks.flows.live.viewer import FlowViewer

__all__ = ["FlowHeads", "Slices"]


class Slices:
    """All slices there are, by their leaves; of a `LiveData` what gossip asks of it."""

    def __init__(self) -> None:
        self.heads: list[Head] = []
        self._by_leaf: dict[int, Slice] = {}

    def add(self, head: Head) -> None:
        """One more."""
        self.heads.append(head)
        for leaf in range(head.first, head.stop):
            self._by_leaf[leaf_number(head.epoch, leaf)] = Slice(head, b"")

    def slice(self, epoch: int, leaf: int) -> Slice | None:
        """See `LiveData`."""
        return self._by_leaf.get(leaf_number(epoch, leaf))


class Listener:
    """One neighbour, as gossip knows it."""

    def __init__(self, viewer: FlowViewer, place: int) -> None:
        self.place = place
        self._viewer = viewer

    def tell_slice(self, head: bytes, leaves: bytes) -> None:
        """See `ILiveNeighbour`."""
        cast = self._viewer.cast
        other = cast.viewers.get(self.place)
        if other is not None:
            told = cast.slices.heads[int.from_bytes(head, "big")]
            cast.events.after(cast.way_s, other.hear_head, told, self._viewer.place)


class FlowHeads:
    """Those that one viewer heard of, and whom it tells."""

    def __init__(self, viewer: FlowViewer) -> None:
        self._viewer = viewer
        self._heard: list[Head] = []
        self._seen: set[int] = set()
        whole: Any = self
        slices: Any = viewer.cast.slices
        self.gossip = HeadGossip(viewer.mesh, whole, slices, viewer.cast.limits)

    def hears(self, head: Head, by: int | None) -> bool:
        """One came; whether it is new."""
        teller: Any = None if by is None else Listener(self._viewer, by)
        if head.seq in self._seen:
            self.gossip.known(teller, head)
            return False
        self._seen.add(head.seq)
        self._heard.append(head)
        return True

    def knows(self, number: int) -> bool:
        """Whether a leaf can be proven."""
        entry = self._viewer.cast.slices.slice(*divmod(number, 1 << 32))
        return entry is not None and entry.head.seq in self._seen

    def tell(self, head: Head, by: int | None) -> None:
        """It goes on to others."""
        teller: Any = None if by is None else Listener(self._viewer, by)
        self.gossip.tell(head, teller)

    def catch_up(self, peer: int) -> None:
        """A neighbour hears of heads from now on, and of the newest at once."""
        to: Any = Listener(self._viewer, peer)
        self.gossip.catch_up(to, self._heard[-self._viewer.cast.limits.live_catch_up :])

    # As gossip sees its neighbours.

    def peer(self, neighbour: Listener) -> int:
        """See `Neighbours`."""
        return neighbour.place

    def of(self, peers: Iterable[int]) -> list[Listener]:
        """See `Neighbours`."""
        return [Listener(self._viewer, peer) for peer in peers]
