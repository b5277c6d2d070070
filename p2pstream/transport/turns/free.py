"""Sending where nobody has to wait for anybody."""

from __future__ import annotations

from collections.abc import Callable

from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.interfaces import IOutlet, IUplink

__all__ = ["FreeUplink"]


@implementer(IUplink, IOutlet)
class FreeUplink:
    """There is no limit: everybody may send, and what went is counted."""

    limited = False

    rate = None

    def __init__(self) -> None:
        self.sent = 0

    def outlet(self, here: Address | None, there: Address | None, nudge: Callable[[], None]) -> FreeUplink:
        """See `IUplink`; the same for all connections."""
        return self

    def turn(self, rank: int) -> bool:
        """See `IOutlet`."""
        return True

    def pay(self, count: int) -> None:
        """See `IOutlet`."""
        self.sent += count

    def said(self, count: int) -> None:
        """See `IOutlet`."""

    def waits(self, rank: int) -> None:
        """See `IOutlet`."""

    def went(self) -> None:
        """See `IOutlet`."""

    def belong(self, peer: bytes) -> None:
        """See `IOutlet`."""

    def rides(self, rides: bool) -> None:
        """See `IOutlet`."""

    def close(self) -> None:
        """See `IOutlet`."""
