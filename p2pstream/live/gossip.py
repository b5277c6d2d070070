"""Who is told of a head at once, and who a moment later, unless it knows it by then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from p2pstream.content.signed.heads import Head, split_number
from p2pstream.data.live import LiveData, Slice
from p2pstream.interfaces import ILiveNeighbour
from p2pstream.limits import Limits
from p2pstream.live.mesh import Mesh, Order, Push
from p2pstream.live.neighbourhood import Neighbours

__all__ = ["HeadGossip"]


class HeadGossip:
    """That of one broadcast: what is new is told, with what is pushed or a moment later.

    Whoever is pushed a leaf of the slice needs its head right before that.  The others most likely
    have it from those who push to them: with all else that is told now and again a part of them
    hears of it, each time another, and the rest a while later, unless they say that they have a leaf of it.
    """

    def __init__(self, mesh: Mesh, neighbours: Neighbours, data: LiveData, limits: Limits) -> None:
        self._mesh = mesh
        self._neighbours = neighbours
        self._data = data
        self._limits = limits
        self._told_at = 0.0
        #: How often there was something to be told; and what waits for whom, since which time.
        self._times = 0
        self._later: dict[int, dict[tuple[int, int], tuple[Head, int]]] = {}

    def tell(self, head: Head, by: ILiveNeighbour | None) -> None:
        """A head is new here; ``by`` told of it."""
        teller = self._neighbours.peer(by) if by is not None else None
        for peer in self._mesh.listeners:
            if peer == teller:
                continue
            if head.final is not None:
                self._tell(peer, head)
            else:
                self._later.setdefault(peer, {})[head.place] = head, self._times

    def before(self, orders: Iterable[Order]) -> Iterator[Order]:
        """The same, and whoever is pushed a leaf has heard of its slice."""
        for order in orders:
            if isinstance(order, Push):
                self._pushing(order)
            yield order

    def _pushing(self, order: Push) -> None:
        entry = self._data.slice(*split_number(order.number))
        waiting = self._later.get(order.peer, {})
        if entry is not None and entry.head.place in waiting:
            self._tell(order.peer, waiting.pop(entry.head.place)[0])

    def introduce(self, to: ILiveNeighbour) -> None:
        """A neighbour knows nothing of what is here, or not lately."""
        here = [(start, stop - start) for start, stop in self._mesh.have][-self._limits.live_told_ranges :]
        if here:
            to.tell_leaves(0, here)

    def say(self, to: ILiveNeighbour, head: Head) -> None:
        """Tell one of a slice."""
        entry = self._data.slice(head.epoch, head.first) if head.count else Slice(head, b"")
        if entry is not None:
            to.tell_slice(head.raw, entry.leaves)

    def known(self, by: ILiveNeighbour, head: Head) -> None:
        """A neighbour told of a head that is not new, so it need not hear of it."""
        self._later.get(self._neighbours.peer(by), {}).pop(head.place, None)

    def catch_up(self, to: ILiveNeighbour, heads: Iterable[Head]) -> None:
        """A neighbour hears of heads from now on: it is told of these at once."""
        self._later.pop(self._neighbours.peer(to), None)
        for head in heads:
            self.say(to, head)

    def look(self, now: float) -> None:
        """A moment has passed; with these heads goes what `Mesh.look` tells of leaves."""
        if now - self._told_at < self._limits.live_have_s:
            return
        self._told_at, self._times = now, self._times + 1
        later, self._later = self._later, {}
        # Most likely whoever listens has about as many neighbours as we.
        part = max(len(self._mesh.listeners) // self._limits.live_tellers, 1)
        for peer in self._mesh.listeners:
            for place, (head, since) in later.get(peer, {}).items():
                if self._mesh.knows(peer, head):
                    continue
                if self._is_told_now(peer, head, part, self._times - since):
                    self._tell(peer, head)
                elif self._times - since < self._limits.live_push_times:
                    # Those from whom it has it may be late, and a leaf without its head is lost.
                    self._later.setdefault(peer, {})[place] = head, since

    def _is_told_now(self, peer: int, head: Head, part: int, times: int) -> bool:
        """Whether no leaf is waited for, when so often something was told since the head came."""
        if times > 1:
            # Of whoever tells us nothing nobody knows what it has: it has others to hear from.
            return times >= self._limits.live_told_times and self._mesh.is_told_by(peer)
        return (peer + head.seq) % part == 0

    def _tell(self, peer: int, head: Head) -> None:
        for neighbour in self._neighbours.of([peer]):
            self.say(neighbour, head)
