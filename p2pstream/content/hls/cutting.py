"""Where segments are to begin, as a stream is fed in."""

from __future__ import annotations

from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = ["Boundary", "Cutting"]


@value
class Boundary:
    """A segment begins."""

    #: How long the one before it is; 0 for the first.
    lasted_ms: int
    #: Whether times do not go on from the one before.
    broken: bool

    def after(self, skipped: Boundary | None) -> Boundary:
        """The same, where the one before it was not cut."""
        if skipped is None:
            return self
        return Boundary(self.lasted_ms + skipped.lasted_ms, self.broken or skipped.broken)


class Cutting:
    """Cuts where somebody may begin to watch, so that whoever joins sees something at once.

    No segment is shorter than it need be.  Where there is no such place for long it is cut
    all the same, for players are told once for all how long a segment can be; and where
    times do not go on, for within one they must.

    :param before_ms: how long the one before is that was not cut; None: there is none.
    """

    def __init__(self, before_ms: int | None = None, limits: Limits = LIMITS) -> None:
        self._least_s = limits.live_segment_s
        self._most_s = limits.live_segment_most_s
        self._begun = before_ms is not None
        self._before_s = (before_ms or 0) / 1000
        #: What the clock said where the last one began, and what it said last.
        self._since: float | None = None
        self._now = 0.0

    def look(self, clock_s: float, rap: bool, broken: bool) -> Boundary | None:
        """More is fed in; what begins with it.

        :param clock_s: what the clock of the stream says there; it may begin anew where it is ``broken``.
        """
        lasted = self._now - self._since if self._since is not None else self._before_s
        self._now = clock_s
        if not self._begun and not rap:
            return None
        if self._since is None or broken:
            begins, broken = True, broken or self._begun
        else:
            lasted = clock_s - self._since
            begins = lasted >= (self._least_s if rap else self._most_s)
        if not begins:
            # A clock that went back without a word counts from there.
            self._since = min(self._since, clock_s) if self._since is not None else clock_s
            return None
        self._begun, self._since = True, clock_s
        return Boundary(max(round(lasted * 1000), 0), broken)
