"""One read of an `IData` into a feed."""

from __future__ import annotations

from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.python.failure import Failure
from zope.interface import implementer

__all__ = ["Feed", "Reading"]


class Feed(Protocol):
    """Where the bytes go."""

    def arrived(self, generation: int, chunk: bytes) -> bool:
        """Keep ``chunk``; says whether that is enough for now."""

    def ended(self, generation: int, failure: Failure | None = None) -> None:
        """Nothing more comes of this read."""


@implementer(IConsumer)
class Reading:
    """One read of the data, from one place on; what it writes late goes nowhere."""

    def __init__(self, feed: Feed, generation: int) -> None:
        self._feed = feed
        self._generation = generation
        self._producer: IPushProducer | None = None
        self._reading: Deferred[int] | None = None

    def follow(self, reading: Deferred[int]) -> None:
        self._reading = reading
        reading.addCallbacks(self._finished, self._failed)

    def drop(self) -> None:
        if self._reading is not None:
            self._reading.cancel()

    def resume(self) -> None:
        if self._producer is not None:
            self._producer.resumeProducing()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        if not streaming:
            raise ValueError("data are push producers")
        self._producer = producer

    def unregisterProducer(self) -> None:
        self._producer = None

    def write(self, data: bytes) -> None:
        if self._feed.arrived(self._generation, data) and self._producer is not None:
            self._producer.pauseProducing()

    def _finished(self, count: int) -> None:
        self._feed.ended(self._generation)

    def _failed(self, failure: Failure) -> None:
        self._feed.ended(self._generation, failure)
