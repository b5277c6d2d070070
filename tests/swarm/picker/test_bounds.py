"""What the picker goes by: at each bound, and beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.swarm.picker.board import NOW, Board
from p2pstream.swarm.picker.conduct import Conduct
from p2pstream.swarm.picker.demands import Demand
from p2pstream.swarm.picker.supplier import Supplier
from tests.swarm.picker.boards import ROOMY, PickerCase, spread


class SourceBoundsTests(SynchronousTestCase):
    """Of one source."""

    def sends(self, **limits: Any) -> tuple[Supplier, float]:
        """One that sent thirty units, fifty a second, and owes ten that are not urgent."""
        supplier, now = Supplier(replace(LIMITS, **limits)), 0.0
        supplier.ask(0, 30, NOW, now, float(UNIT))
        for unit in range(30):
            now += 0.02
            supplier.arrived(unit, unit + 1, now)
        supplier.ask(100, 110, 2, now, float(UNIT))
        return supplier, now

    def test_how_often_one_is_late(self) -> None:
        """So often within a while, and not once less."""
        for most in (LIMITS.misses, 3):
            conduct = Conduct(replace(LIMITS, misses=most))
            for miss in range(most):
                self.assertFalse(conduct.is_barred(float(miss)))
                conduct.miss(float(miss))
            self.assertTrue(conduct.is_barred(float(most)))

    def test_what_is_under_way(self) -> None:
        """Of what is not urgent so many units come before what is; all of it before what is not."""
        for flying in (LIMITS.ask_flying_units, 7, 99):
            supplier, now = self.sends(ask_flying_units=flying)
            each = UNIT / supplier.rate(now, 1.0)
            before = (supplier.eta(1, now, 1.0) - supplier.delay / 2) / each - 1
            self.assertApproximates(before, min(flying, 10), 1e-6)
            self.assertApproximates((supplier.eta(1, now, 1.0, False) - supplier.delay / 2) / each, 11, 1e-6)

    def test_what_others_ask_for_too(self) -> None:
        """Of that so many seconds are asked for ahead, and of all else more."""
        for shared_s in (LIMITS.ask_shared_s, 0.7):
            supplier, now = self.sends(ask_shared_s=shared_s)
            reaches = supplier.reach(now, True), supplier.reach(now)
            ahead = [seconds + supplier.delay for seconds in (shared_s, LIMITS.ask_ahead_s)]
            self.assertApproximates(reaches[0] / reaches[1], ahead[0] / ahead[1], 1e-6)

    def test_late(self) -> None:
        """What is urgent is late after so long, and not before, where it was expected sooner."""
        for late_s in (LIMITS.late_s, 6.0):
            case = PickerCase(5000, "ab", replace(ROOMY, late_s=late_s))
            for source in "ab":
                case.steady(source, 100, 0.01)
            case.read(4000)
            case.hurry()
            asked = case.now
            blamed: float | None = None
            while blamed is None and case.now < asked + 20:
                case.now += 0.05
                case.picker.tick(case.shelves, case.now)
                if max(each.conduct.missed for each in case.picker._board.suppliers.values()) > asked:
                    blamed = case.now - asked
            self.assertLessEqual(abs((blamed or 0.0) - late_s), 0.1)


class ReaderBoundsTests(SynchronousTestCase):
    """Of readers."""

    def test_memory(self) -> None:
        """In so many seconds two thirds of what its rate was are forgotten."""
        for memory_s in (LIMITS.reader_memory_s, 2.0):
            demand = Demand(0, 0.0, replace(LIMITS, reader_memory_s=memory_s))
            before, rate = demand._rate, 8_000_000
            for tick in range(1, round(memory_s * 10) + 1):
                demand.move(tick * rate // 10, Ranges([(0, 10_000)]), tick / 10)
            self.assertApproximates((rate - demand._rate) / (rate - before), 0.368, 0.02)

    def test_urgency(self) -> None:
        """However irregularly units come, no more than so many seconds are urgent."""
        for most in (LIMITS.urgent_most_s, 6.0):
            case = PickerCase(100, "ab", replace(ROOMY, urgent_most_s=most))
            measures: Any = case.picker._measures
            for taken, expected in ((0.1, LIMITS.urgent_s), (1000.0, most)):
                measures._taken = taken, taken * taken
                case.pass_time(0.1)
                self.assertEqual(case.picker._board.demands.horizon, expected)

    def test_looked_at_for_copies(self) -> None:
        """So many units of one reader, and not one more."""
        for most in (2, 3):
            case = PickerCase(1000, "a", replace(ROOMY, hedge_units=most, hedge_bytes=10**9, fresh_units=20))
            case.read(0)
            case.hurry()
            case.join("b")
            case.now = 10 * LIMITS.overdue_s
            copied = set[int]()
            for _, pick in case.hedge():
                copied |= spread(pick)
            self.assertEqual(copied, set(range(most)))

    def test_as_much_of_one_at_once(self) -> None:
        """The unit that is next, and so many more, where another is as quick."""
        for most in (LIMITS.urgent_run_units, 2):
            case = PickerCase(5000, "ab", replace(ROOMY, urgent_run_units=most, fresh_units=64))
            for source in "ab":
                case.steady(source, 100, 0.01)
            case.read(4000)
            _, (_, second), *_ = case.hurry()
            self.assertEqual((second.first, second.count), (4001, 1 + most))

    def test_what_comes_in(self) -> None:
        """Is measured over so long."""
        for flow_s in (LIMITS.flow_s, 1.0):
            board = Board(10, Ranges(), replace(LIMITS, flow_s=flow_s))
            board.flow.add(1000, 0.0)
            board.flow.add(1000, flow_s - 0.001)
            self.assertApproximates(board.flow.at(flow_s - 0.001) * flow_s, 2000, 3)
            self.assertApproximates(board.flow.at(flow_s + 0.001) * flow_s, 1000, 3)


class LocalBoundsTests(SynchronousTestCase):
    """Of those on our own network."""

    def test_worth(self) -> None:
        """So many times as fast as one who is far, and that one is not asked; by who only copies."""
        for times, left in ((LIMITS.local_worth * 0.8, True), (LIMITS.local_worth * 1.25, False)):
            case = PickerCase(sources=())
            case.join("home", local=True)
            case.join("far")
            case.steady("far", 60, 0.04)
            case.steady("home", 60 * round(times), 0.04 / times)
            home = {"home": case.shelf("home")}
            has = case.picker.spare("far", case.shelf("far"), home, case.now).has
            self.assertEqual(bool(has), left)
