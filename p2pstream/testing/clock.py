"""A clock for tests and simulations: exact, and the same on every run."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from typing import Any

from twisted.internet.error import AlreadyCalled, AlreadyCancelled
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from zope.interface import implementer

from p2pstream.transport.nobody import nobody

__all__ = ["HeapCall", "HeapClock"]

_NANO = 1_000_000_000
_RUNAWAY = 100_000
_ROOM_FOR_STALE = 1_000


@implementer(IDelayedCall)
class HeapCall:
    """A call that is to be made: as Twisted's own, but with nothing to spare, for simulations set millions.

    :ivar due: when, in nanoseconds; ``queued``: when it is looked at, at the latest then.
    :ivar owner: whose it is; None: nobody's.
    """

    __slots__ = ("_clock", "_time", "args", "called", "cancelled", "due", "func", "kw", "owner", "queued")

    def __init__(
        self,
        clock: HeapClock,
        time: float,
        func: Callable[..., Any],
        args: tuple[Any, ...],
        kw: dict[str, Any],
    ) -> None:
        self._clock, self._time = clock, time
        self.func, self.args, self.kw = func, args, kw
        self.due = self.queued = _nanoseconds(time)
        self.owner: Any = None
        self.called = self.cancelled = False

    def __repr__(self) -> str:
        return f"<call of {self.func} at {self._time:g} s>"

    def getTime(self) -> float:
        """See `IDelayedCall`."""
        return self._time

    def active(self) -> bool:
        """See `IDelayedCall`."""
        return not (self.called or self.cancelled)

    def cancel(self) -> None:
        """See `IDelayedCall`."""
        self._check()
        self.cancelled = True
        # Whoever keeps the call keeps nothing else alive.
        self.func, self.args, self.kw = nobody, (), {}
        self._clock._cancelled()

    def delay(self, secondsLater: float) -> None:  # noqa: N803
        """See `IDelayedCall`."""
        self._check()
        self._set(self._time + secondsLater)

    def reset(self, secondsFromNow: float) -> None:  # noqa: N803
        """See `IDelayedCall`."""
        self._check()
        self._set(self._clock.seconds() + secondsFromNow)

    def _check(self) -> None:
        if self.cancelled:
            raise AlreadyCancelled
        if self.called:
            raise AlreadyCalled

    def _set(self, time: float) -> None:
        self._time, self.due = time, _nanoseconds(time)
        if self.due < self.queued:
            self._clock._push(self)  # one that is put off is found to be when its time comes


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
        self._queue: list[tuple[int, int, HeapCall]] = []
        self._order = itertools.count()
        self._stale = 0
        self._here = 0

    def seconds(self) -> float:
        """The time now."""
        return self._seconds

    def callLater(
        self, delay: float, callable: Callable[..., Any], *args: object, **kwargs: object
    ) -> HeapCall:
        """Have ``callable`` called in ``delay`` seconds."""
        if delay < 0:
            raise ValueError(f"{delay} s is in the past")
        call = HeapCall(self, self._seconds + delay, callable, args, kwargs)
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
        queue = self._queue
        while queue and queue[0][0] <= end:
            due, _, call = heapq.heappop(queue)
            if call.called or call.cancelled:
                self._stale -= call.cancelled
            elif call.due > due:
                self._push(call)  # it was put off since
            else:
                self._make(call, due)
                return True
        return False

    def _make(self, call: HeapCall, due: int) -> None:
        if due > self._instant:
            self._instant, self._here = due, 0
        else:
            self._here += 1
            if self._here > _RUNAWAY:
                raise RuntimeError(f"{call} and its like are set again and again for this moment")
        # Never a hair earlier than what was asked for, or a caller that compares would
        # set itself again for this very moment.
        self._seconds = max(self._seconds, call.getTime(), due / _NANO)
        call.called = True
        call.func(*call.args, **call.kw)

    def _push(self, call: HeapCall) -> None:
        call.queued = call.due
        heapq.heappush(self._queue, (call.due, next(self._order), call))

    def _cancelled(self) -> None:
        self._stale += 1
        if self._stale > _ROOM_FOR_STALE and 2 * self._stale > len(self._queue):
            # In place: who steps has it in hand.
            self._queue[:] = [entry for entry in self._queue if entry[2].active()]
            heapq.heapify(self._queue)
            self._stale = 0


def _nanoseconds(seconds: float) -> int:
    return round(seconds * _NANO)
