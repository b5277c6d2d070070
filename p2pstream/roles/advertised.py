"""A central that its local network is told of."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.addresses import Address
from p2pstream.content.nearby import Nearby
from p2pstream.errors import CannotListen
from p2pstream.interfaces import IEvents, INeighbourhood

__all__ = ["Advertised"]

_log = Logger()


class Advertised:
    """A service, and that it is known on the network while it runs.

    :param inner: what is run.
    :param where: where others find the central, once it listens.
    :param threads: where it may wait for the network: ``reactor`` with its thread pool.
    """

    def __init__(
        self,
        inner: Any,
        where: Callable[[], Address],
        neighbourhood: INeighbourhood,
        events: IEvents,
        threads: Any,
        title: str = "",
    ) -> None:
        self.inner = inner
        self._where = where
        self._neighbourhood = neighbourhood
        self._events = events
        self._threads = threads
        self._title = title or socket.gethostname()
        self._told: Deferred[Callable[[], None] | None] = succeed(None)

    def privilegedStartService(self) -> None:
        """Bind the ports."""
        self.inner.privilegedStartService()

    def startService(self) -> None:
        """Serve, and say so."""
        self.inner.startService()
        self._told = self._aside(self._neighbourhood.advertise, Nearby(self._title, self._where()))
        self._told.addErrback(self._untold)

    def stopService(self) -> Deferred[Any]:
        """Take it back, and stop; fires when nothing is left running."""
        # Others may still be told while it is taken back, and that may take half a second.
        withdrawn = self._told.addCallback(lambda withdraw: withdraw and self._aside(withdraw))
        withdrawn.addErrback(lambda failure: _log.failure("a central is still advertised", failure))
        stopped: Deferred[Any] = self.inner.stopService()
        return stopped.addBoth(lambda outcome: withdrawn.addCallback(lambda _: outcome))

    def look_again(self) -> None:
        """See what is run."""
        self.inner.look_again()

    def _aside(self, work: Callable[..., Any], *given: Any) -> Deferred[Any]:
        return deferToThreadPool(self._threads, self._threads.getThreadPool(), work, *given)

    def _untold(self, failure: Failure) -> None:
        if failure.check(CannotListen):
            self._events.happened("not_advertised", reason=failure.getErrorMessage())
        else:
            _log.failure("a central cannot be advertised", failure)
