"""Data that a test hands over by hand, and a feed of a hundred bytes to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.content.ranges import Ranges
from p2pstream.errors import ReadStopped
from p2pstream.interfaces import IArriving, IData
from p2pstream.limits import LIMITS
from p2pstream.player.intake.feed import ReadAhead

SMALL = replace(LIMITS, feed_bytes=100)


class FakeReactor:
    """`callFromThread` keeps what it is given until the test runs it."""

    def __init__(self) -> None:
        self.calls: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []

    def callFromThread(self, call: Callable[..., Any], *args: Any) -> None:
        """See `IReactorFromThreads`."""
        self.calls.append((call, args))

    def run(self) -> None:
        """One turn."""
        calls, self.calls = self.calls, []
        for call, args in calls:
            call(*args)


@implementer(IPushProducer)
class HandProducer:
    """One read, whose bytes the test hands over."""

    def __init__(self, consumer: IConsumer, start: int) -> None:
        self.consumer = consumer
        self.start = start
        self.paused = False
        self.cancelled = False
        self.done: Deferred[int] = Deferred(self._cancel)
        consumer.registerProducer(self, True)

    def _cancel(self, done: Deferred[int]) -> None:
        self.cancelled = True
        self.consumer.unregisterProducer()
        done.errback(ReadStopped())

    def pauseProducing(self) -> None:
        """Noted."""
        self.paused = True

    def resumeProducing(self) -> None:
        """Noted."""
        self.paused = False

    def stopProducing(self) -> None:
        """Noted."""
        self.done.cancel()


@implementer(IData)
class HandData:
    """Data whose reads the test serves by hand."""

    length: int | None = None
    seekable = True

    def __init__(self) -> None:
        self.reads: list[HandProducer] = []

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData.read_to`."""
        self.reads.append(HandProducer(consumer, start))
        return self.reads[-1].done


@implementer(IArriving)
class HandArriving(HandData):
    """The same, arriving: it notes where its readers are."""

    complete = False

    def __init__(self, *have: tuple[int, int]) -> None:
        super().__init__()
        self.have = Ranges(have)
        self.cursors: dict[str, list[int | str]] = {}

    def observe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Never changes."""
        return lambda: None

    def cursor(self, position: int, kind: str) -> Any:
        """See `IArriving.cursor`."""
        moves = self.cursors[kind] = [position]

        class Cursor:
            move = staticmethod(moves.append)
            close = staticmethod(lambda: moves.append("closed"))

        return Cursor


class SmallFeed(ReadAhead):
    """One that does not look at what it is given, so that few bytes make a test."""

    head_bytes = 0


class FeedCase(SynchronousTestCase):
    kind: type[ReadAhead] = SmallFeed

    def make(self, data: Any) -> ReadAhead:
        """A feed of 100 bytes that has begun."""
        self.reactor = FakeReactor()
        self.now = 0.0
        self.feed = self.kind(data, self.reactor, SMALL, lambda: self.now)  # type: ignore[arg-type]
        self.feed.start()
        return self.feed

    def read(self, size: int = 1000) -> bytes | int:
        """What a read gives: bytes, 0 at the end, -1 when broken."""
        room = bytearray(size)
        count = self.feed.read_into(memoryview(room))
        return bytes(room[:count]) if count > 0 else count
