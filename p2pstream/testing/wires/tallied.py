"""A downlink that bounds nothing, and counts."""

from __future__ import annotations

from collections.abc import Callable

from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.interfaces import IDownlink

__all__ = ["TalliedDownlink"]


@implementer(IDownlink)
class TalliedDownlink:
    """Knows how much of the limit was used up, whoever is asked."""

    def __init__(self) -> None:
        #: Units that were asked for, without those that were given back.
        self.used = 0

    def counts(self, here: Address | None, there: Address | None) -> bool:
        """See `IDownlink`; everything does."""
        return True

    def room(self, wanted: Callable[[], None]) -> int:
        """See `IDownlink`."""
        return 1 << 20

    def asked(self, units: int) -> None:
        """See `IDownlink`."""
        self.used += units

    def leave(self, wanted: Callable[[], None]) -> None:
        """See `IDownlink`; nobody waits."""
