"""Where all connections of one host share what it has: going out, and coming in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from p2pstream.testing.clock import HeapClock
from p2pstream.testing.sim.ways import Way

__all__ = ["Downlink", "Talker", "Uplink"]

#: Bytes of one piece, where there is no bound; else at least, and the seconds that it takes, where that is
#: more.  What comes over a slow way comes bit by bit: in large pieces it would leave gaps on the next one.
_PIECE = 65_536
_LEAST = 4096
_PIECE_S = 0.02
#: Seconds of bytes that wait for a link, before all who send slow down.
_QUEUE_S = 0.15


class Talker(Protocol):
    """One direction of a connection, as the uplink sees it."""

    def send(self, most: int, leaves_in: Callable[[int], float]) -> int:
        """Put a piece on its way; how many bytes it has, 0 when there is none, or it must wait.

        :param leaves_in: for that many bytes, the seconds until the last of them is out.
        """


class Uplink:
    """Serves all connections in turn, and those first that were silent (as RFC 8290 does).

    So a request does not wait behind a film, and no connection gets more than another.
    """

    def __init__(self, clock: HeapClock, way: Way) -> None:
        self._clock = clock
        self.way = way
        self._fresh: deque[Any] = deque()
        self._old: deque[Any] = deque()
        self._queued: dict[Any, None] = {}
        self._busy = False
        #: Bytes that went out.
        self.sent = 0

    def offer(self, sender: Talker) -> None:
        """It has something to send; harmless when that was said already."""
        if sender not in self._queued:
            self._queued[sender] = None
            self._fresh.append(sender)
        if not self._busy:
            self._serve()

    def _serve(self) -> None:
        self._busy = True
        while self._queued:
            is_fresh = bool(self._fresh)
            sender = (self._fresh or self._old).popleft()
            count = sender.send(self._most, self._leaves_in)
            # One that was served as silent waits a whole round before it counts as that again.
            if count or is_fresh:
                self._old.append(sender)
            else:
                del self._queued[sender]
            self.sent += count
            if count and self.way.rate is not None:
                self._clock.callLater(self._leaves_in(count), self._serve)
                return
        self._busy = False

    @property
    def _most(self) -> int:
        rate = self.way.rate
        return _PIECE if rate is None else max(_LEAST, int(rate * _PIECE_S))

    def _leaves_in(self, count: int) -> float:
        return 0.0 if self.way.rate is None else count / self.way.rate


class Downlink:
    """Lets in what comes, in the order in which it comes."""

    def __init__(self, clock: HeapClock, way: Way) -> None:
        self._clock = clock
        self.way = way
        self._free_at = 0.0
        self._coming = 0.0
        #: Bytes that came in.
        self.received = 0

    def expect(self, count: float) -> None:
        """So many bytes are on their way here that will have to wait; negative: they are not any more."""
        self._coming += count

    def excess(self, count: int, lasts: float) -> float:
        """How many of these bytes come faster than they are let in.

        :param lasts: seconds for which they come.
        """
        return max(0.0, count - lasts * self.way.rate) if self.way.rate is not None else 0.0

    def overdue_s(self) -> float:
        """For how long nobody should send more, as TCP finds out: there is a queue already."""
        if self.way.rate is None:
            return 0.0
        queue_s = max(0.0, self._free_at - self._clock.seconds()) + self._coming / self.way.rate
        return max(0.0, queue_s - _QUEUE_S)

    def admit(self, count: int, deliver: Callable[[], None]) -> None:
        """Call ``deliver`` when so many bytes are in."""
        self.received += count
        if self.way.rate is None:
            deliver()
            return
        now = self._clock.seconds()
        self._free_at = max(now, self._free_at) + count / self.way.rate
        self._clock.callLater(self._free_at - now, deliver)
