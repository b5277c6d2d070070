"""Films that are served from memory, a peer that is none, and who hears what sources tell."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.hashes.hash_pages import valid_page
from p2pstream.content.ranges import Ranges, check_range
from p2pstream.content.units import UNIT
from p2pstream.data.memory import BufferData
from p2pstream.errors import Gone, Refused, SourceLost, Unproven
from p2pstream.interfaces import IStream, IUnitListener, IUnitSource
from p2pstream.testing.proofs.proven import ProvenFilm

__all__ = ["FakeUnitSource", "FilmStream", "HeardUnits"]

_CANCELLED, _GONE = 20, 14


@implementer(IStream)
class FilmStream:
    """A film in memory as an `IStream`; units come and go as the test says.

    :ivar gone: whether the film is no longer what it was.
    :ivar users: how many did not close it yet; whoever lends it counts.
    """

    seekable = True

    def __init__(self, film: ProvenFilm, units: Ranges | None = None) -> None:
        self.film = film
        self.key = film.key
        self.length: int | None = len(film.content)
        self.units = Ranges([(0, film.key.units)]) if units is None else units
        self.gone = False
        self.closed = 0
        self._data = BufferData(film.content)
        self._watchers: list[Callable[[], None]] = []

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData`."""
        return self._data.read_to(consumer, start, stop)

    def spans(self, start: int, stop: int) -> Sequence[tuple[int, int, int]]:
        """There is no file."""
        check_range(start, stop, self.length)
        return ()

    def check(self) -> None:
        """See `IFileSpans`."""
        if self.gone:
            raise Gone("the film changed")

    def hashes(self, layer: int, first: int, count: int, uncles: int) -> Deferred[tuple[bytes, bytes]]:
        """See `IStream`."""
        if not valid_page(self.key, layer, first, count, uncles):
            return fail(Unproven("there is no such page"))
        return succeed(self.film.tree.page(layer, first, count, uncles))

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `IStream`."""
        self._watchers.append(changed)
        return lambda: self._watchers.remove(changed) if changed in self._watchers else None

    def has(self, units: Ranges) -> None:
        """These are here now."""
        self.units = units
        for changed in list(self._watchers):
            changed()

    @property
    def watched(self) -> int:
        """How many watch it."""
        return len(self._watchers)

    def again(self) -> FilmStream:
        """See `IHeldStream`."""
        return self

    def close(self) -> None:
        """Noted."""
        self.closed += 1


@implementer(IUnitListener)
class HeardUnits:
    """Keeps what a source tells; lends room unless told not to."""

    def __init__(self, film: ProvenFilm) -> None:
        self._film = film
        self.lends = True
        self.content: dict[int, bytes] = {}
        self.answers: Counter[int] = Counter()
        self.codes: list[int] = []
        self.changes = 0
        self.reason: Failure | None = None
        #: Rooms that were lent and neither `arrived` nor `dropped`.
        self.lent = 0

    def lend(self, source: IUnitSource, first: int, count: int) -> memoryview | None:
        """See `IUnitListener`."""
        if not self.lends:
            return None
        self.lent += 1
        return memoryview(bytearray(len(self._film.units(first, first + count))))

    def arrived(self, source: IUnitSource, first: int, count: int, run: memoryview) -> None:
        """See `IUnitListener`."""
        self.lent -= 1
        self.answers.update(range(first, first + count))
        for unit in range(first, first + count):
            self.content[unit] = bytes(run[(unit - first) * UNIT : (unit - first + 1) * UNIT])

    def dropped(self, source: IUnitSource, first: int, count: int, run: memoryview) -> None:
        """See `IUnitListener`."""
        self.lent -= 1

    def refused(self, source: IUnitSource, first: int, count: int, code: int) -> None:
        """See `IUnitListener`."""
        self.answers.update(range(first, first + count))
        self.codes.append(code)

    def changed(self, source: IUnitSource) -> None:
        """See `IUnitListener`."""
        self.changes += 1

    def lost(self, source: IUnitSource, reason: Failure) -> None:
        """See `IUnitListener`."""
        assert self.reason is None, "told twice"
        self.reason = reason


@implementer(IUnitSource)
class FakeUnitSource:
    """A peer that is none: what it is asked for waits until `step`.

    :ivar spoil: what it makes of the bytes that it sends.
    """

    ranged = proofs = True

    def __init__(self, film: ProvenFilm, units: Ranges | None = None, address: str = "10.0.0.1:2050") -> None:
        self.address = address
        self.film = film
        self.key = film.key
        self.units = Ranges([(0, film.key.units)]) if units is None else units
        self.elsewhere = Ranges()
        self.credit = 256
        self.closed = False
        self.spoil: Callable[[bytearray], None] = lambda run: None
        self.spoilt_units: list[int] = []
        self.asked: deque[int] = deque()
        #: What it was told of whoever watches: bytes a second, and the unit on screen.
        self.wants: list[tuple[int, int]] = []
        self._listener: Any = None

    @property
    def room(self) -> int:
        """What its credit leaves."""
        return 0 if self.closed else self.credit - len(self.asked)

    def listen(self, listener: IUnitListener) -> None:
        """See `IUnitSource`."""
        self._listener = listener

    def ask(self, first: int, count: int, urgency: int = 2, deadline_ms: int | None = None) -> None:
        """See `IUnitSource`."""
        units = range(first, first + count)
        there = self.units.covers(first, first + count)
        if not 0 < count <= self.room or not there or not set(units).isdisjoint(self.asked):
            raise ValueError(f"{count} units from {first} on cannot be asked for")
        self.asked.extend(units)

    def want(self, rate: int, unit: int) -> None:
        """See `IUnitSource`."""
        self.wants.append((rate, unit))

    def cancel(self, first: int, count: int) -> None:
        """See `IUnitSource`: refused at once."""
        for unit in range(first, first + count):
            if unit in self.asked:
                self.refuse(unit, _CANCELLED)

    def ask_hashes(self, layer: int, first: int, count: int, uncles: int) -> Deferred[tuple[bytes, bytes]]:
        """See `IUnitSource`."""
        if self.closed:
            return fail(SourceLost("it was left"))
        if not valid_page(self.key, layer, first, count, uncles):
            return fail(Refused("there is no such page", 1))
        return succeed(self.film.tree.page(layer, first, count, uncles))

    def spoilt(self, first: int, reason: str) -> None:
        """See `IUnitSource`."""
        self.spoilt_units.append(first)
        self.lose(f"it was left: {reason}")

    def close(self) -> None:
        """See `ISource`."""
        self.lose("it was left")

    def request(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `ISource`."""
        if self.closed:
            return fail(SourceLost("it was left"))
        return BufferData(self.film.content).read_to(consumer, start, stop)

    def step(self, most: int = 1) -> int:
        """Answer the oldest of what it was asked for, with what follows it; how many units that was."""
        if not self.asked:
            return 0
        first, count = self.asked.popleft(), 1
        while self.asked and self.asked[0] == first + count and count < most:
            self.asked.popleft()
            count += 1
        if not self.units.covers(first, first + count):
            self._listener.refused(self, first, count, _GONE)
            return count
        room = self._listener.lend(self, first, count)
        if room is None:
            self._listener.refused(self, first, count, _CANCELLED)
            return count
        content = bytearray(self.film.units(first, first + count))
        self.spoil(content)
        room[:] = content
        self._listener.arrived(self, first, count, room)
        return count

    def refuse(self, unit: int, code: int) -> None:
        """It will not send this one."""
        self.asked.remove(unit)
        self._listener.refused(self, unit, 1, code)

    def has(self, units: Ranges) -> None:
        """It says that it has these now."""
        self.units = units
        self._listener.changed(self)

    def lose(self, why: str | Exception = "the connection was reset") -> None:
        """It is gone; words are those of a `SourceLost`."""
        if not self.closed:
            self.closed = True
            self.asked.clear()
            self.units = Ranges()
            if self._listener is not None:
                self._listener.lost(self, Failure(SourceLost(why) if isinstance(why, str) else why))
