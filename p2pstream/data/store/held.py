"""A stream of the store as one of its users has it."""

from __future__ import annotations

from twisted.python.components import proxyForInterface
from zope.interface import implementer

from p2pstream.data.store.stream import StoredStream
from p2pstream.interfaces import IHeldStream, IStoredStream

__all__ = ["HeldStream"]


@implementer(IHeldStream)
class HeldStream(proxyForInterface(IStoredStream, "stored")):  # type: ignore[misc]
    """All of a `StoredStream`, but that each user closes it alone, and as often as they like."""

    stored: StoredStream

    def __init__(self, stored: StoredStream) -> None:
        super().__init__(stored)
        stored.users += 1
        self._open = True

    def again(self) -> HeldStream:
        """As `IHeldStream` says."""
        return HeldStream(self.stored)

    def close(self) -> None:
        """Let go of it; with the last of its users it ends."""
        if self._open:
            self._open = False
            self.stored.close()
