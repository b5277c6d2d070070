"""What was read, in memory, for whoever asked for little."""

from __future__ import annotations

from twisted.internet.interfaces import IConsumer, IProducer
from zope.interface import implementer

__all__ = ["Gathered"]


@implementer(IConsumer)
class Gathered:
    """A consumer that keeps what it is given, and never pauses: whoever reads into it bounds that.

    :ivar parts: as they came.
    """

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    @property
    def content(self) -> bytes:
        """All of it."""
        return b"".join(self.parts)

    def registerProducer(self, producer: IProducer, streaming: bool) -> None:
        """There is no need to push back."""

    def unregisterProducer(self) -> None:
        """That is all."""

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.parts.append(data)
