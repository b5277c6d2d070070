"""What who fetches is told of the centrals: that one went in the middle, and that it is back."""

from __future__ import annotations

from typing import Any

from zope.interface import implementer

from p2pstream.interfaces import IEvents

__all__ = ["CentralsGone"]


@implementer(IEvents)
class CentralsGone:
    """Events of an announcer, of which only these are news to who watches.

    Where we are listed is nothing to look at; that no central answers any more explains why nobody
    new comes.

    :param events: told ``central_gone`` and ``central_back``.
    """

    def __init__(self, events: IEvents) -> None:
        self._events = events
        #: Whether each that ever answered is there.
        self._there: dict[str, bool] = {}

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents.happened`."""
        central = fields.get("central", "")
        if event == "listed":
            if self._there.get(central) is False:
                self._events.happened("central_back", central=central)
            self._there[central] = True
        elif event == "not_listed" and self._there.get(central):
            self._there[central] = False
            self._events.happened("central_gone", central=central, reason=fields["reason"])
