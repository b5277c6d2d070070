"""For how long what a reader needs next is asked of one source alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from p2pstream.content.units import UNIT
from p2pstream.interfaces import IStreamView

__all__ = ["Waits"]


class Waits:
    """Looks at a download again and again; see `look`.

    :param view: of a stream whose every byte is proven.
    :param shown: the byte that is on screen.
    :param rate: bytes of film a second.
    :param ahead_s: how much film, from there on, must not wait.
    :ivar longest: for how many seconds a unit of that was asked of a source, and of no other, at most.
    """

    def __init__(
        self, view: IStreamView, shown: Callable[[], float], rate: float, ahead_s: float = 3.0
    ) -> None:
        download: Any = view
        self._picker = download._orders.picker
        self._address = download._roster.address
        self._shown = shown
        self._ahead = int(rate * ahead_s)
        #: Since when each unit that is needed waits for one alone, and for whom.
        self._since: dict[int, tuple[Hashable, float]] = {}
        self.longest: dict[Hashable, float] = {}

    def look(self, now: float) -> None:
        """See who is waited for now."""
        place, before = int(self._shown()), self._since
        self._since = {}
        for unit in range(place // UNIT, (place + self._ahead) // UNIT + 1):
            holders = self._picker.holders(unit) if self._picker.lacks(unit) else []
            if len(holders) == 1:
                address = self._address(holders[0])
                who, since = before.get(unit, (address, now))
                self._since[unit] = address, since if who == address else now
                waited = now - self._since[unit][1]
                self.longest[address] = max(self.longest.get(address, 0.0), waited)
