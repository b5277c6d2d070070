"""Files that are read one after another, in the background; on a clock that is given."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.peer.folders.offers import Offer
from p2pstream.peer.keys.pending import Pending

__all__ = ["HashLane"]

_log = Logger()


class HashLane:
    """Reads what waits, one file at a time.

    :param read: reads one; what is wrong with a file is its own affair.
    :param rested: called when there is nothing to read for now.
    :param held: whether none may be begun now; who holds a lane calls `go_on` when that is over.
    :ivar running: whether one is being read.
    """

    def __init__(
        self,
        clock: IReactorTime,
        read: Callable[[Offer], Coroutine[Any, Any, None]],
        rested: Callable[[], None],
        held: Callable[[], bool] = lambda: False,
    ) -> None:
        self.pending = Pending()
        self.running = False
        self._clock = clock
        self._read = read
        self._rested = rested
        self._held = held
        self._alarm: IDelayedCall | None = None
        self._stopped = False

    def go_on(self) -> None:
        """Read the next ones, now or when their time comes."""
        if self.running or self._stopped or self._held():
            return
        self._rest()
        self.running = True
        Deferred.fromCoroutine(self._read_all()).addErrback(self._broke)

    def stop(self) -> None:
        """Begin none any more."""
        self._stopped = True
        self._rest()

    async def _read_all(self) -> None:
        while not self._held() and (offer := self.pending.take(self._clock.seconds())) is not None:
            await self._read(offer)
            if self._stopped:
                return
        self.running = False
        delay = self.pending.delay(self._clock.seconds())
        if delay is not None and not self._held():
            self._alarm = self._clock.callLater(delay, self.go_on)
        self._rested()

    def _rest(self) -> None:
        alarm, self._alarm = self._alarm, None
        if alarm is not None and alarm.active():
            alarm.cancel()

    def _broke(self, failure: Failure) -> None:
        _log.failure("no more keys of shared files are found out", failure)
