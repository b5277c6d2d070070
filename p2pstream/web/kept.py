"""A few bytes of a stream, in one piece."""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from p2pstream.interfaces import IData

__all__ = ["kept"]


@implementer(IConsumer)
class _Kept:
    """Keeps what it is given, which is bounded by what was asked for."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """There is no need to push back."""

    def unregisterProducer(self) -> None:
        """That is all."""

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.parts.append(data)


async def kept(data: IData, start: int, stop: int) -> bytes:
    """``[start, stop)`` of it; fails as `IData.read_to` does."""
    consumer = _Kept()
    if start < stop:
        await data.read_to(consumer, start, stop)
    return b"".join(consumer.parts)
