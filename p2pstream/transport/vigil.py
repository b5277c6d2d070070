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


class Step:
    """All calls of one second, which have it in common."""

    __slots__ = ("calls", "number", "vigil")

    def __init__(self, vigil: Vigil, number: int) -> None:
        self.vigil = vigil
        self.number = number
        self.calls: dict[DistantCall, None] = {}


class DistantCall:
    """One call that is far off."""

    __slots__ = ("_step", "call")

    def __init__(self, step: Step, call: Callable[[], Any]) -> None:
        self._step = step
        self.call: Callable[[], Any] | None = call

    def getTime(self) -> float:
        """See `Timer`."""
        return self._step.number * _STEP

    def cancel(self) -> None:
        """See `Timer`."""
        self.call = None
        self._step.vigil.forget(self, self._step)


class Vigil:
    """Calls what is far off up to a second *early*: for those who look again then, as an `Alarm` does.

    A timer of the reactor's takes some 600 bytes, and a place in its heap; a thousand idle
    links wait here for a fraction of that each, behind one of those.
    """

    def __init__(self, reactor: IReactorTime) -> None:
        self._reactor = reactor
        self._steps: dict[int, Step] = {}
        self._next: tuple[int, Any] | None = None
        #: Monotonic seconds.
        self.seconds: Callable[[], float] = reactor.seconds

    def callLater(self, delay: float, callable: Callable[[], Any]) -> Timer:
        """See `Timers`."""
        if delay < 2 * _STEP:
            timer: Timer = self._reactor.callLater(delay, callable)
            return timer
        number = int((self.seconds() + delay) / _STEP)
        step = self._steps.get(number)
        if step is None:
            step = self._steps[number] = Step(self, number)
        call = DistantCall(step, callable)
        step.calls[call] = None
        if self._next is None or number < self._next[0]:
            self._wait()
        return call

    def forget(self, call: DistantCall, step: Step) -> None:
        """It is not to be called any more."""
        if self._steps.get(step.number) is not step:
            return  # its moment is now, and others are called before it
        del step.calls[call]
        if not step.calls:
            del self._steps[step.number]
            self._wait()

    def _wait(self) -> None:
        """Have one timer, for the step that comes first, if there is any."""
        if self._next is not None:
            self._next[1].cancel()
        self._next = None
        if self._steps:
            number = min(self._steps)
            delay = max(0.0, number * _STEP - self.seconds())
            self._next = number, self._reactor.callLater(delay, self._call, number)

    def _call(self, number: int) -> None:
        self._next = None
        due = self._steps.pop(number).calls
        self._wait()
        for each in due:
            if each.call is not None:
                try:
                    each.call()
                except Exception:
                    _log.failure("a timer failed in a way nobody thought of")
