"""What a reader may know of data that may still be arriving, and what it tells them of itself."""

from __future__ import annotations

from typing import Any

from p2pstream.interfaces import IArriving, ICursor, IData

__all__ = ["Arrival"]


class Arrival:
    """Asks `IArriving` data; of data that are all there the answer is known."""

    def __init__(self, data: IData) -> None:
        self._arriving: Any = data if IArriving.providedBy(data) else None
        self._cursors: dict[str, ICursor] = {}

    @property
    def known(self) -> bool:
        """Whether the data tell what of them is there."""
        return self._arriving is not None

    def has(self, position: int) -> bool:
        """Whether the byte at ``position`` is there; any thread may ask."""
        return self._arriving is None or bool(self._arriving.have.covers(position, position + 1))

    def edge(self, position: int) -> int:
        """The first byte, from ``position`` on, that is not there yet; ``position`` if nobody can tell."""
        if self._arriving is None:
            return position
        return max(position, int(self._arriving.have.first_missing(position)))

    def announce(self, read: int, played: int) -> None:
        """Tell which byte is wanted next, and which one is on screen."""
        if self._arriving is None:
            return
        for kind, position in (("read", read), ("play", played)):
            if kind in self._cursors:
                self._cursors[kind].move(position)
            else:
                self._cursors[kind] = self._arriving.cursor(position, kind)

    def close(self) -> None:
        """Nobody reads any more: what was told is taken back, and no more is."""
        self._arriving = None
        for cursor in self._cursors.values():
            cursor.close()
        self._cursors.clear()
