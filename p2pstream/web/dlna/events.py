"""Subscriptions with a clock: whoever subscribed is told when something changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.dlna import CONNECTION_MANAGER, CONTENT_DIRECTORY, EventNotice
from p2pstream.interfaces import ILibrary
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.dlna.directory import SOURCES
from p2pstream.web.dlna.subscriptions import Subscriptions, property_set

__all__ = ["DlnaEvents"]

_log = Logger()

#: Tells one notice; fires with whether it was taken.
Tell = Callable[[EventNotice], Deferred[bool]]


class DlnaEvents:
    """Tells of a library, from when it is made until it is closed.

    :param tell: fires with whether a notice was taken, and fails only when it is cancelled.
    :param clock: an `IReactorTime`.
    :ivar subscriptions: after each change of them `look` is to be called.
    """

    def __init__(
        self,
        library: ILibrary,
        tell: Tell,
        fresh: Callable[[int], bytes],
        clock: Any,
        limits: Limits = LIMITS,
    ) -> None:
        self.subscriptions = Subscriptions(fresh, limits)
        self._library = library
        self._tell = tell
        self._clock = clock
        self._alarm: IDelayedCall | None = None
        self._telling: set[Deferred[None]] = set()
        self._unobserve = library.observe(self._changed)

    @property
    def now(self) -> float:
        """By the clock that subscriptions count by."""
        return float(self._clock.seconds())

    def look(self) -> None:
        """Tell what is due, and wake when the next is."""
        now = self.now
        for notice in self.subscriptions.to_tell(now, self._bodies()):
            self._send(notice)
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        due = self.subscriptions.due
        self._alarm = None if due is None else self._clock.callLater(max(0.0, due - now), self.look)

    def close(self) -> None:
        """Tell nothing more."""
        self._unobserve()
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        for telling in list(self._telling):
            telling.cancel()

    def _changed(self) -> None:
        self.subscriptions.changed(CONTENT_DIRECTORY, self.now)
        self.look()

    def _send(self, notice: EventNotice) -> None:
        telling: Deferred[None] = self._tell(notice).addCallback(
            lambda taken: self.subscriptions.told(notice.sid, taken)
        )
        self._telling.add(telling)
        telling.addErrback(_failed).addBoth(lambda _: self._telling.discard(telling))

    def _bodies(self) -> Mapping[str, bytes]:
        return {
            CONTENT_DIRECTORY: property_set({"SystemUpdateID": str(self._library.changes)}),
            CONNECTION_MANAGER: property_set(
                {"SourceProtocolInfo": SOURCES, "SinkProtocolInfo": "", "CurrentConnectionIDs": "0"}
            ),
        }


def _failed(failure: Failure) -> None:
    if not failure.check(CancelledError):
        _log.failure("an event could not be told in a way nobody thought of", failure)
