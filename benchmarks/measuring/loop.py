"""What workers need of a reactor, started and ended as often as one likes."""

from __future__ import annotations

import resource
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from twisted.internet.defer import Deferred


class Loop:
    """Makes the calls that threads ask for, in the thread that waits for a result."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...]]] = SimpleQueue()

    def callFromThread(self, call: Callable[..., Any], *args: Any) -> None:
        """As a reactor does."""
        self._calls.put((call, args))

    def wait(self, result: Deferred[Any]) -> Any:
        """What came of it."""
        outcome: list[Any] = []
        result.addCallbacks(outcome.append, lambda failure: failure.raiseException())
        while not outcome:
            call, args = self._calls.get(timeout=60)
            call(*args)
        return outcome[0]


def cpu() -> float:
    """Seconds of CPU that this process has used, and its children that ended."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
