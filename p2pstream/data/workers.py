"""Threads for what may block."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.interfaces import IReactorFromThreads
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool
from zope.interface import implementer

from p2pstream.errors import SessionError
from p2pstream.interfaces import IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["ThreadWorkers"]


class _State(Enum):
    OPEN = auto()
    CLOSING = auto()
    CLOSED = auto()


@implementer(IWorkers)
class ThreadWorkers:
    """A pool of its own, so that nobody else's slow call (a name lookup) delays a disk.

    Threads start with the first work.  Whoever made it closes it: the process does
    not end while its threads live.
    """

    def __init__(self, reactor: IReactorFromThreads, limits: Limits = LIMITS) -> None:
        self._reactor = reactor
        self._pool = ThreadPool(0, limits.workers, "p2pstream")
        self._pool.start()
        self._unfinished = 0
        self._state = _State.OPEN
        self._waiting: list[Deferred[None]] = []

    def run(self, work: Callable[..., Any], *args: Any) -> Deferred[Any]:
        """As `IWorkers` says; after `close` it fails with `errors.SessionError`."""
        if self._state is not _State.OPEN:
            return fail(SessionError("work was given to workers that are closed"))
        done: Deferred[Any] = Deferred()
        self._unfinished += 1
        self._pool.callInThreadWithCallback(
            lambda worked, result: self._reactor.callFromThread(self._finished, done, result),
            _unless_cancelled,
            done,
            work,
            args,
        )
        return done

    def close(self) -> Deferred[None]:
        """Take no more work; fires when all that was taken is done and no thread is left."""
        if self._state is _State.CLOSED:
            return succeed(None)
        self._state = _State.CLOSING
        waiting: Deferred[None] = Deferred()
        self._waiting.append(waiting)
        self._stop_when_idle()
        return waiting

    def _finished(self, done: Deferred[Any], result: Any) -> None:
        self._unfinished -= 1
        if isinstance(result, Failure):
            done.errback(result)
        else:
            done.callback(result)
        self._stop_when_idle()

    def _stop_when_idle(self) -> None:
        if self._state is not _State.CLOSING or self._unfinished:
            return
        self._state = _State.CLOSED
        # Joins the threads; all of them are idle, so this does not block.
        self._pool.stop()
        for waiting in self._waiting:
            waiting.callback(None)


def _unless_cancelled(done: Deferred[Any], work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    if done.called:
        raise CancelledError
    return work(*args)
