"""The sending side of a connection: one thing after another, each in whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.python.failure import Failure

from p2pstream.errors import ReadStopped
from p2pstream.interfaces import IData, IRevocable

__all__ = ["Road", "Sending", "unless_revoked"]


class Road(Protocol):
    """One way to get data out: `gate.Gate` or `outbox.Outbox`."""

    @property
    def sent(self) -> int:
        """Bytes that were taken so far."""

    def carry(self, data: IData, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """Send ``data``, or a part of it; fires when the kernel has the last byte.  Once at a time.

        Cancelling leaves it sent in part.
        """


class Loop(Enum):
    """Whether somebody is at work on the queue."""

    RESTING = auto()
    RUNNING = auto()


@dataclass(eq=False)
class Parcel:
    """Something to send, and who waits for it."""

    data: IData
    done: Deferred[int]


class Sending:
    """A queue of data.

    :param moved: called when sending starts and stops.
    :param broken: called when something was sent in part only: nothing can follow it.
    """

    def __init__(self, road: Road, moved: Callable[[], None], broken: Callable[[Failure], None]) -> None:
        self._road = road
        self._moved = moved
        self._broken = broken
        self._parcels: deque[Parcel] = deque()
        self._loop = Loop.RESTING
        self._carrying: Deferred[int] | None = None
        self._waiting: list[Deferred[None]] = []
        self._failure: Failure | None = None

    @property
    def busy(self) -> bool:
        """Whether anything is being sent."""
        return bool(self._parcels)

    def send(self, data: IData) -> Deferred[int]:
        """Send ``data`` after all that was given before; see `Connection.send`."""
        if self._failure is not None:
            return fail(self._failure)
        done: Deferred[int] = Deferred(lambda _: self._withdraw(parcel))
        parcel = Parcel(data, done)
        self._parcels.append(parcel)
        if self._loop is Loop.RESTING:
            self._loop = Loop.RUNNING
            Deferred.fromCoroutine(self._run()).addErrback(self._broken)
        return done

    def drained(self) -> Deferred[None]:
        """Fires when nothing is left to send."""
        if not self._parcels:
            return succeed(None)
        waiting: Deferred[None] = Deferred()
        self._waiting.append(waiting)
        return waiting

    def refuse(self, failure: Failure) -> None:
        """What is given from now on is not sent."""
        self._failure = self._failure or failure

    def end(self, failure: Failure) -> None:
        """Nothing more can be sent: whoever waits is told ``failure``."""
        self.refuse(failure)
        parcels, self._parcels = self._parcels, deque()
        if self._carrying is not None:
            self._carrying.cancel()
        for parcel in parcels:
            if not parcel.done.called:
                parcel.done.errback(failure)

    async def _run(self) -> None:
        while self._parcels:
            await self._send(self._parcels[0])
        self._loop = Loop.RESTING
        self._moved()
        waiting, self._waiting = self._waiting, []
        for done in waiting:
            done.callback(None)

    async def _send(self, parcel: Parcel) -> None:
        self._carrying = unless_revoked(self._road.carry(parcel.data), parcel.data)
        self._moved()
        try:
            count = await self._carrying
        except Exception:
            self._fail(parcel, Failure())
        else:
            self._parcels.popleft()
            parcel.done.callback(count)
        finally:
            self._carrying = None

    def _fail(self, parcel: Parcel, failure: Failure) -> None:
        if self._parcels and self._parcels[0] is parcel:
            self._parcels.popleft()
            if failure.check(CancelledError):
                failure = Failure(ReadStopped("it was given up midway"))
            # Before others hear of it, the connection is on its way down.
            self._broken(failure)
            if not parcel.done.called:
                parcel.done.errback(failure)

    def _withdraw(self, parcel: Parcel) -> None:
        """Its sender gave up: harmless before its turn, the end of the connection after."""
        if self._parcels and self._parcels[0] is parcel and self._carrying is not None:
            self._carrying.cancel()
        elif parcel in self._parcels:
            self._parcels.remove(parcel)


def unless_revoked(carrying: Deferred[int], data: IData) -> Deferred[int]:
    """``carrying``, given up as soon as the data is taken back, and with that as the reason.

    The other end may take nothing for long, and nothing of the data be read meanwhile.
    """
    if not IRevocable.providedBy(data):
        return carrying
    gone: list[Exception] = []

    def revoked(reason: Exception) -> None:
        gone.append(reason)
        carrying.cancel()

    def ended(result: int | Failure) -> int | Failure:
        waiting.cancel()
        return Failure(gone[0]) if gone and isinstance(result, Failure) else result

    waiting: Deferred[None] = data.when_revoked().addCallbacks(revoked, lambda _: None)
    carrying.addBoth(ended)
    return carrying
