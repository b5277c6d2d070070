"""What a part in a broadcast has running: coroutines, each until it is done or all is over."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.errors import P2PStreamError

__all__ = ["Chores"]

_log = Logger()


class Chores:
    """Any number of them; what a peer or the disk does wrong ends one quietly."""

    def __init__(self) -> None:
        self._running: set[Deferred[Any]] = set()

    def start(self, chore: Coroutine[Deferred[Any], Any, Any]) -> None:
        """Let it run."""
        running: Deferred[Any] = Deferred.fromCoroutine(chore)
        self._running.add(running)
        running.addBoth(self._ended, running)

    def cancel(self) -> None:
        """All of them."""
        for running in list(self._running):
            running.cancel()

    def _ended(self, result: Any, running: Deferred[Any]) -> None:
        self._running.discard(running)
        if isinstance(result, Failure) and not result.check(CancelledError, P2PStreamError):
            _log.failure("a broadcast failed in a way nobody thought of", result)
