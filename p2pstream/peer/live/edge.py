"""What a central knows of a broadcast: told by its source, asked by those who watch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.keys import LiveKey
from p2pstream.content.signed.heads import Head
from p2pstream.errors import P2PStreamError
from p2pstream.limits import LIMITS, Limits

__all__ = ["EdgeAsking", "EdgeTelling"]

_log = Logger()


class Edged(Protocol):
    """A source: `live.broadcast.Broadcast`."""

    key: LiveKey

    @property
    def edge(self) -> Head | None:
        """The newest head."""


class Hinted(Protocol):
    """One who watches: `live.relay.Relay`."""

    key: LiveKey

    def hint(self, head: Head) -> None:
        """A central knows of this one."""


class _Again:
    """Does something now and again; what goes wrong on the way is tried again the next time."""

    def __init__(self, clock: Any, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._call: Any = None
        self._running: Deferred[Any] | None = None
        self.closed = False

    def begin(self) -> None:
        """The first time is now."""
        self._turn()

    def close(self) -> None:
        """Never again; harmless when done twice."""
        self.closed = True
        if self._call is not None and self._call.active():
            self._call.cancel()
        if self._running is not None:
            self._running.cancel()

    def _turn(self) -> None:
        self._call = self._clock.callLater(self._seconds, self._turn)
        if self._running is None:
            work = self._do()
            if work is not None:
                self._running = work
                work.addErrback(_quietly).addBoth(self._done)

    def _do(self) -> Deferred[Any] | None:
        raise NotImplementedError

    def _done(self, _: Any) -> None:
        self._running = None


class EdgeTelling(_Again):
    """A source tells its newest head, so that nobody who joins is taken in by those who lag.

    :param tell: has a central know it: `protocols.central.asking.CentralLine.tell_head`.
    """

    def __init__(
        self,
        party: Edged,
        clock: Any,
        tell: Callable[[LiveKey, bytes], Deferred[Any]],
        limits: Limits = LIMITS,
    ) -> None:
        super().__init__(clock, limits.live_tell_s)
        self._party = party
        self._tell = tell
        self._told = b""

    def _do(self) -> Deferred[Any] | None:
        edge = self._party.edge
        if edge is None or edge.raw == self._told:
            return None
        self._told = edge.raw
        return self._tell(self._party.key, edge.raw)


class EdgeAsking(_Again):
    """A viewer asks for it.

    :param ask: as `protocols.central.asking.CentralLine.head`.
    """

    def __init__(
        self,
        party: Hinted,
        clock: Any,
        ask: Callable[[LiveKey], Deferred[Head | None]],
        limits: Limits = LIMITS,
    ) -> None:
        super().__init__(clock, limits.live_stale_s)
        self._party = party
        self._ask = ask

    def _do(self) -> Deferred[Any]:
        return self._ask(self._party.key).addCallback(self._heard)

    def _heard(self, head: Head | None) -> None:
        if head is not None and not self.closed:
            self._party.hint(head)


def _quietly(failure: Failure) -> None:
    if not failure.check(P2PStreamError, CancelledError):
        _log.failure("a central could not be told or asked of a broadcast", failure)
