"""Whose request is begun next, where many are asked at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

__all__ = ["RequestTurns"]


class RequestTurns:
    """Begins a few requests in each turn of the reactor, over all connections, in their order.

    A connection has one in here at a time: however many it sends at once, it waits behind all others
    that asked before it is answered again, and whoever asks for something else waits for those few alone.

    :param most: how many are begun in a turn.
    """

    def __init__(self, clock: IReactorTime, most: int) -> None:
        self._clock = clock
        self._most = most
        #: How many were begun in this turn.
        self._begun = 0
        self._turning = False
        self._waiting: deque[Callable[[], None]] = deque()

    def take(self, begin: Callable[[], None]) -> None:
        """Call ``begin`` now, or in a later turn; then it may be that nobody waits for it any more."""
        if not self._turning:
            self._turning = True
            self._clock.callLater(0, self._turn)
        if self._begun < self._most:
            self._begun += 1
            begin()
        else:
            self._waiting.append(begin)

    def turn(self) -> Deferred[None]:
        """Fires when one may begin."""
        turn: Deferred[None] = Deferred()
        self.take(lambda: turn.callback(None))
        return turn

    def _turn(self) -> None:
        self._begun, self._turning = 0, False
        # What they bring in meanwhile comes behind those who wait.
        due = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        if self._waiting or due:
            self._turning = True
            self._clock.callLater(0, self._turn)
        self._begun = len(due)
        for begin in due:
            begin()
