"""Whether a producer goes on or waits."""

from __future__ import annotations

from enum import Enum, auto

__all__ = ["Flow"]


class Flow(Enum):
    """What a producer was last told: bytes may come, or none until it is told again."""

    FLOWING = auto()
    PAUSED = auto()
