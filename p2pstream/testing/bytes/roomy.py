"""Consumers that lend room, and make a point of it."""

from __future__ import annotations

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from p2pstream.interfaces import IRoomyConsumer
from p2pstream.testing.bytes.consumers import (
    CollectingConsumer,
)

__all__ = ["Raising", "RoomyCollector", "RoomyPauser", "RoomyStopper"]


@implementer(IRoomyConsumer)
class RoomyCollector(CollectingConsumer):
    """Lends room, a different amount each time.

    :ivar lent: how often room was filled.
    """

    def __init__(self, sizes: tuple[int, ...] = (1, 1000, 65_536, 3)) -> None:
        super().__init__()
        self._sizes = sizes
        self._room = bytearray(max(sizes))
        self.lent = 0

    def lend(self) -> memoryview:
        """See `IRoomyConsumer.lend`."""
        return memoryview(self._room)[: self._sizes[self.lent % len(self._sizes)]]

    def filled(self, count: int) -> None:
        """See `IRoomyConsumer.filled`."""
        self.lent += 1
        if count:
            self.write(bytes(self._room[:count]))


class RoomyStopper(RoomyCollector):
    """Stops inside the third ``filled``."""

    def wrote(self, producer: IPushProducer) -> None:
        """Enough."""
        if self.calls.count("write") == 3:
            producer.stopProducing()


class RoomyPauser(RoomyCollector):
    """Pauses inside every ``filled``; `resume` takes one more."""

    def wrote(self, producer: IPushProducer) -> None:
        """Enough for now."""
        producer.pauseProducing()


class Raising(CollectingConsumer):
    """Has a bug."""

    def wrote(self, producer: IPushProducer) -> None:
        """The bug."""
        raise ZeroDivisionError("a bug")
