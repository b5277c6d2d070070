"""One worker at a time at one file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, DeferredLock
from zope.interface import implementer

from p2pstream.interfaces import IWorkers

__all__ = ["Turns"]


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

    def take(self, begin: Callable[..., Deferred[Any]], *args: Any) -> Deferred[Any]:
        """Call ``begin`` when it is its turn, which lasts until what it returned fires."""
        done: Deferred[Any] = Deferred()
        self._lock.run(begin, *args).addBoth(done.callback)
        return done
