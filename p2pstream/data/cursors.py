"""Where the readers of an arriving stream are."""

from __future__ import annotations

from collections.abc import Iterator

from zope.interface import implementer

from p2pstream.interfaces import ICursor

__all__ = ["Cursor", "Cursors"]


@implementer(ICursor)
class Cursor:
    """One reader: kind ``"read"`` (next byte wanted) or ``"play"`` (on screen)."""

    def __init__(self, cursors: dict[Cursor, None], position: int, kind: str) -> None:
        self._cursors = cursors
        self.position = position
        self.kind = kind
        cursors[self] = None

    def move(self, position: int) -> None:
        self.position = position

    def close(self) -> None:
        self._cursors.pop(self, None)


class Cursors:
    """All of them, oldest first."""

    def __init__(self) -> None:
        self._cursors: dict[Cursor, None] = {}

    def add(self, position: int, kind: str) -> Cursor:
        """A new reader."""
        if kind not in ("read", "play"):
            raise ValueError(f"{kind!r} is no kind of cursor")
        return Cursor(self._cursors, position, kind)

    def __iter__(self) -> Iterator[Cursor]:
        return iter(list(self._cursors))
