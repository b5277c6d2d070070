"""Who wants to know that something changed."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from p2pstream.content.shown import Topic

__all__ = ["TopicObservers"]

_log = Logger()


class TopicObservers:
    """Tells of each topic once in a turn of the reactor, however often it changed in it."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._observers: dict[object, Callable[[Topic], None]] = {}
        self._changed: dict[Topic, None] = {}
        self._call: IDelayedCall | None = None

    def observe(self, changed: Callable[[Topic], None]) -> Callable[[], None]:
        """See `INodeView.observe`."""
        mark = object()
        self._observers[mark] = changed
        return lambda: self._end(mark)

    def changed(self, topic: Topic) -> None:
        """It is another thing now."""
        if not self._observers:
            return
        self._changed[topic] = None
        if self._call is None:
            self._call = self._clock.callLater(0, self._tell)

    def _tell(self) -> None:
        self._call = None
        changed, self._changed = tuple(self._changed), {}
        for observer in list(self._observers.values()):
            for topic in changed:
                try:
                    observer(topic)
                except Exception:
                    _log.failure("whoever follows {topic} cannot be told", topic=topic)

    def _end(self, mark: object) -> None:
        self._observers.pop(mark, None)
        if not self._observers and self._call is not None:
            self._call.cancel()
            self._call = None
