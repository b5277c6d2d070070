"""As fast as it is shown: for what would come all at once."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["RealTime"]


class RealTime:
    """Waits until it is time for what carries a time.

    :param now: monotonic seconds.
    :param sleep: waits so many seconds.
    """

    def __init__(self, now: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._now = now
        self._sleep = sleep
        self._began: float | None = None

    def wait(self, seconds: float) -> None:
        """Until what carries this time is due: the first at once.  What is late is not made good."""
        now = self._now()
        if self._began is None or now - (self._began + seconds) > 1.0:
            self._began = now - seconds
        due = self._began + seconds
        if due > now:
            self._sleep(due - now)
