"""Bytes that another process of this user has, or fetches."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges, check_range
from p2pstream.data.inflow import Inflow
from p2pstream.data.observers import Observers
from p2pstream.data.reading import read
from p2pstream.interfaces import IArriving, ICursor
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.resident.messages import Departed, Message, UnitsNow, Where

__all__ = ["ResidentData"]

#: ``pour(consumer, start, stop)`` fires when nothing more comes of there.
Pouring = Callable[[IConsumer, int, int | None], Deferred[None]]


@implementer(IArriving)
class ResidentData:
    """Readers have a connection each; what they wait for is fetched there, before all else.

    From `go_on` on everything is another stream of the same key: readers notice nothing.

    :param pour: fills a consumer there.
    :param say: tells something there.
    :param other: called when bytes do not come: fires with what they come from instead.
    """

    seekable = True

    def __init__(
        self,
        key: FileKey,
        pour: Pouring,
        say: Callable[[Message], None],
        other: Callable[[], Deferred[IArriving]],
        limits: Limits = LIMITS,
    ) -> None:
        self.key = key
        self.length: int | None = key.length
        self._size = key.length
        self._pour = pour
        self._say = say
        self._other = other
        self._limits = limits
        self._units = Ranges()
        self._bytes = Ranges()
        self._own: Any = None
        self._observers = Observers()
        self._cursors: dict[int, ResidentCursor] = {}
        self._numbers = count()

    @property
    def have(self) -> Ranges:
        """See `IArriving`."""
        return self._bytes if self._own is None else self._own.have

    @property
    def complete(self) -> bool:
        """See `IArriving`."""
        return self.have.covers(0, self._size)

    def observe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `IArriving`."""
        return self._observers.add(changed)

    def cursor(self, position: int, kind: str) -> ICursor:
        """See `IArriving`."""
        if kind not in ("read", "play"):
            raise ValueError(f"{kind!r} is no kind of cursor")
        number = next(self._numbers)
        made = self._cursors[number] = ResidentCursor(number, kind, position, self._say, self._cursors)
        if self._own is not None:
            made.go_on(self._own)
        else:
            self._say(Where(number, kind, position))
        return made

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData`."""
        check_range(start, stop, self.length)
        inflow = Inflow(start, self._limits.resident_held_bytes)
        filling = Deferred.fromCoroutine(self._fill(inflow, stop))
        filling.addErrback(inflow.end)
        reading = read(inflow, consumer, start, self._size if stop is None else stop, self._limits)
        return reading.addBoth(_over, filling)

    def changed(self, said: UnitsNow) -> None:
        """These came there, and those went."""
        for start, stop in said.came:
            self._units = self._units.add(start, stop)
        for start, stop in said.went:
            self._units = self._units.remove(start, stop)
        self._bytes = Ranges(self.key.span(*run) for run in self._units if run[1] <= self.key.units)
        self._observers.notify()

    def go_on(self, own: IArriving) -> None:
        """Everything comes from there now."""
        self._own = own
        own.observe(self._observers.notify)
        for cursor in list(self._cursors.values()):
            cursor.go_on(own)
        self._observers.notify()

    async def _fill(self, inflow: Inflow, stop: int | None) -> None:
        last = self._size if stop is None else stop
        if self._own is None:
            await self._pour(inflow, inflow.at, stop)
        if inflow.at < last:
            own: Any = self._own or await self._other()
            await own.read_to(inflow, inflow.at, stop)
        inflow.end()


@implementer(ICursor)
class ResidentCursor:
    """See `IArriving.cursor`."""

    def __init__(
        self,
        number: int,
        kind: str,
        position: int,
        say: Callable[[Message], None],
        cursors: dict[int, ResidentCursor],
    ) -> None:
        self._number = number
        self._kind = kind
        self._position = position
        self._say = say
        self._cursors = cursors
        self._own: ICursor | None = None

    def move(self, position: int) -> None:
        """See `ICursor`."""
        if position == self._position or self._number not in self._cursors:
            return
        self._position = position
        if self._own is not None:
            self._own.move(position)
        else:
            self._say(Where(self._number, self._kind, position))

    def close(self) -> None:
        """See `ICursor`."""
        if self._cursors.pop(self._number, None) is None:
            return
        if self._own is not None:
            self._own.close()
        else:
            self._say(Departed(self._number))

    def go_on(self, own: IArriving) -> None:
        """It is one of that from now on."""
        self._own = own.cursor(self._position, self._kind)


def _over(outcome: Any, filling: Deferred[None]) -> Any:
    """The reader has all, or wants no more."""
    filling.addErrback(lambda failure: None)
    filling.cancel()
    return outcome
