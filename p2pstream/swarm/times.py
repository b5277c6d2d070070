"""What readers notice of one download, told to whoever measures.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from p2pstream.content.views import Awaited, Need

if TYPE_CHECKING:
    from p2pstream.interfaces import IMeter

__all__ = ["FetchTimes"]


class FetchTimes:
    """How soon something comes, and for how long readers stand still."""

    def __init__(self, meter: IMeter) -> None:
        self._meter = meter
        #: When it was last seen that a reader stands still; None: none does.
        self._stood: float | None = None

    def began(self, seconds: float) -> None:
        """The first byte came so late."""
        self._meter.observe("p2pstream_startup_seconds", seconds)

    def proven(self, asked: float, now: float) -> None:
        """A run was proven whose first unit was asked for then."""
        self._meter.observe("p2pstream_unit_latency_seconds", now - asked)

    def look(self, awaited: Awaited | None, now: float) -> None:
        """What the readers wait for now; to be called again and again."""
        before, stands = self._stood, awaited is not None and awaited.need is Need.UNIT
        self._stood = now if stands else None
        if before is not None:
            self._meter.count("p2pstream_stall_seconds_total", now - before)
        elif stands:
            self._meter.count("p2pstream_stalls_total")
