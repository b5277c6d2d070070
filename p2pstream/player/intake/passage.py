"""One read of an `IData`, on its way into a feed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.python.failure import Failure
from zope.interface import implementer

__all__ = ["Passage"]


@implementer(IConsumer)
class Passage:
    """Hands on what one read of the data writes, and how it ended.

    :param arrived: takes each chunk; says whether that is enough for now.
    :param ended: called once nothing more comes, with what broke the read, if anything did.
    """

    def __init__(self, arrived: Callable[[bytes], bool], ended: Callable[[Failure | None], None]) -> None:
        self._arrived = arrived
        self._ended = ended
        self._producer: IPushProducer | None = None
        self._reading: Deferred[int] | None = None

    def follow(self, reading: Deferred[int]) -> None:
        """This is the read."""
        self._reading = reading
        reading.addCallbacks(lambda _: self._ended(None), self._ended)

    def drop(self) -> None:
        """What it still writes is wanted no more."""
        if self._reading is not None:
            self._reading.cancel()

    def resume(self) -> None:
        """There is room again."""
        if self._producer is not None:
            self._producer.resumeProducing()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        if not streaming:
            raise ValueError("data are push producers")
        self._producer = producer

    def unregisterProducer(self) -> None:
        self._producer = None

    def write(self, data: bytes) -> None:
        if self._arrived(data) and self._producer is not None:
            self._producer.pauseProducing()
