"""Readers that wait for a byte which is not there yet."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

__all__ = ["Waiters"]


class Waiters:
    """Who waits, and for which byte."""

    def __init__(self) -> None:
        self._positions: dict[Deferred[None], int] = {}

    @property
    def positions(self) -> list[int]:
        """The bytes that are waited for."""
        return list(self._positions.values())

    def wait(self, position: int) -> Deferred[None]:
        """Fires when that byte is there, or is known never to be; may be cancelled."""
        waiting: Deferred[None] = Deferred(self._forget)
        self._positions[waiting] = position
        return waiting

    def wake(self, ready: Callable[[int], bool]) -> None:
        """Wake those for whose position ``ready`` holds."""
        woken = [waiting for waiting, position in self._positions.items() if ready(position)]
        for waiting in woken:
            # One that was woken before it may have stopped this one.
            if self._positions.pop(waiting, None) is not None:
                waiting.callback(None)

    def fail(self, failure: Failure) -> None:
        """Tell everybody that nothing more will come."""
        waiting, self._positions = list(self._positions), {}
        for each in waiting:
            if not each.called:
                each.errback(failure)

    def _forget(self, waiting: Deferred[None]) -> None:
        self._positions.pop(waiting, None)
