"""Workers without threads: tests decide when work is done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, execute
from zope.interface import implementer

from p2pstream.interfaces import IWorkers

__all__ = ["HeldWorkers", "InlineWorkers"]


@implementer(IWorkers)
class InlineWorkers:
    """Work is done before `run` returns."""

    def run(self, work: Callable[..., Any], *args: Any) -> Deferred[Any]:
        """Do it now."""
        return execute(work, *args)


@implementer(IWorkers)
class HeldWorkers:
    """Work waits until the test says so: a disk as slow as one likes."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Deferred[Any], Callable[..., Any], tuple[Any, ...]]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def run(self, work: Callable[..., Any], *args: Any) -> Deferred[Any]:
        """Keep it for `step`."""
        done: Deferred[Any] = Deferred()
        self._waiting.append((done, work, args))
        return done

    def step(self, count: int = 1) -> None:
        """Do the ``count`` oldest pieces of work."""
        for _ in range(count):
            done, work, args = self._waiting.popleft()
            if not done.called:
                execute(work, *args).addBoth(done.callback)

    def flush(self) -> None:
        """Do all of it, and what follows from it."""
        while self._waiting:
            self.step()
