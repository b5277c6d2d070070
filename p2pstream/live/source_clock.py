"""The time of day as a source has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["SourceClock"]


class SourceClock:
    """The time of day, which whoever sets it back does not set back here.

    :param ahead_s: so far it jumps before it is followed, as after a machine was asleep.
    """

    def __init__(self, reactor: Any, wall_ms: Callable[[], int], ahead_s: float) -> None:
        self._reactor = reactor
        self._wall_ms = wall_ms
        self._ahead_ms = ahead_s * 1000
        self._zero_ms = wall_ms() - reactor.seconds() * 1000

    def ms(self) -> int:
        """Unix ms."""
        passed, wall = self._reactor.seconds() * 1000, self._wall_ms()
        if wall - self._zero_ms - passed > self._ahead_ms:
            self._zero_ms = wall - passed
        return int(self._zero_ms + passed)
