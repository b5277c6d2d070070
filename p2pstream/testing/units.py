"""Sources of units: films that are served from memory, a peer that is none, and the contract."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.content.keys import UNIT
from p2pstream.content.merkle import valid_page
from p2pstream.content.ranges import Ranges
from p2pstream.data.memory import BufferData
from p2pstream.errors import Gone, Refused, SourceLost, Unproven
from p2pstream.interfaces import IStream, IUnitListener, IUnitSource
from p2pstream.testing.proven import ProvenFilm, proven_film

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["FakeUnitSource", "FilmStream", "HeardUnits", "UnitSourceContract"]

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
        self.credit = 256
        self.closed = False
        self.spoil: Callable[[bytearray], None] = lambda run: None
        self.spoilt_units: list[int] = []
        self.asked: deque[int] = deque()
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

    def step(self) -> bool:
        """Answer the oldest of what it was asked for; whether there was any."""
        if not self.asked:
            return False
        unit = self.asked.popleft()
        if not self.units.covers(unit, unit + 1):
            self._listener.refused(self, unit, 1, _GONE)
            return True
        room = self._listener.lend(self, unit, 1)
        if room is None:
            self._listener.refused(self, unit, 1, _CANCELLED)
            return True
        content = bytearray(self.film.units(unit, unit + 1))
        self.spoil(content)
        room[:] = content
        self._listener.arrived(self, unit, 1, room)
        return True

    def refuse(self, unit: int, code: int) -> None:
        """It will not send this one."""
        self.asked.remove(unit)
        self._listener.refused(self, unit, 1, code)

    def has(self, units: Ranges) -> None:
        """It says that it has these now."""
        self.units = units
        self._listener.changed(self)

    def lose(self, why: str = "the connection was reset") -> None:
        """It is gone."""
        if not self.closed:
            self.closed = True
            self.asked.clear()
            self.units = Ranges()
            if self._listener is not None:
                self._listener.lost(self, Failure(SourceLost(why)))


class UnitSourceContract(_Case):
    """The contract of `IUnitSource`; for trial's ``SynchronousTestCase``."""

    film = proven_film(10 * UNIT + 77)

    def make_source(self, units: Ranges | None = None) -> Any:
        """An `IUnitSource` of ``film`` that has all of it, or these units; it is ready."""
        raise NotImplementedError

    def move(self) -> None:
        """Have everything happen that can."""
        raise NotImplementedError

    def heard(self, units: Ranges | None = None) -> tuple[Any, HeardUnits]:
        """A source, and its listener."""
        source, listener = self.make_source(units), HeardUnits(self.film)
        source.listen(listener)
        self.move()
        return source, listener

    def test_provides_unit_source(self) -> None:
        """The provider has all that the interface promises."""
        source, _ = self.heard()
        self.assertTrue(verifyObject(IUnitSource, source))
        self.assertEqual((source.key, source.ranged, source.proofs), (self.film.key, True, True))
        self.assertEqual(list(source.units), [(0, 11)])
        self.assertGreater(source.room, 0)

    def test_all_units(self) -> None:
        """Each arrives once, with its bytes, the last one short; then there is room again."""
        source, listener = self.heard()
        room = source.room
        source.ask(0, 4)
        source.ask(4, 7, 0, 2000)
        self.assertEqual(source.room, room - 11)
        self.move()
        self.assertEqual(listener.answers, Counter(range(11)))
        self.assertEqual(b"".join(listener.content[unit] for unit in range(11)), self.film.content)
        self.assertEqual((source.room, listener.lent), (room, 0))

    def test_only_what_it_has(self) -> None:
        """It says what it has, and is not asked for anything else."""
        source, listener = self.heard(Ranges([(2, 5)]))
        self.assertEqual(list(source.units), [(2, 5)])
        for first, count in ((0, 1), (4, 2), (1, 2), (10, 1)):
            self.assertRaises(ValueError, source.ask, first, count)
        source.ask(2, 3)
        self.assertRaises(ValueError, source.ask, 3, 1)
        self.move()
        self.assertEqual(listener.answers, Counter((2, 3, 4)))

    def test_no_more_than_its_room(self) -> None:
        """Nor for nothing, nor for what cannot be."""
        source, _ = self.heard()
        for first, count in ((0, source.room + 1), (0, 0), (-1, 1), (11, 1)):
            self.assertRaises(ValueError, source.ask, first, count)

    def test_cancelled(self) -> None:
        """What is cancelled is answered all the same, and may be asked for again."""
        source, listener = self.heard()
        source.ask(0, 11)
        source.cancel(3, 20)
        self.move()
        self.assertEqual(listener.answers, Counter(range(11)))
        source.ask(3, 8)
        self.move()
        self.assertEqual(set(listener.content), set(range(11)))
        source.cancel(0, 11)

    def test_nobody_lends(self) -> None:
        """Without room units are refused."""
        source, listener = self.heard()
        listener.lends = False
        source.ask(0, 3)
        self.move()
        self.assertEqual((listener.answers, listener.content), (Counter(range(3)), {}))

    def test_hashes(self) -> None:
        """Pages are those of the tree, with as many uncles as were asked for."""
        source, _ = self.heard()
        for page in ((2, 0, 8, 1), (2, 8, 4, 2), (2, 0, 1, 4), (6, 0, 1, 0), (3, 4, 2, 0)):
            told = source.ask_hashes(*page)
            self.move()
            self.assertEqual(self.successResultOf(told), self.film.tree.page(*page), page)

    def test_no_such_page(self) -> None:
        """What is no page of this tree is refused, and harms nothing."""
        source, listener = self.heard()
        told = source.ask_hashes(2, 1, 2, 0)
        self.move()
        self.failureResultOf(told, Refused)
        self.assertIsNone(listener.reason)

    def test_closed(self) -> None:
        """Its listener is told once; nothing more can be asked."""
        source, listener = self.heard()
        source.ask(0, 11)
        source.close()
        source.close()
        self.move()
        assert listener.reason is not None
        self.assertEqual((listener.lent, source.room), (0, 0))
        self.assertRaises(ValueError, source.ask, 0, 1)
        told = source.ask_hashes(2, 0, 8, 1)
        self.move()
        self.failureResultOf(told, SourceLost)

    def test_spoilt(self) -> None:
        """A source that lied is left, and its listener told."""
        source, listener = self.heard()
        source.spoilt(3, "its bytes are wrong")
        self.move()
        assert listener.reason is not None
        self.assertEqual(source.room, 0)
