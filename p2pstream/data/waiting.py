"""Readers that wait for a byte which is not there yet."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

__all__ = ["Waiters"]


class Waiters:
    """Who waits, and for which byte.

    :param changed: told when the first begins, and when the last ceases, to wait.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._positions: dict[Deferred[None], int] = {}

    def __bool__(self) -> bool:
        return bool(self._positions)

    def wait(self, position: int) -> Deferred[None]:
        """Fires when that byte is there, or is known never to be; may be cancelled."""
        waiting: Deferred[None] = Deferred(self._forget)
        self._positions[waiting] = position
        if len(self._positions) == 1:
            self._changed()
        return waiting

    def wake(self, ready: Callable[[int], bool]) -> None:
        """Wake those for whose position ``ready`` holds."""
        woken = [waiting for waiting, position in self._positions.items() if ready(position)]
        for waiting in woken:
            # One that was woken before it may have stopped this one.
            if self._positions.pop(waiting, None) is not None:
                waiting.callback(None)
        if woken and not self._positions:
            self._changed()

    def fail(self, failure: Failure) -> None:
        """Tell everybody that nothing more will come."""
        waiting, self._positions = list(self._positions), {}
        for each in waiting:
            if not each.called:
                each.errback(failure)
        if waiting:
            self._changed()

    def _forget(self, waiting: Deferred[None]) -> None:
        self._positions.pop(waiting, None)
        if not self._positions:
            self._changed()
