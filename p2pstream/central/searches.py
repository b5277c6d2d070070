"""Who may search next, where many ask at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.interfaces import IReactorTime

__all__ = ["Searches"]

Found = TypeVar("Found")


class Searches:
    """One at a time, each in a turn of the reactor of its own: a catalogue has one reader anyway.

    Those who ask for one search and those who ask for more before it is answered come by turns,
    so who asks for one waits for two others, however many flood.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._running = False
        #: The first of each guest that waits, and where what else that guest asks waits behind it.
        self._waiting: dict[Deferred[None], DeferredLock] = {}
        #: Whether the next is one who asks for more.
        self._many = False

    async def run(self, line: DeferredLock, search: Callable[[], Awaitable[Found]]) -> Found:
        """Search, when it may be.

        :param line: of the guest, who has one in here at a time.
        """
        async with line:
            if self._running:
                turn: Deferred[None] = Deferred(self._waiting.__delitem__)
                self._waiting[turn] = line
                await turn
            self._running = True
            try:
                return await search()
            finally:
                self._clock.callLater(0, self._next)

    def _next(self) -> None:
        waiting = self._waiting
        if not waiting:
            self._running = False
            return
        fitting = (turn for turn, line in waiting.items() if bool(line.waiting) is self._many)
        turn = next(fitting, None) or next(iter(waiting))
        self._many = not waiting.pop(turn).waiting
        turn.callback(None)
