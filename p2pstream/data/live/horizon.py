"""How far back a broadcast can be read, and where one may begin to watch.  Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque

from p2pstream.content.number_rows import NumberRows
from p2pstream.content.signed.heads import NO_RAP, Head
from p2pstream.limits import Limits

__all__ = ["Horizon"]


class Horizon:
    """The oldest position that is kept; it moves on in steps.

    :param window_s: how far it lies behind the newest slice.
    :param keeps_all: it stays where it is, until `let_go`.
    """

    def __init__(self, window_s: float, limits: Limits, keeps_all: bool = False) -> None:
        self.keeps_all = keeps_all
        self._window_ms = window_s * 1000
        self._least_ms = limits.live_window_least_s * 1000
        self._step_ms = self._window_ms / limits.live_marks
        self._marks: deque[tuple[int, int]] = deque()
        #: Where the window begins, once it has moved on.
        self._within = 0
        #: The oldest position.
        self.start = 0
        #: Where one may begin to watch: the position, and the source's clock when it was captured.
        self.raps: NumberRows[tuple[int, int]] = NumberRows(2, limits.live_raps)
        #: Where timestamps do not go on from what is before.
        self.breaks: deque[int] = deque(maxlen=limits.live_breaks)
        #: The source's clock at the end of the newest slice; None before the first.
        self.newest_ms: int | None = None

    @property
    def window_s(self) -> float:
        """How far the start lies behind the newest slice."""
        return self._window_ms / 1000

    def grown(self, head: Head, position: int) -> bool:
        """The newest slice, and where it begins; whether the start moved on."""
        self._note(head, position)
        if head.count:
            self.newest_ms = head.captured_ms + head.duration_ms
        if self._marks and head.captured_ms < self._marks[-1][0] + self._step_ms:
            return False
        self._marks.append((head.captured_ms, position))
        self._look_back()
        return not self.keeps_all and self._move()

    def late(self, head: Head, position: int) -> None:
        """A slice of which nobody told in time, or that is from before one joined."""
        if position >= self.start:
            self._note(head, position)

    def let_go(self) -> bool:
        """Keep no more than the window from now on, or than half of it; whether the start moved on."""
        self.keeps_all = False
        while not (moved := self._move()) and self._window_ms > self._least_ms:
            self._window_ms = max(self._window_ms / 2, self._least_ms)
            self._look_back()
        return moved

    def _look_back(self) -> None:
        """Forget the marks that are older than the window."""
        oldest = self._marks[-1][0] - self._window_ms if self._marks else 0
        while len(self._marks) > 1 and self._marks[1][0] <= oldest:
            self._marks.popleft()
            self._within = self._marks[0][1]

    def _move(self) -> bool:
        start = max(self.start, self._within)
        self.raps.forget(start)
        while self.breaks and self.breaks[0] < start:
            self.breaks.popleft()
        moved, self.start = start != self.start, start
        return moved

    def _note(self, head: Head, position: int) -> None:
        begins = position + max(head.rap, 0)
        if head.rap != NO_RAP:
            into = head.duration_ms * head.rap // head.length if head.length else 0
            self.raps.put((begins, head.captured_ms + into))
        if position and (head.discontinuity or not head.first):
            _put(self.breaks, begins)


def _put(known: deque[int], new: int) -> None:
    """Into its place, which is the last one as a rule; of too many the first makes room."""
    if not known or known[-1] < new:
        known.append(new)
        return
    place = bisect_left(known, new)
    if known[place] == new or (len(known) == known.maxlen and not place):
        return
    if len(known) == known.maxlen:
        known.popleft()
        place -= 1
    known.insert(place, new)
