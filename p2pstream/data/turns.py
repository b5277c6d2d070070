"""One at a time: at one file, or at each of many things."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any

from twisted.internet.defer import Deferred, DeferredLock
from zope.interface import implementer

from p2pstream.interfaces import IWorkers

__all__ = ["KeyedTurns", "Turns"]


@implementer(IWorkers)
class Turns:
    """Whoever changes a file, or its name, waits for its turn; first come, first served.

    Cancelling drops the result only: a worker that has begun cannot be called back,
    so its turn lasts until it is done.  To those who are given it as workers it is one.
    """

    def __init__(self, workers: IWorkers) -> None:
        self._workers = workers
        self._lock = DeferredLock()

    def run(self, work: Callable[..., Any], *args: Any) -> Deferred[Any]:
        """Have a worker do it, and nobody else meanwhile."""
        return self.take(self._workers.run, work, *args)

    def take(self, begin: Callable[..., Awaitable[Any]], *args: Any) -> Deferred[Any]:
        """Call ``begin`` when it is its turn, which lasts until what that returned is done.

        :param begin: returns a Deferred, or is a coroutine function.
        """
        done: Deferred[Any] = Deferred()
        self._lock.run(begin, *args).addBoth(done.callback)
        return done


class KeyedTurns:
    """Turns for each of many things: whoever is at one of them keeps nobody from the others.

    What nobody is at takes no memory, however many there were.
    """

    def __init__(self) -> None:
        self._doors: dict[Hashable, DeferredLock] = {}

    def __len__(self) -> int:
        """At how many somebody is."""
        return len(self._doors)

    def take(
        self, key: Hashable, begin: Callable[..., Coroutine[Any, Any, Any]], *args: Any
    ) -> Deferred[Any]:
        """Call ``begin``, a coroutine function, when it is its turn at that one; as `Turns.take`."""
        door = self._doors.setdefault(key, DeferredLock())
        done: Deferred[Any] = Deferred()
        door.run(self._pass, key, door, begin, args).addBoth(done.callback)
        return done

    async def quiet(self) -> None:
        """Returns when all are through who were at any of them, or waited, when this was called."""
        for key in list(self._doors):
            await self.take(key, _nothing)

    async def _pass(
        self, key: Hashable, door: DeferredLock, begin: Callable[..., Coroutine[Any, Any, Any]], args: Any
    ) -> Any:
        try:
            return await begin(*args)
        finally:
            if not door.waiting:
                del self._doors[key]


async def _nothing() -> None:
    """A turn that only waits for those before it."""
