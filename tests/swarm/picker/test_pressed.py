"""Where our own link may be what is narrow, nothing is asked ahead while the picture may stand still."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from tests.swarm.picker.boards import PickerCase

#: Units a second, of each of ten sources.
_EACH = 0.5
_TEN = "abcdefghij"


class PressedTests(SynchronousTestCase):
    """Ten sources bring a unit in two seconds each, and somebody watches."""

    def setUp(self) -> None:
        """All of them have sent two units each."""
        self.case = PickerCase(sources=_TEN)
        self.watch(0)
        for first in range(0, 20, 10):
            for number, source in enumerate(_TEN):
                unit = first + number
                self.case.picker._board.ask(source, unit, unit + 1, 2, self.case.now)
                self.case.owed[source].append(unit)
            self.case.pass_time(1 / _EACH)
            for source in _TEN:
                self.case.send(source, self.case.owed[source][0])

    def watch(self, unit: int) -> None:
        """This is on screen, in a moment."""
        self.case.now += 0.01
        self.case.readers["screen"] = unit * UNIT
        self.case.picker.look(list(self.case.readers.items()), self.case.now, True, ["screen"])

    def asked(self) -> int:
        """How many are asked ahead."""
        return sum(self.case.pick(source) is not None for source in _TEN)

    def test_enough_is_here(self) -> None:
        """Everybody is asked."""
        self.assertEqual(self.asked(), 10)

    def test_little_is_here(self) -> None:
        """As many are asked as bring it in half of the time for which that lasts."""
        self.watch(10)
        demand = self.case.picker.demand("screen")
        assert demand is not None
        held_s = 10 * UNIT / demand.rate
        most = held_s / LIMITS.pressed * self.case.picker._board.flow.at(self.case.now) / UNIT
        self.assertTrue(1 < most < 9, most)
        self.assertEqual(self.asked(), int(most) + 1)

    def test_who_is_silent_does_not_count(self) -> None:
        """What he keeps is not on its way."""
        self.watch(10)
        self.assertLess(self.asked(), 9)
        self.case.pass_time(5.0)
        self.watch(10)
        self.case.picker._board.flow.add(20 * UNIT, self.case.now)
        self.assertGreater(self.asked(), 0)

    def test_nobody_watches(self) -> None:
        """Who only copies may wait."""
        del self.case.readers["screen"]
        self.case.picker.look([("reader", 19 * UNIT)], self.case.now)
        self.assertEqual(self.asked(), 10)
