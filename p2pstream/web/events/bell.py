"""What woke somebody who waits: topics that changed, or the time."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from p2pstream.content.shown import Topic

__all__ = ["Bell"]


class Bell:
    """Keeps the topics that changed, each once, until somebody takes them."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._changed: dict[Topic, None] = {}
        self._waiting: Deferred[None] | None = None

    def ring(self, topic: Topic) -> None:
        """It is another thing now."""
        self._changed[topic] = None
        self._wake()

    def take(self) -> tuple[Topic, ...]:
        """What changed since this was called last."""
        changed, self._changed = tuple(self._changed), {}
        return changed

    async def wait(self, seconds: float) -> None:
        """Return when something changed, or the time is over; one waits at a time."""
        if self._changed:
            return
        waiting = self._waiting = Deferred()
        call = self._clock.callLater(seconds, self._wake)
        try:
            await waiting
        finally:
            self._waiting = None
            if call.active():
                call.cancel()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.callback(None)
