"""One node of a broadcast that flows: its mesh, and what it sends."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from benchmarks.flows.lines import Uplink
from benchmarks.flows.live.heads import FlowHeads
from p2pstream.content.ranges import Ranges
from p2pstream.content.signed.heads import Head, leaf_number
from p2pstream.content.units import LEAF, UNIT
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
from p2pstream.protocols.native.live.leaf_queue import LeafQueue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.flows.live.broadcast import FlowBroadcast

__all__ = ["FlowViewer"]


class LeafLine:
    """What one node sends another; a `lines.Sending`."""

    rides = False

    def __init__(self, sender: FlowViewer, taker: FlowViewer) -> None:
        self.queue = LeafQueue(sender.cast.limits)
        self._sender = sender
        self._taker = taker

    @property
    def rank(self) -> int:
        """See `Sending`."""
        return 1 if self.queue else 0

    def pull(self) -> int | None:
        """See `Sending`."""
        cast = self._sender.cast
        while (found := self.queue.next(cast.events.now)) is not None:
            number, of_use = found
            if of_use and number in self._sender.mesh.have:
                return number
            cast.events.after(cast.way_s, self._taker.hear, "refused", self._sender.place, number, True)
        return None

    def leaves(self, number: int) -> None:
        """See `Sending`."""
        cast = self._sender.cast
        # In the line there is something before it, which is nobody's to take back.
        way_s = cast.way_s + cast.limits.uplink_ahead_s
        cast.events.after(way_s, self._taker.take, self._sender, number)


class FlowViewer:
    """A node.

    :param uplink: bits a second.
    :param lies: it says that it has each leaf as soon as it hears of it, and sends something else.
    :ivar late: for each leaf, how long after it was made it came; None: not in time.
    :ivar again: how often it came when it was here.
    """

    def __init__(
        self, cast: FlowBroadcast, place: int, uplink: float, source: bool = False, lies: bool = False
    ) -> None:
        self.cast = cast
        self.place = place
        self.uplink = uplink
        self.lies = lies
        self.mesh = Mesh(uplink, source, cast.chance.randrange(16), cast.limits)
        self.mesh.rate = cast.rate
        # The line counts in units; a leaf is a quarter of one.
        left = max(uplink - cast.said, uplink / 2, 1.0)
        self._out = Uplink(cast.events, left / 8 * UNIT / LEAF, cast.limits)
        self._lines: dict[int, LeafLine] = {}
        self._heads = FlowHeads(self)
        self.late: dict[int, float | None] = {}
        self.again = Counter[int]()
        self.spoilt = 0
        self.gone = False

    @property
    def sent(self) -> int:
        """Leaves that it sent."""
        return self._out.sent

    def meet(self, other: FlowViewer) -> None:
        """Another is a neighbour from now on."""
        self._lines[other.place] = LeafLine(self, other)
        self.mesh.joined(
            other.place, other.uplink if other.uplink >= self.cast.rate / 10 else 0.0, 2 * self.cast.way_s
        )
        for first, stop in other.mesh.have:
            self.mesh.has(other.place, first, stop - first, self.cast.events.now)

    def part(self, other: int) -> None:
        """It is one no more."""
        if self._lines.pop(other, None) is not None and not self.gone:
            self.act(self.mesh.left(other, self.cast.events.now))

    def begin(self) -> None:
        """Look around from now on."""
        if not self.gone:
            self._heads.gossip.look(self.cast.events.now)
            self.act(self.mesh.look(self.cast.events.now))
            self.cast.events.after(0.1, self.begin)

    def hear_head(self, head: Head, by: int | None = None) -> None:
        """A head came, from a neighbour or made here; it goes on to those who listen."""
        if self.gone or not self._heads.hears(head, by):
            return
        now = self.cast.events.now
        if self.mesh.begins is None and self.place:
            self.mesh.begins = head.first + (head.epoch << 32)
        self.mesh.heard(head, head.captured_ms / 1000 + self.cast.delay_s, now)
        self._heads.tell(head, by)
        for leaf in range(head.first, head.stop) if self.lies else ():
            self.act(self.mesh.came(leaf_number(head.epoch, leaf), None, now))

    def take(self, sender: FlowViewer, number: int) -> None:
        """A leaf came."""
        if self.gone or sender.place not in self._lines:
            return
        if sender.lies:
            self.spoilt += 1
            self.part(sender.place)
            sender.part(self.place)
            return
        if number in self.mesh.have:
            self.again[number] += 1
            return
        now = self.cast.events.now
        if not self._heads.knows(number):
            self.mesh.has(sender.place, number, 1, now)
            return
        self.late.setdefault(number, now - self.cast.made[number])
        self.act(self.mesh.came(number, sender.place, now))

    def hear(self, what: str, peer: int, *said: Any) -> None:
        """A neighbour says something."""
        if not self.gone and peer in self._lines:
            getattr(self, f"_{what}")(peer, *said)

    def act(self, orders: Iterable[Order]) -> None:
        """Do what the mesh says."""
        for order in self._heads.gossip.before(orders):
            if isinstance(order, Abandon):
                self.late.setdefault(order.number, None)
            elif isinstance(order, Push):
                self._lines[order.peer].queue.push(order.number)
                self._out.wake(self._lines[order.peer])
            elif isinstance(order, Serve):
                self._lines[order.peer].queue.ask(order.number, self.cast.events.now + order.within_ms / 1000)
                self._out.wake(self._lines[order.peer])
            else:
                self._tell(order.peer, _SAID[type(order)], *order[1:])

    def _has(self, peer: int, numbers: tuple[int, ...], soon: bool) -> None:
        now = self.cast.events.now
        if not soon:
            told = Ranges((number, number + 1) for number in numbers)
            self.mesh.holds(peer, [(start, stop - start) for start, stop in told], now)
        for number in numbers:
            if soon:
                self.mesh.has(peer, number, 1, now, soon=True)
            self._lines[peer].queue.withdraw(number)

    def _holds(self, peer: int, ranges: tuple[tuple[int, int], ...]) -> None:
        self.mesh.holds(peer, ranges, self.cast.events.now)

    def _subscribes(self, peer: int, mask: int) -> None:
        if peer not in self.mesh.listeners:
            self._heads.catch_up(peer)
            for first, stop in self.mesh.have:
                self._tell(peer, "holds", ((first, stop - first),))
        self.act(self.mesh.subscribes(peer, mask))

    def _gives(self, peer: int, mask: int) -> None:
        self.act(self.mesh.gives(peer, mask, self.cast.events.now))

    def _unsubscribes(self, peer: int, mask: int) -> None:
        self.mesh.unsubscribes(peer, mask, self.cast.events.now)

    def _asks(self, peer: int, number: int, within_ms: int) -> None:
        self.act(self.mesh.asks(peer, number, within_ms, self.cast.events.now))

    def _cancels(self, peer: int, number: int) -> None:
        self._lines[peer].queue.withdraw(number)

    def _refused(self, peer: int, number: int, busy: bool) -> None:
        self.mesh.refused(number, peer, busy, self.cast.events.now)

    def _tell(self, peer: int, what: str, *said: Any) -> None:
        other = self.cast.viewers.get(peer)
        if other is not None:
            self.cast.events.after(self.cast.way_s, other.hear, what, self.place, *said)


#: What a neighbour hears of an order.
_SAID: dict[type, str] = {
    TellHave: "has",
    Subscribe: "subscribes",
    Unsubscribe: "unsubscribes",
    Give: "gives",
    RequestLeaf: "asks",
    CancelLeaf: "cancels",
    TurnDown: "refused",
}
