"""Which leaves are to come, until when, and of whom they were asked.  Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from p2pstream.limits import Limits
from p2pstream.live.mesh.neighbours import SUBSTREAMS

__all__ = ["LeafNeed", "Needs"]

_FRESH = 0.1
#: So many times as much as it varies may a leaf be later than usual, before it is asked for.
_SPREAD = 3


class LeafNeed:
    """One leaf.

    :ivar heard: when its head came; and `due`, until when it is of use.
    :ivar asked: of whom, and when.
    :ivar pulled: nobody will push it: it is from before we asked for that.
    """

    __slots__ = ("asked", "due", "heard", "number", "pulled")

    def __init__(self, number: int, heard: float, due: float, pulled: bool) -> None:
        self.number = number
        self.heard = heard
        self.due = due
        self.pulled = pulled
        self.asked: dict[int, float] = {}


class Needs:
    """The leaves that are missing, by when they are due, and when the head of each recent leaf came."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._missing: dict[int, LeafNeed] = {}
        self._heard: OrderedDict[int, float] = OrderedDict()
        #: How late pushed leaves are, and how much that varies, by sub-stream.
        self._late = [0.0] * SUBSTREAMS
        self._varies = [limits.live_patience_s / 2] * SUBSTREAMS

    def __len__(self) -> int:
        return len(self._missing)

    def __iter__(self) -> Iterator[LeafNeed]:
        """The most urgent first."""
        return iter(sorted(self._missing.values(), key=lambda need: (need.due, need.number)))

    def add(self, number: int, heard: float, due: float, pulled: bool) -> None:
        """A leaf is to come."""
        self._missing.setdefault(number, LeafNeed(number, heard, due, pulled))

    def heard_of(self, number: int, now: float) -> None:
        """The head of a leaf came."""
        self._heard[number] = now
        while len(self._heard) > self._limits.live_mesh_leaves:
            self._heard.popitem(last=False)

    def since_heard(self, number: int, now: float) -> float | None:
        """How long ago its head came; None if it did not."""
        heard = self._heard.get(number)
        return now - heard if heard is not None else None

    def get(self, number: int) -> LeafNeed | None:
        """The leaf, if it is missing."""
        return self._missing.get(number)

    def here(self, number: int, now: float, pushed: bool) -> LeafNeed | None:
        """A leaf came; what was known of it, None if nobody waited for it."""
        need = self._missing.pop(number, None)
        if need is not None and pushed:
            self._learn(number % SUBSTREAMS, now - need.heard)
        return need

    def late(self, need: LeafNeed, now: float) -> None:
        """A leaf is about to be asked for; where somebody was to push it, that takes so long at least.

        To learn from those alone that came first had patience stay too short, and leaves come twice.
        """
        if not need.pulled and not need.asked:
            self._learn(need.number % SUBSTREAMS, now - need.heard)

    def orphan(self, mask: int) -> None:
        """Nobody pushes these sub-streams any more: what is missing of them is not waited for."""
        for need in self._missing.values():
            need.pulled = need.pulled or bool(mask >> need.number % SUBSTREAMS & 1)

    def drop(self, number: int) -> None:
        """It is not waited for any more."""
        self._missing.pop(number, None)

    def expected(self, need: LeafNeed) -> float:
        """When a leaf that is pushed should have come."""
        if need.pulled:
            return need.heard
        stream = need.number % SUBSTREAMS
        usual = self._late[stream] + _SPREAD * self._varies[stream]
        patience: float = self._limits.live_patience_s
        # Nobody waits for a push until it is too late to ask.
        return need.heard + min(max(usual, patience), max((need.due - need.heard) / 2, patience))

    def _learn(self, stream: int, late: float) -> None:
        self._varies[stream] += _FRESH * (abs(late - self._late[stream]) - self._varies[stream])
        self._late[stream] += _FRESH * (late - self._late[stream])

    def own_lag(self, substream: int) -> float:
        """How late pushed leaves of a sub-stream are here."""
        return self._late[substream]

    def overdue(self, now: float, by: float) -> list[int]:
        """How many leaves of each sub-stream are so much later than usual."""
        counts = [0] * SUBSTREAMS
        for need in self._missing.values():
            stream = need.number % SUBSTREAMS
            if not need.pulled and now - need.heard > self._late[stream] + by:
                counts[stream] += 1
        return counts
