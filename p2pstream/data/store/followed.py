"""Who reads on to the end is followed: what lies before it is fetched, and kept."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.data.reading import Supply
from p2pstream.interfaces import ICursor

__all__ = ["FollowedSupply"]


class FollowedSupply:
    """A `reading.Supply` that moves a cursor along, which `end` closes."""

    def __init__(self, supply: Supply, cursor: ICursor) -> None:
        self._supply = supply
        self._cursor = cursor

    def at_hand(self, start: int, stop: int) -> bytes | None:
        """As `reading.Supply` says."""
        self._cursor.move(start)
        return self._supply.at_hand(start, stop)

    def later(self, start: int, stop: int) -> Deferred[bytes]:
        """As `reading.Supply` says."""
        self._cursor.move(start)
        return self._supply.later(start, stop)

    def end(self, outcome: Any) -> Any:
        """It reads no more."""
        self._cursor.close()
        return outcome
