"""Units that are in somebody's hands, and who waits until they are not."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred

from p2pstream.content.ranges import Ranges

__all__ = ["Holds"]


class Holds:
    """Spans of units, each held until it is let go."""

    def __init__(self) -> None:
        self._held: dict[object, tuple[int, int]] = {}
        self._waiting: list[Deferred[None]] = []

    def __bool__(self) -> bool:
        return bool(self._held)

    def hold(self, first: int, stop: int) -> Callable[[], None]:
        """Hold ``[first, stop)``; what is returned lets go, and is harmless when called twice."""
        key = object()
        self._held[key] = (first, stop)

        def let_go() -> None:
            if self._held.pop(key, None) is not None:
                self._look()

        return let_go

    def touches(self, first: int, stop: int) -> bool:
        """Whether a unit of ``[first, stop)`` is held."""
        return any(start < stop and first < end for start, end in self._held.values())

    def without_held(self, units: Ranges) -> Ranges:
        """Those of these units that are not held."""
        for span in self._held.values():
            units = units.remove(*span)
        return units

    async def wait_for(self, spans: list[tuple[int, int]]) -> None:
        """Returns when no unit of these spans is held."""
        while any(self.touches(*span) for span in spans):
            await self._next()

    async def wait_for_all(self) -> None:
        """Returns when nothing is held."""
        while self._held:
            await self._next()

    def _next(self) -> Deferred[None]:
        waiting: Deferred[None] = Deferred()
        self._waiting.append(waiting)
        return waiting

    def _look(self) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.callback(None)
