"""A source, and all who watch: who knows whom, who goes, and what came of it."""

from __future__ import annotations

from random import Random

from benchmarks.flows.events import Events
from benchmarks.flows.live.heads import Slices
from benchmarks.flows.live.viewer import FlowViewer
from p2pstream.content.hashes.slices import subtrees
from p2pstream.content.signed.heads import Head, leaf_number
from p2pstream.content.units import LEAF, ZERO_HASH
from p2pstream.limits import LIMITS, Limits

__all__ = ["FlowBroadcast"]

_EPOCH = 1
#: Bits a second that a node says beside leaves; measured of whole nodes, each with some sixteen neighbours.
SAID = 140_000.0


class FlowBroadcast:
    """One run.

    :param rate: bits a second of the broadcast.
    :param uplinks: bits a second of each viewer.
    :param way_s: from one to another.
    :param delay_s: from made to shown.
    :param degree: how many neighbours each looks for.
    :param said: bits a second that each sends beside leaves.
    :ivar viewers: by place; the source is 0.
    :ivar made: when each leaf was made.
    """

    def __init__(
        self,
        uplinks: list[float],
        rate: float = 3e6,
        way_s: float = 0.02,
        delay_s: float = 2.0,
        degree: int = 12,
        source_uplink: float | None = None,
        seed: int = 1,
        limits: Limits = LIMITS,
        said: float = SAID,
    ) -> None:
        self.said = said
        self.events = Events()
        self.rate = rate
        self.way_s = way_s
        self.delay_s = delay_s
        self.degree = degree
        self.limits = limits
        self.chance = Random(seed)
        self.made: dict[int, float] = {}
        self.slices = Slices()
        self.viewers: dict[int, FlowViewer] = {}
        self.all: list[FlowViewer] = []
        self._left = 0.0
        self._leaf = self._seq = 0
        self.source = self.join(source_uplink or 3.3 * rate)
        for uplink in uplinks:
            self.join(uplink)

    def join(self, uplink: float, lies: bool = False) -> FlowViewer:
        """One more, who is told of some others."""
        place = len(self.all)
        viewer = FlowViewer(self, place, uplink, source=not place, lies=lies)
        others = list(self.viewers.values())
        self.viewers[place] = viewer
        self.all.append(viewer)
        for other in self.chance.sample(others, min(len(others), self.degree // 2 + 1)):
            viewer.meet(other)
            other.meet(viewer)
        self.events.after(self.chance.random() * 0.1, viewer.begin)
        return viewer

    def leave(self, place: int) -> None:
        """One is gone without a word; its neighbours notice, and look for others."""
        viewer = self.viewers.pop(place)
        viewer.gone = True
        for other in list(self.viewers.values()):
            if place in other.mesh.peers:
                other.part(place)
                stranger = self.chance.choice(list(self.viewers.values()))
                if stranger is not other and stranger.place not in other.mesh.peers:
                    other.meet(stranger)
                    stranger.meet(other)

    def run(self, seconds: float) -> None:
        """Broadcast for so long."""
        end = self.events.now + seconds
        if not self.made:
            self._slice()
        self.events.run(end)

    def _slice(self) -> None:
        """A tenth of a second of it."""
        now = self.events.now
        self._left += self.rate / 8 / LEAF * 0.1
        count, self._left = int(self._left), self._left % 1
        roots = bytes(32) * len(subtrees(self._leaf, count))
        captured = int(now * 1000)
        called = self._seq.to_bytes(8, "big")
        head = Head(_EPOCH, self._seq, self._leaf, count, captured, 100, -1, ZERO_HASH, roots, raw=called)
        self.slices.add(head)
        for leaf in range(head.first, head.stop):
            self.made[leaf_number(_EPOCH, leaf)] = now
        self._leaf, self._seq = head.stop, self._seq + 1
        self.source.hear_head(head)
        for leaf in range(head.first, head.stop):
            self.source.act(self.source.mesh.came(leaf_number(_EPOCH, leaf), None, now))
        self.events.after(0.1, self._slice)

    def lateness(self, since: float, until: float) -> tuple[list[float], int]:
        """How late the leaves of that time came, at all viewers who are there; and how many did not."""
        late, holes = [], 0
        for viewer in self.viewers.values():
            if viewer is self.source or viewer.lies:
                continue
            for number, made in self.made.items():
                if since <= made < until and number >= (viewer.mesh.begins or 0):
                    came = viewer.late.get(number)
                    if came is None:
                        holes += 1
                    else:
                        late.append(came)
        return sorted(late), holes

    @property
    def copies(self) -> float:
        """How many times the source sent all of it."""
        return self.source.sent / max(len(self.made), 1)

    def twice(self, since: float, until: float) -> float:
        """How much of what came, of the leaves of that time, was there already."""
        counted = {number for number, made in self.made.items() if since <= made < until}
        came = sum(len(counted & viewer.late.keys()) for viewer in self.all)
        again = sum(viewer.again[number] for viewer in self.all for number in counted & viewer.again.keys())
        return again / max(came + again, 1)
