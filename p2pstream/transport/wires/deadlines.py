"""When a wire does something by itself."""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.transport.alarm import Alarm
from p2pstream.transport.vigil import Timers

__all__ = ["Deadlines"]


class Deadlines(Alarm):
    """Two moments; it rings at the earlier.  Monotonic seconds; None for never.

    :param ring: called with the time; finds out which of them has come.
    :ivar stalled_at: when the other end has taken nothing for too long.
    """

    __slots__ = ("_due", "stalled_at")

    def __init__(self, timers: Timers, ring: Callable[[float], None]) -> None:
        super().__init__(timers, ring)
        self._due: float | None = None
        self.stalled_at: float | None = None

    def look(self, moment: float | None) -> None:
        """Ring at ``moment``, to look again."""
        self._due = moment
        if self.stalled_at is None:
            self.set(moment)
        else:
            self._wind()

    def stall(self, moment: float | None) -> None:
        """Ring at ``moment``, unless the other end takes something."""
        self.stalled_at = moment
        self._wind()

    def _wind(self) -> None:
        due, stalled_at = self._due, self.stalled_at
        self.set(stalled_at if due is None or (stalled_at is not None and stalled_at < due) else due)
