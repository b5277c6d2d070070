"""How full libvlc's prefetch is, as well as that can be told from outside.  Pure."""

from __future__ import annotations

__all__ = ["Gauge"]


class Gauge:
    """How many bytes libvlc's prefetch holds: read, but not yet decoded.

    Nobody can ask it.  What was read less what was decoded would be the answer, but
    for headers and framing, which are read and never decoded: so the difference is
    counted from the last moment at which the answer was known.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._base = 0
        self._last = -1

    def empty(self, taken: int, decoded: int) -> None:
        """It holds nothing now: a new place, or it has run dry."""
        self._base, self._last = taken - decoded, -1

    def read(self, taken: int, decoded: int, reading: bool) -> int:
        """What it holds now.

        :param reading: whether it asks for more; one that does not for two looks, and
            has not been given anything in between, is full.
        """
        if not reading and taken == self._last:
            self._base = taken - decoded - self._room
        self._last = -1 if reading else taken
        held = taken - decoded - self._base
        if held > self._room:
            self._base += held - self._room
        return max(0, min(self._room, held))
