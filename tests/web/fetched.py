"""What is fetched for players of this machine, as tests have it."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from zope.interface import implementer

from p2pstream.interfaces import IFetched

__all__ = ["FakeFetched"]


@implementer(IFetched)
class FakeFetched:
    """A film, or a broadcast.

    :ivar closed: how often it was closed.
    """

    view: Any = None

    def __init__(self, data: Any = None, broadcast: Any = None) -> None:
        self.data = data
        self.broadcast = broadcast
        self.done: Deferred[None] = Deferred()
        self.closed = 0

    def stop(self) -> Deferred[None]:
        """It is."""
        return succeed(None)

    def close(self) -> Deferred[None]:
        """Count it."""
        self.closed += 1
        return succeed(None)
