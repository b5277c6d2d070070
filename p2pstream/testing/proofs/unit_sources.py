"""What every source of units must do, whatever protocol it speaks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from zope.interface.verify import verifyObject

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.errors import Refused, SourceLost
from p2pstream.interfaces import IUnitSource
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import HeardUnits
from p2pstream.testing.wires.tallied import TalliedDownlink

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["LimitedSourceContract", "UnitSourceContract"]


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

    def test_who_watches(self) -> None:
        """It may be told as often as that changes, and changes nothing of what is answered."""
        source, listener = self.heard()
        for rate, unit in ((0, 0), (1, 0), (500_000, 10), (10**12, 2**40), (0, 3)):
            source.want(rate, unit)
        source.ask(0, 11)
        self.move()
        self.assertEqual(listener.answers, Counter(range(11)))
        source.close()
        source.want(500_000, 3)

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


class LimitedSourceContract(UnitSourceContract):
    """The contract of an `IUnitSource` under an `IDownlink`; ``make_source`` gives it ``downlink``."""

    #: What bounds how much is asked for; None: nothing does.
    downlink: TalliedDownlink | None = None

    def limited(self) -> tuple[TalliedDownlink, Any, HeardUnits]:
        """A downlink, a source under it, and its listener."""
        self.downlink = TalliedDownlink()
        return self.downlink, *self.heard()

    def test_limit_of_what_comes(self) -> None:
        """It counts from when it is asked for, and once."""
        downlink, source, _ = self.limited()
        source.ask(0, 4)
        self.assertEqual(downlink.used, 4)
        source.ask(4, 3)
        self.move()
        source.close()
        self.move()
        self.assertEqual(downlink.used, 7)

    def test_limit_of_what_is_cancelled(self) -> None:
        """What did not come is given back."""
        downlink, source, listener = self.limited()
        source.ask(0, 11)
        source.cancel(3, 20)
        self.move()
        self.assertEqual(downlink.used, len(listener.content))

    def test_limit_of_what_nobody_lends_room_for(self) -> None:
        """It comes all the same, and counts."""
        downlink, source, listener = self.limited()
        listener.lends = False
        source.ask(0, 3)
        self.move()
        self.assertEqual(downlink.used, 3)

    def test_limit_when_a_source_is_left(self) -> None:
        """What it owes is given back, whether it is closed or lied; once."""
        for leave in (lambda source: source.close(), lambda source: source.spoilt(3, "its bytes are wrong")):
            downlink, source, listener = self.limited()
            source.ask(0, 3)
            self.move()
            source.ask(3, 8)
            leave(source)
            source.close()
            self.move()
            self.assertIsNotNone(listener.reason)
            self.assertEqual(downlink.used, 3)
