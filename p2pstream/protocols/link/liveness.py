"""Whether the other end is still there.  Pure; times are monotonic seconds."""

from __future__ import annotations

from enum import Enum

from p2pstream.limits import LIMITS, Limits

__all__ = ["Liveness", "Verdict"]


class Verdict(Enum):
    """What its silence means."""

    FINE = "it has been heard lately"
    ASK = "it is to be pinged"
    DEAD = "it has been silent for too long"


class Liveness:
    """Counts the seconds without a byte.

    While the other end owes an answer the time is short; it begins no sooner than that.
    """

    __slots__ = ("_asked", "_limits", "_since", "awaiting", "heard_at")

    def __init__(self, now: float, limits: Limits = LIMITS) -> None:
        self._limits = limits
        #: Whether the other end owes us something.
        self.awaiting = False
        self._asked = False
        self._since = now
        #: When a byte came last.
        self.heard_at = now

    def heard(self, now: float) -> None:
        """A byte came."""
        self.heard_at = now
        self._asked = False

    def awaits(self, awaiting: bool, now: float) -> None:
        """Whether the other end owes us something is another matter now."""
        self.awaiting = awaiting
        self._asked = False
        self._since = now

    def judge(self, now: float) -> Verdict:
        """What to do; `Verdict.ASK` once."""
        if now < self.next_deadline():
            return Verdict.FINE
        if self._asked:
            return Verdict.DEAD
        self._asked = True
        return Verdict.ASK

    def next_deadline(self) -> float:
        """When `judge` has something new to say."""
        limits = self._limits
        if self.awaiting:
            wait = limits.link_dead_s if self._asked else limits.link_ping_s
        else:
            wait = limits.link_idle_dead_s if self._asked else limits.link_idle_ping_s
        return (self.heard_at if self.heard_at > self._since else self._since) + wait
