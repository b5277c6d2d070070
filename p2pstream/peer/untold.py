"""Where nobody wants to know what happens."""

from __future__ import annotations

from typing import Any

from zope.interface import implementer

from p2pstream.interfaces import IEvents

__all__ = ["Untold"]


@implementer(IEvents)
class Untold:
    """Events of which nothing is told."""

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents.happened`."""
