"""The one push producer behind every `IData`.

A provider only says where chunks come from (`Supply`); the order of calls, pausing,
stopping and what may happen inside which call are settled here, once.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.errors import RangeError, ReadStopped
from p2pstream.limits import LIMITS, Limits

__all__ = ["Reading", "Supply", "read"]


class Supply(Protocol):
    """Where a reading gets its chunks from."""

    def at_hand(self, start: int, stop: int) -> bytes | None:
        """Bytes from ``start``, at most to ``stop``, if that takes no waiting; else None.

        No bytes at all mean that ``start`` is the end.
        """

    def later(self, start: int, stop: int) -> Deferred[bytes]:
        """The same, however long it takes.  May be cancelled."""


class State(Enum):
    """Where a reading stands.  *Calling*: a call of ours into others has not returned yet."""

    CALLING = auto()
    CALLING_PAUSED = auto()
    CALLING_STOPPED = auto()
    FETCHING = auto()
    FETCHING_PAUSED = auto()
    PAUSED = auto()
    ENDED = auto()


_AFTER_PAUSE = {
    State.CALLING: State.CALLING_PAUSED,
    State.FETCHING: State.FETCHING_PAUSED,
}
_AFTER_RESUME = {
    State.CALLING_PAUSED: State.CALLING,
    State.FETCHING_PAUSED: State.FETCHING,
    State.PAUSED: State.CALLING,
}
# A stop inside one of our calls is carried out when the call returns: a consumer that
# stops us inside registerProducer may yet go on to note us as its producer.
_AFTER_STOP = {
    State.CALLING: State.CALLING_STOPPED,
    State.CALLING_PAUSED: State.CALLING_STOPPED,
}
_AFTER_ASKING = {
    State.CALLING: State.FETCHING,
    State.CALLING_PAUSED: State.FETCHING_PAUSED,
}
_AFTER_ARRIVAL = {
    State.FETCHING: State.CALLING,
    State.FETCHING_PAUSED: State.PAUSED,
}


@implementer(IPushProducer)
class Reading:
    """One delivery of ``[position, stop)`` to one consumer."""

    def __init__(
        self, supply: Supply, consumer: IConsumer, start: int, stop: int | None, limits: Limits
    ) -> None:
        self._supply = supply
        self._consumer = consumer
        self._start = self._position = start
        self._stop = stop
        self._limits = limits
        self._state = State.CALLING
        self._held: bytes | None = None
        self._fetch: Deferred[bytes] | None = None
        self.done: Deferred[int] = Deferred(lambda _: self._end(Failure(ReadStopped())))

    def begin(self) -> None:
        """Register, and deliver what can be delivered at once."""
        try:
            self._consumer.registerProducer(self, True)
        except Exception:
            # It may have another producer, which is not ours to unregister.
            self._state = State.ENDED
            self.done.errback()
            return
        self._pump()

    def pauseProducing(self) -> None:
        self._state = _AFTER_PAUSE.get(self._state, self._state)

    def resumeProducing(self) -> None:
        idle = self._state is State.PAUSED
        self._state = _AFTER_RESUME.get(self._state, self._state)
        if idle:
            self._pump()

    def stopProducing(self) -> None:
        if self._state in _AFTER_STOP:
            self._state = _AFTER_STOP[self._state]
        elif self._state is not State.CALLING_STOPPED:
            self._end(Failure(ReadStopped()))

    def _pump(self) -> None:
        """Deliver for as long as the consumer takes and chunks are at hand."""
        spent = 0
        while self._state is State.CALLING:
            chunk = self._next(spent)
            if chunk is None:
                self._ask()
            elif chunk:
                self._position += len(chunk)
                spent += len(chunk)
                self._deliver(chunk)
            else:
                self._end(self._shortfall())
        if self._state is State.CALLING_PAUSED:
            self._state = State.PAUSED
        elif self._state is State.CALLING_STOPPED:
            self._end(Failure(ReadStopped()))

    def _next(self, spent: int) -> bytes | None:
        chunk, self._held = self._held, None
        if chunk is not None:
            return chunk
        start, stop = self._wanted()
        # A consumer that never pauses must not keep the reactor to itself: after a
        # turn's budget the next chunk comes by way of a worker.
        if start == stop or spent < self._limits.span_bytes:
            return b"" if start == stop else self._at_hand(start, stop)
        return None

    def _at_hand(self, start: int, stop: int) -> bytes | None:
        try:
            return self._supply.at_hand(start, stop)
        except Exception:
            self._end(Failure())
            return None

    def _deliver(self, chunk: bytes) -> None:
        try:
            self._consumer.write(chunk)
        except Exception:
            self._end(Failure())

    def _ask(self) -> None:
        """Have the next chunk fetched; one that is there at once must not recurse."""
        if self._state is State.ENDED:
            return
        outcome: list[bytes | Failure] = []
        fetch = self._supply.later(*self._wanted())
        fetch.addBoth(outcome.append)
        if self._state not in _AFTER_ASKING:
            # Whoever was told that we wait has stopped us.
            fetch.cancel()
            return
        self._state = _AFTER_ASKING[self._state]
        if outcome:
            self._arrived(outcome[0])
        else:
            self._fetch = fetch
            fetch.addCallback(lambda _: self._go_on(outcome[0]))

    def _go_on(self, outcome: bytes | Failure) -> None:
        self._fetch = None
        self._arrived(outcome)
        self._pump()

    def _arrived(self, outcome: bytes | Failure) -> None:
        if self._state is State.ENDED:
            return
        if isinstance(outcome, Failure):
            self._end(outcome)
        else:
            self._held = outcome
            self._state = _AFTER_ARRIVAL[self._state]

    def _wanted(self) -> tuple[int, int]:
        stop = self._position + self._limits.chunk_bytes
        return self._position, stop if self._stop is None else min(stop, self._stop)

    def _shortfall(self) -> Failure | None:
        if self._stop is None or self._position == self._stop:
            return None
        return Failure(RangeError(f"the stream ends at byte {self._position}, before byte {self._stop}"))

    def _end(self, failure: Failure | None) -> None:
        if self._state is State.ENDED:
            return
        self._state = State.ENDED
        self._held = None
        if self._fetch is not None:
            self._fetch.cancel()
        self._consumer.unregisterProducer()
        if failure is None:
            self.done.callback(self._position - self._start)
        else:
            self.done.errback(failure)


def read(
    supply: Supply, consumer: IConsumer, start: int, stop: int | None, limits: Limits = LIMITS
) -> Deferred[int]:
    """What every ``read_to`` is, once its range was checked."""
    reading = Reading(supply, consumer, start, stop, limits)
    reading.begin()
    return reading.done
