"""When a folder is looked at next."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.easing import Easing

__all__ = ["ScanPace"]


class ScanPace:
    """Lets looks follow each other by the second, and sooner when something was noticed.

    Never so soon, though, that looking becomes most of what the machine does; and ever more
    rarely where there are no changes.
    """

    def __init__(self, clock: IReactorTime, limits: Limits = LIMITS) -> None:
        self._clock = clock
        self._limits = limits
        self._alarm: IDelayedCall | None = None
        self._hurried = False
        self._watched = Easing(limits.share_watched_s, limits.share_watched_most_s, limits)
        self._unwatched = Easing(limits.share_check_s, limits.share_check_most_s, limits)
        #: When the next look is due, and before which it never is.
        self._due = self._earliest = 0.0

    def begin(self) -> float:
        """A look begins; when that is."""
        self._hurried = False
        return self._clock.seconds()

    def hurry(self) -> None:
        """Something changed: a look is due soon, also if one is under way."""
        self._hurried = True
        self.found()
        if self._alarm is not None and self._alarm.active():
            self._due = min(self._due, self._soon())
            self._alarm.reset(max(0.0, self._due - self._clock.seconds()))

    def found(self) -> None:
        """A look found something new, perhaps without any notice: the next ones follow closely."""
        self._watched.found()
        self._unwatched.found()

    def attend(self) -> None:
        """What is there is used from now on: the next glance is due within a second."""
        if self._alarm is not None and self._alarm.active():
            left = self._alarm.getTime() - self._clock.seconds()
            self._alarm.reset(min(left, self._limits.share_check_s))

    async def rest(
        self,
        began: float,
        glance: Callable[[], Deferred[bool]],
        watched: bool = False,
        used: Callable[[], object] = lambda: True,
    ) -> None:
        """Return when the next look is due.

        :param began: when the last one began.
        :param glance: a quick look, taken every second of a longer rest; when it
            says that something changed, the rest is over.
        :param watched: what changes will be noticed: looks are only there to make sure.
        :param used: whether what is there is used; where it is not, and changes are noticed, or
            the rest is short, there are no glances.
        """
        now = self._clock.seconds()
        took = now - began
        self._earliest = now + self._limits.share_hurry * took
        least_s = (self._watched if watched else self._unwatched).rest(now)
        self._due = now + max(least_s, self._limits.share_ease * took)
        if self._hurried:
            self._due = self._soon()
        while (left := self._due - self._clock.seconds()) > 0:
            unseen = not watched and left > self._limits.share_check_most_s
            await self._sleep(min(left, self._limits.share_check_s) if unseen or used() else left)
            if self._due > self._clock.seconds() and await glance():
                return

    def _soon(self) -> float:
        return max(self._earliest, self._clock.seconds() + self._limits.share_nudge_s)

    def _sleep(self, seconds: float) -> Deferred[None]:
        woken: Deferred[None] = Deferred(lambda _: alarm.cancel())
        self._alarm = alarm = self._clock.callLater(seconds, woken.callback, None)
        return woken
