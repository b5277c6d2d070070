"""Slices that nobody told of, between others that are known.  Pure."""

from __future__ import annotations

from p2pstream.content.signed.lineage import Lineage
from p2pstream.limits import Limits

__all__ = ["Gaps"]


class Gaps:
    """How far all slices are known, from where somebody began on.

    :ivar solid: the leaf up to which they are, in the newest epoch.
    """

    def __init__(self, lineage: Lineage, limits: Limits) -> None:
        self._lineage = lineage
        self._limits = limits
        self._epoch: int | None = None
        self._asked_at = 0.0
        self._since: float | None = None
        self.solid = 0

    def begin(self, epoch: int, leaf: int) -> None:
        """From this leaf on all are to be known."""
        self._epoch, self.solid, self._since = epoch, leaf, None

    def find(self, now: float) -> tuple[int, int] | None:
        """The first leaf and the number of those whose slices are to be asked for now."""
        stop = self.next_known()
        if stop is None:
            self._since = None
            return None
        if self._since is None:
            self._since = now
        # Heads overtake each other, and what is asked for takes a moment.
        if now - self._since < self._limits.live_patience_s or now - self._asked_at < self._limits.live_ask_s:
            return None
        self._asked_at = now
        return self.solid, min(stop - self.solid, self._limits.live_asked_leaves)

    def next_known(self) -> int | None:
        """The leaf at which what is known goes on behind a gap; None: there is no gap."""
        edge = self._lineage.edge
        if edge is None or edge.epoch != self._epoch:
            return None
        while (head := self._lineage.over(self.solid)) is not None:
            self.solid = head.stop
        behind = self._lineage.first_from(self.solid)
        return behind.first if behind is not None and behind.first > self.solid else None
