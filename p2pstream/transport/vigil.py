"""One timer for very many that wait long, most of which never ring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

__all__ = ["Timer", "Timers", "Vigil"]

_log = Logger()

#: Seconds; who waits for less than two of these has a timer of the reactor's.
_STEP = 1.0


class Timer(Protocol):
    """What is needed of an `IDelayedCall`."""

    def getTime(self) -> float:
        """When it calls."""

    def cancel(self) -> None:
        """Have it not call."""


class Timers(Protocol):
    """What is needed of an `IReactorTime`."""

    def seconds(self) -> float:
        """Monotonic seconds."""

    def callLater(self, delay: float, callable: Callable[[], Any]) -> Timer:
        """Have something called once, in so many seconds."""


class DistantCall:
    """One call that is far off."""

    __slots__ = ("_step", "_vigil", "call")

    def __init__(self, vigil: Vigil, step: int, call: Callable[[], Any]) -> None:
        self._vigil = vigil
        self._step = step
        self.call: Callable[[], Any] | None = call

    def getTime(self) -> float:
        """See `Timer`."""
        return self._step * _STEP

    def cancel(self) -> None:
        """See `Timer`."""
        self.call = None
        self._vigil.forget(self, self._step)


class Vigil:
    """Calls what is far off up to a second *early*: for those who look again then, as an `Alarm` does.

    A timer of the reactor's takes some 600 bytes, and a place in its heap; a thousand idle
    links wait here for a fraction of that each, behind one of those.
    """

    def __init__(self, reactor: IReactorTime) -> None:
        self._reactor = reactor
        self._watches: dict[int, dict[DistantCall, None]] = {}
        self._next: tuple[int, Any] | None = None
        #: Monotonic seconds.
        self.seconds: Callable[[], float] = reactor.seconds

    def callLater(self, delay: float, callable: Callable[[], Any]) -> Timer:
        """See `Timers`."""
        if delay < 2 * _STEP:
            timer: Timer = self._reactor.callLater(delay, callable)
            return timer
        step = int((self.seconds() + delay) / _STEP)
        watch = DistantCall(self, step, callable)
        self._watches.setdefault(step, {})[watch] = None
        if self._next is None or step < self._next[0]:
            self._wait()
        return watch

    def forget(self, watch: DistantCall, step: int) -> None:
        """It is not to be called any more."""
        waiting = self._watches.get(step)
        if waiting is None:
            return  # its moment is now, and others are called before it
        del waiting[watch]
        if not waiting:
            del self._watches[step]
            self._wait()

    def _wait(self) -> None:
        """Have one timer, for the step that comes first, if there is any."""
        if self._next is not None:
            self._next[1].cancel()
        self._next = None
        if self._watches:
            step = min(self._watches)
            delay = max(0.0, step * _STEP - self.seconds())
            self._next = step, self._reactor.callLater(delay, self._call, step)

    def _call(self, step: int) -> None:
        self._next = None
        due = self._watches.pop(step)
        self._wait()
        for watch in due:
            if watch.call is not None:
                try:
                    watch.call()
                except Exception:
                    _log.failure("a timer failed in a way nobody thought of")
