"""Events, counted on their way."""

from __future__ import annotations

from typing import Any

from zope.interface import implementer

from p2pstream.events import EVENTS
from p2pstream.interfaces import IEvents, IMeter

__all__ = ["CountedEvents"]


@implementer(IEvents)
class CountedEvents:
    """Passes on what happens, and counts it."""

    def __init__(self, events: IEvents, meter: IMeter) -> None:
        self._events = events
        self._meter = meter

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents`."""
        if event in EVENTS:
            self._meter.count("p2pstream_events_total", labels=(event,))
        self._events.happened(event, **fields)
