"""A clock for tests and simulations: exact, and the same on every run."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from typing import Any

from twisted.internet.base import DelayedCall
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from zope.interface import implementer

__all__ = ["HeapClock"]

_NANO = 1_000_000_000
_RUNAWAY = 100_000
_ROOM_FOR_STALE = 1_000


@implementer(IReactorTime)
class HeapClock:
    """Time that passes only when told, from one due call to the next.

    `twisted.internet.task.Clock` jumps to the end of an ``advance`` before it makes the
    first call; here ``seconds()`` inside a call is the moment that the call was set for,
    and what it sets itself becomes due in its turn.  Calls for one moment are made in
    the order in which they were set.  Moments are told apart to the nanosecond, so ten
    steps of 0.1 s end exactly where one of 1 s does.

    What a call raises reaches whoever advances.
    """

    def __init__(self, start: float = 0.0) -> None:
        self._seconds = start
        self._instant = _nanoseconds(start)
        self._queue: list[tuple[int, int, DelayedCall]] = []
        self._order = itertools.count()
        self._stale = 0
        self._here = 0

    def seconds(self) -> float:
        """The time now."""
        return self._seconds

    def callLater(
        self, delay: float, callable: Callable[..., Any], *args: object, **kwargs: object
    ) -> IDelayedCall:
        """Have ``callable`` called in ``delay`` seconds."""
        if delay < 0:
            raise ValueError(f"{delay} s is in the past")
        call = DelayedCall(
            self._seconds + delay, callable, args, kwargs, self._cancelled, self._push, self.seconds
        )
        self._push(call)
        return call

    def getDelayedCalls(self) -> list[IDelayedCall]:
        """The calls that are still to be made, soonest first."""
        waiting = dict.fromkeys(call for _, _, call in sorted(self._queue) if call.active())
        return sorted(waiting, key=lambda call: call.getTime())

    def advance(self, seconds: float = 0.0) -> None:
        """Let time pass; without ``seconds``, make the calls that are due now."""
        end = self._instant + _nanoseconds(seconds)
        while self._step(end):
            pass
        self._instant = end
        self._seconds = max(self._seconds, end / _NANO)

    def run_until(self, reached: Callable[[], object], within: float = 3600.0) -> None:
        """Let time pass, call by call, until ``reached()`` is true.

        :raises AssertionError: it is not within that many seconds.
        """
        end = self._instant + _nanoseconds(within)
        while not reached():
            if not self._step(end):
                raise AssertionError(f"not reached within {within:g} s")

    def _step(self, end: int) -> bool:
        """Make the next call that is due at ``end`` or before; whether there was one."""
        while self._queue and self._queue[0][0] <= end:
            due, _, call = heapq.heappop(self._queue)
            if not call.active():
                self._stale -= bool(call.cancelled)
            elif _nanoseconds(call.getTime()) > due:
                self._push(call)  # it was put off since
            else:
                self._make(call, due)
                return True
        return False

    def _make(self, call: DelayedCall, due: int) -> None:
        self._here = self._here + 1 if due <= self._instant else 0
        if self._here > _RUNAWAY:
            raise RuntimeError(f"{call} and its like are set again and again for this moment")
        self._instant = max(self._instant, due)
        # Never a hair earlier than what was asked for, or a caller that compares would
        # set itself again for this very moment.
        self._seconds = max(self._seconds, call.getTime(), due / _NANO)
        call.called = 1
        call.func(*call.args, **call.kw)

    def _push(self, call: DelayedCall) -> None:
        heapq.heappush(self._queue, (_nanoseconds(call.getTime()), next(self._order), call))

    def _cancelled(self, _: DelayedCall) -> None:
        self._stale += 1
        if self._stale > _ROOM_FOR_STALE and 2 * self._stale > len(self._queue):
            self._queue = [entry for entry in self._queue if entry[2].active()]
            heapq.heapify(self._queue)
            self._stale = 0


def _nanoseconds(seconds: float) -> int:
    return round(seconds * _NANO)
