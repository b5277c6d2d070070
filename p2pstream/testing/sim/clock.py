"""The clock of a simulation, on which single hosts can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from p2pstream.testing.clock import HeapCall, HeapClock

__all__ = ["Pulse", "SimClock"]


class Pulse:
    """Whether one process runs.

    :ivar beats: it does; one that does not has its calls made when it goes on.
    :ivar over: it never will again.
    """

    def __init__(self) -> None:
        self.beats = True
        self.over = False
        self.late: list[HeapCall] = []


class SimClock(HeapClock):
    """A `HeapClock` that knows whose each call is.

    :ivar made: how many calls were made.
    """

    def __init__(self) -> None:
        super().__init__()
        self.made = 0

    def call_later(
        self, pulse: Pulse, delay: float, callable: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> HeapCall:
        """Have it called by the process of that pulse."""
        call = self.callLater(delay, callable, *args, **kwargs)
        call.owner = pulse
        return call

    def resume(self, pulse: Pulse) -> None:
        """The process goes on: what was due meanwhile is due now, in the same order."""
        pulse.beats = True
        late, pulse.late = pulse.late, []
        for call in late:
            if call.active():
                self._push(call)

    def _make(self, call: HeapCall, due: int) -> None:
        pulse: Pulse | None = call.owner
        if pulse is not None and not pulse.beats:
            if not pulse.over:
                pulse.late.append(call)
            return
        self.made += 1
        super()._make(call, due)
