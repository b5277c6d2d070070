"""A source that is slow beside another: nothing that is due soon waits for it alone."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from tests.swarm.picker.boards import ROOMY, PickerCase, spread

#: Seconds a unit, of the one and of the other.
_QUICK, _SLOW = 0.01, 0.1


class SlowTests(SynchronousTestCase):
    """Who is quick, ``a``, and who is slow, ``b``, have sent enough for that to be known."""

    def setUp(self) -> None:
        """Somebody watches, from what is missing on, and it is known how fast."""
        self.case = PickerCase(3000, limits=replace(ROOMY, ask_opening_units=100_000))
        self.case.steady("a", 300, _QUICK)
        self.case.steady("b", 30, _SLOW)
        self.case.pass_time(LIMITS.picker_tick_s)
        self.first = self.case.picker.here.first_missing(0)
        self.case.read(self.first - 10)
        self.case.now += 10 * UNIT / LIMITS.reader_rate
        self.case.read(self.first)

    def due_s(self, unit: int) -> float:
        """In how many seconds a unit is read."""
        demand = self.case.picker.demand("reader")
        assert demand is not None
        return (unit - self.first) * UNIT / demand.rate

    def test_asked_ahead(self) -> None:
        """It is asked for what is due when all that it owes has come, and three seconds later."""
        asked = spread(self.case.pick("b"))
        self.assertGreaterEqual(len(asked) * _SLOW, LIMITS.overdue_s)
        self.assertGreater(self.due_s(min(asked)), LIMITS.urgent_s + len(asked) * _SLOW)
        self.assertLess(self.due_s(min(asked)), LIMITS.urgent_s + 2 * len(asked) * _SLOW)

    def test_not_known_yet(self) -> None:
        """While nobody knows how fast is watched, it owes no more than it brings in half a second."""
        self.case.read(self.first + 500)
        self.case.readers["other"] = self.first * UNIT
        self.case.look()
        self.assertLessEqual(len(spread(self.case.pick("b"))) * _SLOW, LIMITS.overdue_s)

    def test_who_is_quick(self) -> None:
        """He is asked for what is missing next."""
        self.assertEqual(min(spread(self.case.pick("a"))), self.first)

    def test_urgent(self) -> None:
        """Of what is urgent it is asked for as much as it brings in half a second."""
        asked = [pick for source, pick in self.case.hurry() if source == "b"]
        count = sum(pick.count for pick in asked)
        self.assertTrue(1 <= count <= ceil(LIMITS.overdue_s / _SLOW), asked)

    def test_urgent_at_once(self) -> None:
        """Also where who is quick has no room: the last that is asked for waits no longer than the first."""
        self.case.room["a"] = 0
        asked = [pick for source, pick in self.case.hurry() if source == "b"]
        self.assertTrue(asked)
        self.assertLessEqual(sum(pick.count for pick in asked) * _SLOW, LIMITS.overdue_s)

    def test_only_it_has_it(self) -> None:
        """What nobody else has is asked of it, however long that takes."""
        self.case.has["a"] = self.case.has["a"].remove(self.first, self.first + 20)
        asked = {unit for source, pick in self.case.hurry() if source == "b" for unit in spread(pick)}
        self.assertIn(self.first + 9, asked)

    def test_nothing_else_is_left(self) -> None:
        """It is idle, and all that is missing is due before it would bring so much: half a second of that."""
        self.case.picker.wanted = Ranges([(self.first, self.first + 30)])
        asked = spread(self.case.pick("b"))
        self.assertTrue(0 < len(asked) * _SLOW <= LIMITS.overdue_s, asked)

    def test_who_copies(self) -> None:
        """Who only copies lets it begin where it brings it in time."""
        self.case.picker.look([("reader", self.first * UNIT)], self.case.now, watched=False)
        asked = spread(self.case.pick("b"))
        self.assertLess(self.due_s(min(asked)), LIMITS.urgent_s)
