"""A rest that ends early when there is news."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

__all__ = ["Nap"]


class Nap:
    """For one sleeper; news that comes while it is awake shortens its next rest to nothing."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        #: Whether there was news since `forget`.
        self.news = False
        self._sleeping: Deferred[None] | None = None

    def wake(self) -> None:
        """There is news."""
        self.news = True
        self._rise()

    def forget(self) -> None:
        """What is news so far is about to be looked at."""
        self.news = False

    async def sleep(self, seconds: float) -> None:
        """Return in so many seconds, or as soon as there is news; in a later turn in any case."""
        woken: Deferred[None] = Deferred()
        alarm = self._clock.callLater(0.0 if self.news else seconds, self._rise)
        self._sleeping = woken
        try:
            await woken
        finally:
            self._sleeping = None
            if alarm.active():
                alarm.cancel()

    def _rise(self) -> None:
        sleeping, self._sleeping = self._sleeping, None
        if sleeping is not None:
            sleeping.callback(None)
