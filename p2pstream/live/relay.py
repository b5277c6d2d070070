"""A viewer's part in a broadcast: joins at the edge, watches, and gives on what it has proven."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.codes import Code
from p2pstream.content.signed.heads import Head, leaf_number, split_number
from p2pstream.content.signed.lineage import Novelty
from p2pstream.content.units import LEAF
from p2pstream.data.live import LiveData
from p2pstream.interfaces import ILiveNeighbour
from p2pstream.limits import LIMITS, Limits
from p2pstream.live.gaps import Gaps
from p2pstream.live.joining import choose_start
from p2pstream.live.mesh import Mesh
from p2pstream.live.party import LiveParty
from p2pstream.live.playout import Playout
from p2pstream.live.rewinding import Rewinding

__all__ = ["Relay"]

#: Who tells of the edge, where a central does; no neighbour.
_CENTRAL = -2


class Relay(LiveParty):
    """One who watches.

    :param delay_s: from captured to shown.
    :param uplink: kbit/s that it gives on; None: nobody said; 0: nothing.
    """

    def __init__(
        self,
        data: LiveData,
        clock: Any,
        random: Random,
        delay_s: float,
        uplink: int | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        bits = uplink * 1000.0 if uplink is not None else None
        super().__init__(data, Mesh(bits, turn=random.randrange(16), limits=limits), clock, uplink, limits)
        self.playout = Playout(delay_s, limits)
        self._random = random
        self._gaps = Gaps(self.lineage, limits)
        self._rewinding = Rewinding(data, self.mesh, random, limits)
        self._heads: dict[int, Head] = {}
        self._told_by: set[int] = set()
        self._first_at: float | None = None
        #: How much longer than it is due what comes is of use, since the source itself is late.
        self._behind_s = 0.0
        self._asked = False
        self._tuned: list[Deferred[int]] = []
        #: The position at which to begin to watch; None before it is known.
        self.start_position: int | None = None

    @property
    def seeks(self) -> bool:
        """Whether somebody here went back to what no neighbour has: others may."""
        return bool(self._rewinding.alone)

    @property
    def behind_s(self) -> float | None:
        """How many seconds ago the newest byte was captured that can be read from where one began on.

        Or fewer: by the quickest way that a head came.  None while that is unknown, and once it has ended.
        """
        begin, offset = self.start_position, self.playout.offset
        if begin is None or offset is None or self.data.length is not None:
            return None
        begin = max(begin, self.data.start)
        newest = self.data.readable_to(begin) - 1
        if newest < begin:
            return None
        epoch, leaf, byte = self.data.timeline.place(newest)
        head = self.lineage.over(leaf) if epoch == self.lineage.epoch else None
        if head is None:
            return None
        into = ((leaf - head.first) * LEAF + byte + 1) / head.length
        return self._now - offset - (head.captured_ms + into * head.duration_ms) / 1000

    def when_tuned(self) -> Deferred[int]:
        """Fires with the position at which to begin to watch."""
        tuned: Deferred[int] = Deferred(self._tuned.remove)
        if self.start_position is not None:
            tuned.callback(self.start_position)
        else:
            self._tuned.append(tuned)
        return tuned

    def hint(self, head: Head) -> None:
        """A central knows of this head, which the channel signed: neighbours that lag far behind are left."""
        edge = self.lineage.edge
        if edge is None or head.place <= edge.place:
            # It is one more who tells of our edge.
            self._told_by.add(_CENTRAL)
        elif head.captured_ms - edge.captured_ms > self._limits.live_stale_s * 1000:
            for neighbour in self.neighbours.all():
                neighbour.leave(Code.NO_DATA_YET)
                self.lost(neighbour, Code.NO_DATA_YET)

    def due(self, head: Head) -> float:
        """See `LiveParty`: a little before it is shown."""
        return self.playout.due(head.captured_ms) - self._limits.live_feed_s

    def heard(self, head: Head, novelty: Novelty) -> None:
        """See `LiveParty`."""
        if novelty is Novelty.EDGE:
            if self.mesh.begins is not None and head.epoch != split_number(self.mesh.begins)[0]:
                # Another clock perhaps, and leaves that are counted anew.
                self.playout.begin_anew()
                self.mesh.begins = leaf_number(head.epoch, 0)
                self._gaps.begin(head.epoch, 0)
            self.playout.heard(head, self._now)
        if self.start_position is None:
            self._heads = {seq: each for seq, each in self._heads.items() if each.epoch == head.epoch}
            self._heads[head.seq] = head
        elif novelty is Novelty.EDGE:
            # Where the source itself is late, nobody has it any sooner.
            self._behind_s = max(self._now + self._limits.live_late_s - self.due(head), 0.0)
            self.mesh.heard(head, self._useful(head), self._now)
        else:
            self._heard_late(head)

    def heard_slice(self, neighbour: ILiveNeighbour, head: bytes, leaves: bytes) -> None:
        """See `ILiveParty`."""
        super().heard_slice(neighbour, head, leaves)
        if self.start_position is None and self.lineage.edge is not None:
            self._told_by.add(self.neighbours.peer(neighbour))
            self._first_at = self._now if self._first_at is None else self._first_at

    def ended_slices(self, neighbour: ILiveNeighbour, first: int, code: int) -> None:
        """See `ILiveParty`: what can be known of the past is known."""
        if self.start_position is None:
            self._begin()

    def looked(self) -> None:
        """See `LiveParty`: with an edge that two know of, or one for a while, it is time to join."""
        if self.start_position is not None:
            self._mend()
            self._rewinding.look(self.neighbours, self.start_position, self._now)
            self._make_room()
            return
        if self._first_at is None:
            return
        waited = self._now - self._first_at
        if not self._asked and (len(self._told_by) > 1 or waited >= self._limits.live_join_s):
            self._asked = True
            self._ask_past()
        elif waited >= self._limits.live_join_s + self._limits.live_answer_s:
            self._begin()

    def _make_room(self) -> None:
        """While others are looked for, one neighbour after another that is of no use is left."""
        if not self.seeks or len(self.neighbours) < 2 * self._limits.live_degree:
            return
        # Those who came last may not have said yet what they have.
        idle = self.mesh.idle[: -self._limits.live_dials]
        for neighbour in self.neighbours.of(idle[:1]):
            neighbour.leave(Code.OK)
            self.lost(neighbour, Code.OK)

    def _useful(self, head: Head) -> float:
        """Until when its leaves are of use."""
        return self.due(head) + self._behind_s

    def _heard_late(self, head: Head) -> None:
        """A slice between others: heads overtake each other, and whoever pushes its leaves still does."""
        begins, due = self.mesh.begins, self._useful(head)
        if due > self._now:
            late = self._now + self._limits.live_late_s if self._behind_s else due
            self.mesh.heard(head, max(due, late), self._now)
            return
        for number in _numbers(head):
            if begins is not None and number >= begins:
                self.data.skip(*split_number(number))

    def _mend(self) -> None:
        """Ask for slices that nobody told of, and give up those that are too late."""
        gap = self._gaps.find(self._now)
        epoch = self.lineage.epoch
        if gap is not None and epoch is not None and len(self.neighbours):
            neighbour = self._random.choice(self.neighbours.all())
            neighbour.ask_slices(leaf_number(epoch, gap[0]), gap[1])
        behind = self._gaps.next_known()
        head = self.lineage.over(behind) if behind is not None else None
        if head is not None and self._useful(head) <= self._now:
            for leaf in range(self._gaps.solid, head.first):
                self.data.skip(head.epoch, leaf)
            self._gaps.begin(head.epoch, head.first)

    def _ask_past(self) -> None:
        """Have the slices before the edge told, as far back as the delay reaches."""
        edge = self.lineage.edge
        assert edge is not None, "there is an edge"
        rate = self.mesh.rate or self._limits.live_rate
        back = int((self.playout.delay_s + self._limits.live_gop_s) * rate / 8 / LEAF) + 1
        back = min(back, self._limits.live_asked_leaves, edge.stop)
        known = self.neighbours.of(sorted(self._told_by))
        if not known or not back:
            self._begin()
            return
        known[0].ask_slices(leaf_number(edge.epoch, edge.stop - back), back)

    def _begin(self) -> None:
        start = choose_start(list(self._heads.values()), self.playout.delay_s)
        if start is None:
            return
        first = leaf_number(start.head.epoch, start.head.first + start.byte // LEAF)
        position = self.data.timeline.position(start.head.epoch, start.head.first)
        if position is None:
            return
        self.mesh.begins = first
        self._gaps.begin(start.head.epoch, start.head.first)
        self.start_position = position + start.byte
        heads, self._heads = self._heads, {}
        for head in heads.values():
            self._want(head)
        tuned, self._tuned = self._tuned, []
        for each in tuned:
            each.callback(self.start_position)

    def _want(self, head: Head) -> None:
        begins, due = self.mesh.begins or 0, self.due(head)
        patience = max(self.playout.delay_s, self._limits.live_rewind_s)
        for number in _numbers(head):
            if number >= begins:
                # Who joins may begin late, but is to have all from there on.
                self.mesh.want(number, max(due, self._now + patience), self._now)


def _numbers(head: Head) -> Iterable[int]:
    return (leaf_number(head.epoch, leaf) for leaf in range(head.first, head.stop))
