"""What is left of so much a second.  Pure; times are monotonic seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["GRAIN_S", "Changing", "Regular", "Steady", "Tokens"]

#: Seconds; nobody who waits is called sooner again, for a fraction of a byte.
GRAIN_S = 0.001


class Regular(Protocol):
    """So much a second, and so much at once after a pause."""

    @property
    def a_second(self) -> float:
        """How much comes back in a second."""

    @property
    def burst(self) -> float:
        """How much there is after a pause."""


@dataclass(frozen=True, slots=True)
class Steady:
    """A `Regular`."""

    a_second: float
    burst: float


@dataclass(slots=True)
class Changing:
    """A `Regular` that is set anew from time to time."""

    a_second: float
    burst: float


class Tokens:
    """What is left of a pace: a token bucket.  It is full at first."""

    __slots__ = ("_at", "_left", "pace")

    def __init__(self, pace: Regular, now: float) -> None:
        self.pace = pace
        self._left = pace.burst
        self._at = now

    def take(self, now: float, cost: float = 1.0) -> bool:
        """Whether there is so much; it is taken then, and nothing else."""
        # As `left`, which it would cost more to call: this is asked of everything that comes.
        pace = self.pace
        left = self._left + (now - self._at) * pace.a_second
        self._at = now
        if left > pace.burst:
            left = pace.burst
        if left < cost:
            self._left = left
            return False
        self._left = left - cost
        return True

    def left(self, now: float) -> float:
        """What there is; below zero after more was paid."""
        pace = self.pace
        left = self._left + (now - self._at) * pace.a_second
        self._at = now
        self._left = left = left if left < pace.burst else pace.burst
        return left

    def pay(self, cost: float, now: float) -> None:
        """Take so much, whether there is so much or not; give it back, if ``cost`` is below zero."""
        self._left = min(self.left(now) - cost, self.pace.burst)

    def settle(self, cost: float, now: float) -> None:
        """The same, for what was to be taken when this was looked at last: late as it is, nothing is lost.

        What has come back since then comes back to what was left, and not on top of a full bucket.
        """
        self._left = min(self._left - cost + (now - self._at) * self.pace.a_second, self.pace.burst)
        self._at = now

    def wait_s(self, now: float, cost: float = 0.0) -> float:
        """Seconds until more than ``cost`` is there; 0 if it is."""
        missing = cost - self.left(now)
        return max(0.0, missing / self.pace.a_second)
