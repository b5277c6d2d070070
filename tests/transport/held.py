"""What somebody may give up, and who holds it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zope.interface import implementer

from p2pstream.interfaces import IData, IHeldSpans

__all__ = ["Held"]


@implementer(IData, IHeldSpans)
class Held:
    """A file that remembers what of it is held."""

    def __init__(self, data: Any) -> None:
        self.held: list[tuple[int, int]] = []
        self._data = data

    def hold(self, start: int, stop: int) -> Callable[[], None]:
        """Until it is let go."""
        held = start, stop
        self.held.append(held)
        return lambda: self.held.remove(held) if any(each is held for each in self.held) else None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._data, name)
