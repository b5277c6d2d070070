"""Our part in one broadcast: what neighbours say, the mesh decides about, and the window keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from zope.interface import implementer

from p2pstream.codes import Code
from p2pstream.content.keys import LiveKey
from p2pstream.content.signed.heads import Head, leaf_number, split_number
from p2pstream.content.signed.lineage import Lineage, Novelty
from p2pstream.data.live import LiveData, Slice
from p2pstream.errors import BadHead, BadProof, Equivocation
from p2pstream.interfaces import ILiveNeighbour, ILiveParty
from p2pstream.limits import LIMITS, Limits
from p2pstream.live.chores import Chores
from p2pstream.live.convicts import Convicts
from p2pstream.live.gossip import HeadGossip
from p2pstream.live.mesh import Mesh, Order
from p2pstream.live.mesh.neighbours import newest
from p2pstream.live.meter import RateMeter
from p2pstream.live.neighbourhood import Neighbours, outlives
from p2pstream.live.shelf import LiveShelf

__all__ = ["LiveParty"]

_log = Logger()


@implementer(ILiveParty)
class LiveParty:
    """What a source and a viewer have in common.  Nothing is passed on that is not proven.

    :param uplink: kbit/s that we can give on; None: nobody said.
    :ivar fault: why the broadcast is not believed any more; None while it is.
    """

    def __init__(
        self, data: LiveData, mesh: Mesh, clock: IReactorTime, uplink: int | None, limits: Limits = LIMITS
    ) -> None:
        self.key: LiveKey = data.key
        self.data = data
        self.lineage = Lineage(limits)
        self.mesh = mesh
        self.fault: Equivocation | None = None
        self.neighbours = Neighbours(mesh, limits)
        self._clock = clock
        self._limits = limits
        self._uplink = uplink
        self._meter = RateMeter()
        self._shelf = LiveShelf(data, self.neighbours, limits)
        self._convicts = Convicts(limits)
        self._telling = HeadGossip(mesh, self.neighbours, data, limits)
        self._looking: Any = None
        self._start = 0
        self._heard_at = clock.seconds()
        self._chores = Chores()
        self.closed = False

    @property
    def uplink(self) -> int:
        """See `ILiveParty`."""
        unknown = int(self._limits.live_copies * self.mesh.rate / 1000) or 1
        return unknown if self._uplink is None else self._uplink

    @property
    def starves(self) -> bool:
        """Whether no head came for so long that its source is away, or everybody here is cut off from it."""
        return self._now - self._heard_at > self._limits.live_starved_s

    def avoids(self, address: str) -> bool:
        """Whether it is of no use to dial there: a neighbour, or one who was caught lying."""
        return self._convicts.avoids(address, self._now) or self.neighbours.has(address)

    @property
    def edge(self) -> Head | None:
        """The newest head; None before the first."""
        return self.lineage.edge

    @property
    def oldest(self) -> int:
        """See `ILiveParty`."""
        return next((start for start, _ in self.mesh.have), 0)

    def begin(self) -> None:
        """Look around from now on."""
        self._looking = self._clock.callLater(self._limits.live_look_s, self._look)

    def close(self) -> None:
        """Take part no more; harmless when done twice."""
        self.closed = True
        if self._looking is not None and self._looking.active():
            self._looking.cancel()
        self._chores.cancel()
        for neighbour in self.neighbours.all():
            neighbour.leave(Code.OK)
            self.neighbours.remove(neighbour)

    # As neighbours say it: see `ILiveParty`.

    def met(self, neighbour: ILiveNeighbour) -> None:
        """See `ILiveParty`."""
        if self.closed:
            neighbour.leave(Code.GONE)
            return
        if self._convicts.refuses(neighbour.address, neighbour.id, self._now):
            neighbour.leave(Code.BAD_HASH)
            return
        twin = self.neighbours.twin(neighbour)
        if twin is not None and not outlives(neighbour, twin):
            neighbour.leave(Code.DUPLICATE_CONN)
            return
        if twin is not None:
            twin.leave(Code.DUPLICATE_CONN)
            self.lost(twin, Code.DUPLICATE_CONN)
        self.neighbours.add(neighbour)
        self._telling.introduce(neighbour)
        edge = self.lineage.edge
        if edge is not None:
            self._telling.say(neighbour, edge)

    def lost(self, neighbour: ILiveNeighbour, code: int) -> None:
        """See `ILiveParty`."""
        if (peer := self.neighbours.remove(neighbour)) is not None:
            self.act(self.mesh.left(peer, self._now))

    def heard_slice(self, neighbour: ILiveNeighbour, head: bytes, leaves: bytes) -> None:
        """See `ILiveParty`."""
        if self.fault is not None or neighbour not in self.neighbours:
            return
        try:
            known = self.lineage.like(head)
            self._hear(neighbour, known or Head.decode(head), leaves, known is not None)
        except BadHead:
            self._blame(neighbour, Code.BAD_SIGNATURE)
        except BadProof:
            self._blame(neighbour, Code.BAD_HASH)
        except Equivocation as fault:
            self._betrayed(fault)

    def subscribed(self, neighbour: ILiveNeighbour, mask: int) -> None:
        """See `ILiveParty`."""
        peer = self.neighbours.peer(neighbour)
        if peer not in self.mesh.listeners:
            self._telling.catch_up(neighbour, self.lineage.newest(self._limits.live_catch_up))
            self._telling.introduce(neighbour)
        self.act(self.mesh.subscribes(peer, mask))

    def given(self, neighbour: ILiveNeighbour, mask: int) -> None:
        """See `ILiveParty`."""
        self.act(self.mesh.gives(self.neighbours.peer(neighbour), mask, self._now))

    def unsubscribed(self, neighbour: ILiveNeighbour, mask: int) -> None:
        """See `ILiveParty`."""
        self.mesh.unsubscribes(self.neighbours.peer(neighbour), mask, self._now)

    def told_leaves(self, neighbour: ILiveNeighbour, mode: int, ranges: Sequence[tuple[int, int]]) -> None:
        """See `ILiveParty`."""
        peer = self.neighbours.peer(neighbour)
        # Of what may wait to be pushed to it; each range may promise all leaves that there are.
        last = list(newest(ranges if mode != 2 else (), self._limits.live_push_leaves))
        if mode == 0:
            self.mesh.holds(peer, ranges, self._now)
        for first, count in ranges if mode == 2 else ():
            self.mesh.lacks(peer, first, count)
        for number in last:
            if mode == 1:
                self.mesh.has(peer, number, 1, self._now, soon=True)
            neighbour.withdraw(number)

    def asked(self, neighbour: ILiveNeighbour, number: int, within_ms: int) -> None:
        """See `ILiveParty`."""
        self.act(self.mesh.asks(self.neighbours.peer(neighbour), number, within_ms, self._now))

    def turned_down(self, neighbour: ILiveNeighbour, number: int, busy: bool) -> None:
        """See `ILiveParty`."""
        self.mesh.refused(number, self.neighbours.peer(neighbour), busy, self._now)

    def came(self, neighbour: ILiveNeighbour, number: int, content: bytes) -> None:
        """See `ILiveParty`."""
        peer = self.neighbours.peer(neighbour)
        if peer < 0 or self.fault is not None:
            return
        try:
            new = self.data.put(*split_number(number), content)
        except BadProof:
            self._blame(neighbour, Code.BAD_HASH)
            return
        if new:
            self.neighbours.count(neighbour, len(content))
            self.act(self.mesh.came(number, peer, self._now))
        elif not self.data.has(*split_number(number)):
            # Nobody told of its slice yet; once somebody did, it is known who has it.
            self.mesh.has(peer, number, 1, self._now)

    def asked_slices(self, neighbour: ILiveNeighbour, first: int, count: int) -> None:
        """See `ILiveParty`."""
        self.start(self._shelf.tell(neighbour, first, count))

    def ended_slices(self, neighbour: ILiveNeighbour, first: int, code: int) -> None:
        """See `ILiveParty`."""

    def leaf(self, number: int) -> bytes | None:
        """See `ILiveParty`."""
        return self._shelf.take(number)

    # What is done about it.

    def act(self, orders: Iterable[Order]) -> None:
        """Do what the mesh says."""
        self.neighbours.act(self._telling.before(orders), self.data.skip, self._serve)

    def start(self, work: Any) -> None:
        """Let a coroutine run until it is done, or all is over."""
        self._chores.start(work)

    def accepted(self, head: Head, neighbour: ILiveNeighbour | None = None) -> None:
        """A head holds, and its slice is known: it goes on to all who are to hear it."""
        self._heard_at = self._now
        self._meter.add(head)
        self.mesh.rate = self._meter.rate
        edge = self.lineage.edge
        if edge is None or edge.seq - head.seq > self._limits.live_catch_up:
            # Whoever wants what is older asks for it.
            return
        self._telling.tell(head, neighbour)

    def due(self, head: Head) -> float:
        """Until when its leaves are of use; monotonic seconds."""
        return float("inf")

    def heard(self, head: Head, novelty: Novelty) -> None:
        """A slice came that was not known."""
        self.mesh.heard(head, self.due(head), self._now)

    def _hear(self, neighbour: ILiveNeighbour, head: Head, leaves: bytes, same: bool) -> None:
        """A slice of a neighbour.

        :param same: its head is known.
        :raises BadHead: it is none, or not signed.
        :raises BadProof: these are not its leaves.
        :raises Equivocation: the channel contradicts itself.
        """
        if same and (not head.count or self.data.slice(head.epoch, head.first) is not None):
            self._telling.known(neighbour, head)
            return
        if not same:
            head.check(self.key.public)
        novelty = self.lineage.take(head)
        if novelty is Novelty.FORGOTTEN:
            # Of the same epoch it is of use to who rewinds.
            if head.epoch == self.lineage.epoch:
                self.data.add(Slice(head, leaves))
            return
        if self.data.add(Slice(head, leaves)):
            self.accepted(head, neighbour)
            self.heard(head, novelty)

    def _serve(self, neighbour: ILiveNeighbour, number: int, within_ms: int) -> None:
        if self.data.leaf(*split_number(number)) is not None:
            neighbour.serve(number, within_ms)
        else:
            self.start(self._shelf.serve(neighbour, number, within_ms))

    def _blame(self, neighbour: ILiveNeighbour, code: int) -> None:
        self._convicts.convict(neighbour.address, neighbour.id, self._now)
        neighbour.leave(code)
        self.lost(neighbour, code)

    def _betrayed(self, fault: Equivocation) -> None:
        self.fault = fault
        _log.error("{fault}", fault=fault)
        self.data.fail(fault)
        self.close()

    def _look(self) -> None:
        self._looking = self._clock.callLater(self._limits.live_look_s, self._look)
        if self.data.start != self._start:
            self._start = self.data.start
            epoch, leaf, _ = self.data.timeline.place(self._start)
            self.mesh.forget(leaf_number(epoch, leaf))
        self.looked()
        self._telling.look(self._now)
        self.act(self.mesh.look(self._now))

    def looked(self) -> None:
        """A tenth of a second has passed."""

    @property
    def _now(self) -> float:
        return self._clock.seconds()
