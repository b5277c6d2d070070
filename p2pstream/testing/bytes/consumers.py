"""Consumers that are as awkward as real ones, and watch the order in which they are called."""

from __future__ import annotations

from typing import cast

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IProducer, IPushProducer
from zope.interface import implementer

__all__ = [
    "CollectingConsumer",
    "CountingProducer",
    "MarkedConsumer",
    "PausingConsumer",
    "RefusingConsumer",
    "RestlessConsumer",
    "StoppingConsumer",
]


@implementer(IConsumer)
class CollectingConsumer:
    """Keeps all that it is given; a call out of order is an `AssertionError`.

    :ivar collected: the bytes so far.
    :ivar calls: "register", "write", "unregister", in order.
    :ivar producer: who produces now; None before and after.
    """

    def __init__(self) -> None:
        self.collected = bytearray()
        self.calls: list[str] = []
        self.producer: IPushProducer | None = None
        self._moves: list[Deferred[None]] = []

    def registerProducer(self, producer: IProducer, streaming: bool) -> None:
        """Expects a push producer, once."""
        assert self.producer is None, "there is a producer already"
        assert streaming, "a push producer was promised"
        self.calls.append("register")
        self.producer = cast(IPushProducer, producer)
        self.registered(self.producer)

    def unregisterProducer(self) -> None:
        """Expects to have one."""
        assert self.producer is not None, "there is no producer"
        self.calls.append("unregister")
        self.producer = None
        self._tell()

    def write(self, data: bytes) -> None:
        """Expects bytes, at least one, from a producer."""
        assert self.producer is not None, "somebody writes who is not registered"
        assert isinstance(data, bytes) and data, data
        self.calls.append("write")
        self.collected += data
        self.wrote(self.producer)
        self._tell()

    def moved(self) -> Deferred[None]:
        """Fires at the next write, or when the producer is unregistered."""
        move: Deferred[None] = Deferred()
        self._moves.append(move)
        return move

    async def reached(self, count: int) -> None:
        """Returns when ``count`` bytes are here."""
        while len(self.collected) < count:
            await self.moved()

    def _tell(self) -> None:
        moves, self._moves = self._moves, []
        for move in moves:
            move.callback(None)

    def registered(self, producer: IPushProducer) -> None:
        """What else to do inside ``registerProducer``."""

    def wrote(self, producer: IPushProducer) -> None:
        """What else to do inside ``write``."""


class PausingConsumer(CollectingConsumer):
    """Pauses after each write, and inside ``registerProducer`` if told; `resume` takes one more chunk."""

    def __init__(self, from_the_start: bool = False) -> None:
        super().__init__()
        self._from_the_start = from_the_start
        self.paused = False

    def resume(self) -> None:
        """Take the next chunk."""
        if self.producer is not None:
            self.paused = False
            self.producer.resumeProducing()

    async def drip(self) -> None:
        """Resume after each write, until the producer is unregistered."""
        while self.producer is not None:
            moved = self.moved()
            if self.paused:
                self.resume()
            await moved

    def registered(self, producer: IPushProducer) -> None:
        """Pause, if that was asked for."""
        if self._from_the_start:
            self._pause(producer)

    def wrote(self, producer: IPushProducer) -> None:
        """Pause; a write while paused is an `AssertionError`."""
        assert not self.paused, "written to while paused"
        self._pause(producer)

    def _pause(self, producer: IPushProducer) -> None:
        self.paused = True
        producer.pauseProducing()


class RestlessConsumer(CollectingConsumer):
    """Pauses and resumes inside every call, several times."""

    def registered(self, producer: IPushProducer) -> None:
        """Pause, resume, pause, resume."""
        self._fidget(producer)

    def wrote(self, producer: IPushProducer) -> None:
        """Pause, resume, pause, resume."""
        self._fidget(producer)

    def _fidget(self, producer: IPushProducer) -> None:
        before = len(self.collected)
        for _ in range(2):
            producer.pauseProducing()
            producer.pauseProducing()
            producer.resumeProducing()
            producer.resumeProducing()
        assert len(self.collected) == before, "written to inside a call of ours"


class StoppingConsumer(CollectingConsumer):
    """Stops its producer inside the ``writes``-th write; at 0 inside ``registerProducer``."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self._writes = writes

    def registered(self, producer: IPushProducer) -> None:
        """A transport that is disconnected already does this."""
        self._count(producer)

    def wrote(self, producer: IPushProducer) -> None:
        """A transport whose write fails does this."""
        self._count(producer)

    def _count(self, producer: IPushProducer) -> None:
        if self.calls.count("write") == self._writes:
            for call in (producer.stopProducing, producer.resumeProducing, producer.pauseProducing) * 2:
                call()
            assert self.producer is not None, "unregistered inside a call of ours"


class MarkedConsumer(CollectingConsumer):
    """Holds what it is given up to a mark, then pauses until it was all taken.

    :ivar most: the most that it ever held.
    """

    def __init__(self, mark: int) -> None:
        super().__init__()
        self._mark = mark
        self.held = 0
        self.most = 0
        self.total = 0

    def wrote(self, producer: IPushProducer) -> None:
        """Keep the count, not the bytes."""
        self.held += len(self.collected)
        self.total += len(self.collected)
        self.collected.clear()
        self.most = max(self.most, self.held)
        if self.held >= self._mark:
            producer.pauseProducing()

    def take(self) -> None:
        """Somebody read everything."""
        self.held = 0
        if self.producer is not None:
            self.producer.resumeProducing()


@implementer(IConsumer)
class RefusingConsumer:
    """Has a producer already, and keeps it."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def registerProducer(self, producer: IProducer, streaming: bool) -> None:
        """Refuse."""
        raise RuntimeError("there is a producer already")

    def unregisterProducer(self) -> None:
        """Would take the producer away that is not the caller's."""
        self.calls.append("unregister")

    def write(self, data: bytes) -> None:
        """Would mix two streams."""
        self.calls.append("write")


@implementer(IPushProducer)
class CountingProducer:
    """Produces nothing; counts what a sink tells it.

    :ivar calls: "pause", "resume", "stop", in order.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []

    @property
    def paused(self) -> bool:
        """Whether the last word was to pause."""
        return self.calls[-1:] == ["pause"]

    def pauseProducing(self) -> None:
        """Expects not to be paused already."""
        assert not self.paused, "paused twice"
        self.calls.append("pause")

    def resumeProducing(self) -> None:
        """Expects to be paused."""
        assert self.paused, "resumed without a pause"
        self.calls.append("resume")

    def stopProducing(self) -> None:
        """Expects this once."""
        assert "stop" not in self.calls, "stopped twice"
        self.calls.append("stop")
