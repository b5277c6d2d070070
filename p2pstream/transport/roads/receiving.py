"""The receiving side of a connection: from what arrives to whoever wants it.

What arrives while nobody receives, or while the receiver is paused, waits in a backlog;
the transport is paused when that holds as much as it may.  The end of the stream, good
or bad, comes after the last byte.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.data.flow import Flow
from p2pstream.errors import ReadStopped, SessionError
from p2pstream.interfaces import IRoomyConsumer

__all__ = ["Receiving"]


class Fate(Enum):
    """What becomes of bytes."""

    #: Nobody receives: they wait.
    NOBODY = auto()
    #: The consumer takes them.
    TAKEN = auto()
    #: The consumer will take them later.
    LATER = auto()
    #: The consumer wants no more; it is told so as soon as it is not inside a call of ours.
    STOPPED = auto()
    #: Nobody will ever want them.
    DISCARDED = auto()


class Depth(Enum):
    """Whether a call of ours into the consumer has not returned yet."""

    OUTSIDE = auto()
    INSIDE = auto()


class End(Enum):
    """How the stream ended, when it did not break."""

    GOOD = auto()


@implementer(IPushProducer)
class Receiving:
    """Delivers to one consumer at a time.

    :param transport: is paused and resumed.
    :param most: bytes that may wait while nobody receives.
    :param moved: called when bytes were delivered, and when that starts or stops.
    :param broken: called when a consumer raised: what it missed cannot be told again.
    """

    spills = more = False

    def __init__(
        self, transport: Any, most: int, moved: Callable[[], None], broken: Callable[[Failure], None]
    ) -> None:
        self._transport = transport
        self._most = most
        self._moved = moved
        self._broken = broken
        self._fate = Fate.NOBODY
        self._depth = Depth.OUTSIDE
        self._flow = Flow.FLOWING
        self._end: End | Failure | None = None
        self._backlog: deque[bytes] = deque()
        #: Bytes in the backlog.
        self.waiting = 0
        self._consumer: Any = None
        self._lender: IRoomyConsumer | None = None
        self._done: Deferred[int] | None = None
        self._count = 0
        #: Bytes that consumers have taken, in all.
        self.received = 0

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for the other end to send."""
        return self._fate is Fate.TAKEN

    @property
    def ended(self) -> bool:
        """Whether nothing more can arrive."""
        return self._end is not None

    def receive(self, consumer: IConsumer) -> Deferred[int]:
        """Deliver what waits and what comes, to the end; see `Connection.receive`."""
        if self._fate is not Fate.NOBODY:
            return fail(SessionError("one consumer at a time receives from a connection that is open"))
        done: Deferred[int] = Deferred(lambda _: self._finish(Failure(ReadStopped())))
        self._consumer, self._done, self._count = consumer, done, 0
        self._lender = consumer if IRoomyConsumer.providedBy(consumer) else None
        self._fate = Fate.TAKEN
        self._depth = Depth.INSIDE
        try:
            consumer.registerProducer(self, True)
        except Exception:
            # It may have another producer, which is not ours to unregister.
            self._consumer = self._lender = self._done = None
            self._fate = Fate.NOBODY
            done.errback()
        self._depth = Depth.OUTSIDE
        self._pump()
        return done

    def arrived(self, chunk: bytes) -> None:
        """The transport delivered ``chunk``."""
        if self._fate is not Fate.DISCARDED:
            self._backlog.append(chunk)
            self.waiting += len(chunk)
            self._pump()

    def lend(self) -> memoryview | None:
        """Room for the next bytes, to be said `filled`; None: they are to go to `arrived`."""
        if self._fate is not Fate.TAKEN or self._backlog or self._lender is None:
            return None
        room: list[memoryview] = []
        self._call(self._borrow, self._lender, room)
        return room[0] if room else None

    def filled(self, count: int, beyond: bytes = b"") -> None:
        """``count`` bytes were put into the room that was lent; nothing is read ``beyond`` it."""
        self._taken(count)
        self._call(self._consumer.filled, count)
        self._pump()

    def moved(self) -> None:
        """See `bulk.Rider`."""
        self._moved()

    def refill(self) -> None:
        """See `bulk.Rider`: what is to be sent was given before."""

    def end(self, failure: Failure | None = None) -> None:
        """Nothing more arrives: in good order, or because of ``failure``."""
        if self._end is None:
            self._end = failure or End.GOOD
            self._pump()

    def discard(self, failure: Failure) -> None:
        """Whatever waits and comes is dropped; whoever receives is told ``failure``."""
        self._fate = Fate.DISCARDED
        self._backlog.clear()
        self.waiting = 0
        self._finish(failure)
        self._adjust()

    def pauseProducing(self) -> None:
        """The consumer has enough for now."""
        if self._fate is Fate.TAKEN:
            self._fate = Fate.LATER
            self._pump()

    def resumeProducing(self) -> None:
        """The consumer takes more."""
        if self._fate is Fate.LATER:
            self._fate = Fate.TAKEN
            self._pump()

    def stopProducing(self) -> None:
        """The consumer wants no more; what follows waits for the next one."""
        if self._fate in (Fate.TAKEN, Fate.LATER):
            self._fate = Fate.STOPPED
            self._pump()

    def _pump(self) -> None:
        """Deliver while the consumer takes; then see whether that was all."""
        # Inside a call of ours the consumer only says what it wants.
        while self._depth is Depth.OUTSIDE and self._fate is Fate.TAKEN and self._backlog:
            chunk = self._backlog.popleft()
            self.waiting -= len(chunk)
            self._taken(len(chunk))
            self._call(self._consumer.write, chunk)
        if self._depth is Depth.INSIDE:
            return
        if self._fate is Fate.STOPPED:
            self._finish(Failure(ReadStopped()))
        elif self._end is not None and not self._backlog:
            self._finish(self._end if isinstance(self._end, Failure) else None)
        self._adjust()
        self._moved()

    def _taken(self, count: int) -> None:
        self._count += count
        self.received += count

    def _borrow(self, lender: IRoomyConsumer, room: list[memoryview]) -> None:
        room.append(lender.lend())

    def _call(self, ask: Callable[..., object], *args: object) -> None:
        """Call the consumer; it has had its last call if it raises."""
        self._depth = Depth.INSIDE
        try:
            ask(*args)
        except Exception:
            failure = Failure()
            self._depth = Depth.OUTSIDE
            self._finish(failure)
            self._broken(failure)
        self._depth = Depth.OUTSIDE

    def _finish(self, failure: Failure | None) -> None:
        """The receiver has all that it will get."""
        consumer, self._consumer, self._lender = self._consumer, None, None
        done, self._done = self._done, None
        if consumer is None or done is None:
            return
        if self._fate is not Fate.DISCARDED:
            self._fate = Fate.NOBODY
        consumer.unregisterProducer()
        if failure is None:
            done.callback(self._count)
        else:
            done.errback(failure)

    def _adjust(self) -> None:
        """Pause or resume the transport.  After the end it must not be touched again."""
        if self._end is not None:
            return
        if self._fate is Fate.NOBODY:
            flow = Flow.FLOWING if self.waiting < self._most else Flow.PAUSED
        else:
            flow = Flow.PAUSED if self._fate is Fate.LATER else Flow.FLOWING
        if flow is self._flow:
            return
        self._flow = flow
        if flow is Flow.FLOWING:
            self._transport.resumeProducing()
        else:
            self._transport.pauseProducing()
