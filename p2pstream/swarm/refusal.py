"""A disk that refuses what is fetched, and when it is tried again.  Pure."""

from __future__ import annotations

from p2pstream.limits import LIMITS, Limits

__all__ = ["Refusal"]


class Refusal:
    """Tried now and then with one unit, until one is kept.

    :ivar is_on: whether it refuses.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._wait_s = limits.storage_retry_s
        self._again = 0.0
        #: Whether it is tried just now.
        self._trying = False
        self.is_on = False

    def begin(self, now: float) -> bool:
        """It refused; whether that is new."""
        news, self.is_on, self._trying = not self.is_on, True, False
        self._again = now + self._wait_s
        return news

    def is_due(self, now: float) -> bool:
        """Whether it is to be tried, and that is taken for done."""
        due = self.is_on and now >= self._again
        if due:
            self._again, self._trying = now + self._wait_s, True
        return due

    def end(self) -> bool:
        """Something was kept; whether that is new, for it was tried."""
        news = self._trying
        if news:
            self.is_on = self._trying = False
        return news
