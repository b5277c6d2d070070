"""Where the readers of an arriving stream are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from zope.interface import implementer

from p2pstream.data.observers import Observers
from p2pstream.interfaces import ICursor

__all__ = ["Cursor", "Cursors"]


@implementer(ICursor)
class Cursor:
    """One reader: kind ``"read"`` (next byte wanted) or ``"play"`` (on screen)."""

    def __init__(
        self, cursors: dict[Cursor, None], position: int, kind: str, changed: Callable[[], None]
    ) -> None:
        self._cursors = cursors
        self._changed = changed
        self.position = position
        self.kind = kind
        cursors[self] = None
        changed()

    def move(self, position: int) -> None:
        if position != self.position:
            self.position = position
            self._changed()

    def close(self) -> None:
        if self._cursors.pop(self, self) is None:
            self._changed()


class Cursors:
    """All of them, oldest first."""

    def __init__(self) -> None:
        self._cursors: dict[Cursor, None] = {}
        self._observers = Observers()

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed``, which must not raise, when one moves, comes or goes.  Returns what ends it."""
        return self._observers.add(changed)

    def add(self, position: int, kind: str) -> Cursor:
        """A new reader."""
        if kind not in ("read", "play"):
            raise ValueError(f"{kind!r} is no kind of cursor")
        return Cursor(self._cursors, position, kind, self._observers.notify)

    def __iter__(self) -> Iterator[Cursor]:
        return iter(list(self._cursors))
