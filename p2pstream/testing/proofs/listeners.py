"""What whoever is told what a source sends must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.python.failure import Failure
from zope.interface.verify import verifyObject

from p2pstream.codes import Code
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.errors import SourceLost
from p2pstream.interfaces import IUnitListener
from p2pstream.testing.proofs.proven import ProvenFilm, proven_film
from p2pstream.testing.proofs.units import FakeUnitSource

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["UnitListenerContract"]

#: Units of the contract's film, the last of them shorter.
_UNITS = 6


class UnitListenerContract(_Case):
    """The contract of `IUnitListener`; for trial's ``SynchronousTestCase``.

    The test is the source: it says what came, and in which order.
    """

    def make_listener(self, source: FakeUnitSource) -> Any:
        """One that listens to this source, knows its hashes or asks for them, and has asked for all units.

        ``source`` has a film of six units, and says that it has it all.
        """
        raise NotImplementedError

    def has(self, listener: Any) -> Ranges:
        """Which units it has, and knows to be right."""
        raise NotImplementedError

    def listening(self) -> tuple[Any, FakeUnitSource, ProvenFilm]:
        """A listener, its source, and the film."""
        film = proven_film(5 * UNIT + 1234)
        source = FakeUnitSource(film)
        listener = self.make_listener(source)
        self.assertEqual(sorted(source.asked), list(range(_UNITS)))
        source.asked.clear()
        return listener, source, film

    def give(self, listener: Any, source: FakeUnitSource, first: int, stop: int) -> None:
        """A run comes."""
        room = listener.lend(source, first, stop - first)
        room[:] = source.film.units(first, stop)
        listener.arrived(source, first, stop - first, room)

    def test_provides_listener(self) -> None:
        """The provider has all that the interface promises."""
        listener, _, _ = self.listening()
        self.assertTrue(verifyObject(IUnitListener, listener))

    def test_room(self) -> None:
        """It is as long as the run, to the byte, and can be written."""
        listener, source, film = self.listening()
        for first, count in ((0, 1), (1, 3), (4, 2)):
            room = listener.lend(source, first, count)
            self.assertEqual(len(room), len(film.units(first, first + count)))
            self.assertFalse(room.readonly)
            listener.dropped(source, first, count, room)

    def test_two_runs_at_once(self) -> None:
        """Each has a room of its own: what is written into one changes no other."""
        listener, source, film = self.listening()
        rooms = [(first, listener.lend(source, first, 2)) for first in (0, 2)]
        for first, room in rooms:
            room[:] = film.units(first, first + 2)
        for first, room in reversed(rooms):
            listener.arrived(source, first, 2, room)
        self.assertEqual(list(self.has(listener)), [(0, 4)])

    def test_whole(self) -> None:
        """What came, in whatever runs, it has; and the source is blamed for nothing."""
        listener, source, _ = self.listening()
        for first, stop in ((3, 5), (0, 3), (5, 6)):
            self.give(listener, source, first, stop)
        self.assertEqual(list(self.has(listener)), [(0, _UNITS)])
        self.assertEqual(source.spoilt_units, [])

    def test_spoilt(self) -> None:
        """A run that does not fit its hashes is not had, and the source is told, in any case once."""
        listener, source, film = self.listening()
        room = listener.lend(source, 1, 1)
        room[:] = bytes(len(film.units(1, 2)))
        listener.arrived(source, 1, 1, room)
        self.assertEqual(source.spoilt_units, [1])
        self.assertFalse(self.has(listener).covers(1, 2))

    def test_dropped(self) -> None:
        """A run that breaks off is not had, and nobody is blamed for what did not come."""
        listener, source, film = self.listening()
        room = listener.lend(source, 0, 2)
        room[:UNIT] = film.units(0, 1)
        listener.dropped(source, 0, 2, room)
        listener.lost(source, Failure(SourceLost("the connection was reset")))
        self.assertEqual(list(self.has(listener)), [])
        self.assertEqual(source.spoilt_units, [])

    def test_refused(self) -> None:
        """Whatever the code is, and also one that nobody knows, it is taken."""
        for code in (Code.GONE, Code.BUSY, Code.CANCELLED, 255):
            listener, source, _ = self.listening()
            listener.refused(source, 2, 2, int(code))
            listener.refused(source, 4, 1, int(code))
            self.assertEqual(list(self.has(listener)), [])

    def test_changed(self) -> None:
        """A source may have less than it had, then nothing, and all again."""
        listener, source, _ = self.listening()
        for units in (Ranges([(0, 2)]), Ranges(), Ranges([(0, _UNITS)])):
            source.units = units
            listener.changed(source)
        self.give(listener, source, 0, 1)
        self.assertEqual(list(self.has(listener)), [(0, 1)])

    def test_lost(self) -> None:
        """It may go at any time, for whatever reason; what came before stays."""
        listener, source, _ = self.listening()
        self.give(listener, source, 0, 2)
        source.closed, source.units = True, Ranges()
        listener.lost(source, Failure(ConnectionResetError("no error of ours")))
        self.assertEqual(list(self.has(listener)), [(0, 2)])
