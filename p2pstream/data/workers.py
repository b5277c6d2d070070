"""Threads for what may block."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.interfaces import IReactorFromThreads
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.errors import SessionError
from p2pstream.interfaces import IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["ThreadWorkers"]


class _State(Enum):
    OPEN = auto()
    CLOSING = auto()
    CLOSED = auto()


class _Job(NamedTuple):
    done: Deferred[Any]
    work: Callable[..., Any]
    args: tuple[Any, ...]


@implementer(IWorkers)
class ThreadWorkers:
    """Threads of its own, so that nobody else's slow call (a name lookup) delays a disk.

    They start with the first work.  Whoever made it closes it: the process does not end
    while its threads live.  Twisted's pool does the same in four times the time, which a
    stream spends a thousand times a second.
    """

    def __init__(self, reactor: IReactorFromThreads, limits: Limits = LIMITS) -> None:
        self._reactor = reactor
        self._limits = limits
        self._threads: list[Thread] = []
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._outcomes: deque[tuple[Deferred[Any], Any]] = deque()
        #: Whether the reactor is on its way to them.
        self._is_called = False
        self._unfinished = 0
        self._state = _State.OPEN
        self._waiting: list[Deferred[None]] = []

    def run(self, work: Callable[..., Any], *args: Any) -> Deferred[Any]:
        """As `IWorkers` says; after `close` it fails with `errors.SessionError`."""
        if self._state is not _State.OPEN:
            return fail(SessionError("work was given to workers that are closed"))
        done: Deferred[Any] = Deferred()
        self._unfinished += 1
        if len(self._threads) < min(self._unfinished, self._limits.workers):
            thread = Thread(target=self._serve, name=f"p2pstream-{len(self._threads)}")
            self._threads.append(thread)
            thread.start()
        self._jobs.put(_Job(done, work, args))
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

    def _serve(self) -> None:
        """In a thread: do what comes."""
        while (job := self._jobs.get()) is not None:
            self._outcomes.append((job.done, _outcome(job)))
            # Nothing that was given outlives the work while no other comes.
            del job
            self._call()

    def _call(self) -> None:
        """In any thread: have the reactor look at what came out."""
        if not self._is_called:
            self._is_called = True
            self._reactor.callFromThread(self._tell)

    def _tell(self) -> None:
        """Tell so many outcomes, and the others in a later turn: some take a millisecond each."""
        # Before any is looked at: whatever is put beside them from here on has us called again.
        self._is_called = False
        for _ in range(min(len(self._outcomes), self._limits.workers_told)):
            self._finished(*self._outcomes.popleft())
        if self._outcomes:
            self._call()

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
        for _ in self._threads:
            self._jobs.put(None)
        # All of them are idle, so this does not block.
        for thread in self._threads:
            thread.join()
        for waiting in self._waiting:
            waiting.callback(None)


def _outcome(job: _Job) -> Any:
    try:
        if job.done.called:
            raise CancelledError
        return job.work(*job.args)
    except BaseException:
        return Failure()
