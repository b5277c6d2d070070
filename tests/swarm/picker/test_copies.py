"""What is asked of several at once."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.swarm.picker.hedging import HedgeBudget
from tests.swarm.picker.boards import PickerCase, spread


class BudgetTests(SynchronousTestCase):
    def test_e2_bucket(self) -> None:
        """It begins with eight units, gains one a second and one of twenty that came, and is paid back."""
        budget = HedgeBudget()
        self.assertEqual(budget.room(0.0), 8)
        budget.spend(8)
        self.assertEqual((budget.room(0.0), budget.room(0.9), budget.room(1.0)), (0, 0, 1))
        budget.useful(20)
        self.assertEqual(budget.room(1.0), 2)
        budget.refund(3)
        self.assertEqual(budget.room(1.0), 5)

    def test_most(self) -> None:
        """However much came, it has a bound: at it, and not one more."""
        budget = HedgeBudget(replace(LIMITS, hedge_most_bytes=10 * UNIT))
        budget.useful(100_000)
        self.assertEqual(budget.room(0.0), 10)


class LateTests(SynchronousTestCase):
    def setUp(self) -> None:
        """The first source owes what a reader waits for; the second came a moment later."""
        self.case = PickerCase(sources="a")
        self.case.read(0)
        self.case.hurry()
        self.case.hedge()
        self.case.join("b")

    def test_F30_sits_on_the_urgent_unit(self) -> None:
        """After half a second another is asked for what a reader needs, and no sooner; then one more."""
        self.case.send("a", 0)
        self.case.read(1)
        self.assertEqual(self.case.hedge(), [])
        self.case.now = LIMITS.overdue_s / 3
        self.assertEqual(self.case.hedge(), [])
        self.case.now = 2 * LIMITS.overdue_s
        found = self.case.hedge()
        self.assertIn(1, spread(found[0][1]))
        self.assertEqual({source for source, _ in found}, {"b"})

    def test_first_after_a_seek(self) -> None:
        """It is asked of two at once, the rest of one."""
        found = self.case.hedge()
        self.assertEqual([(source, pick.first, pick.count) for source, pick in found], [("b", 0, 1)])
        self.assertEqual(self.case.hedge(), [])

    def test_first_after_a_seek_of_who_is_silent(self) -> None:
        """If nobody else has it, of one who has sent something before: who never did pays nothing back."""
        for has, copied in ((Ranges([(0, 3000)]), [("a", 2000)]), (Ranges([(0, 1000)]), [])):
            case = PickerCase(3000, "abc")
            case.steady("a", 20, 0.01)
            case.steady("b", 20, 0.01)
            for source in "ac":
                self.assertIsNotNone(case.pick(source))
            case.pass_time(2 * LIMITS.unreliable_s)
            case.has["a"] = has
            case.read(2000)
            self.assertEqual([source for source, pick in case.hurry() if 2000 in spread(pick)], ["b"])
            self.assertEqual([(source, pick.first) for source, pick in case.hedge()], copied)

    def test_first_after_a_seek_before_the_rest(self) -> None:
        """Of who brings it soonest, however much of what comes after it he was just asked for."""
        case = PickerCase(3000, "abc")
        for source, each in (("a", 0.05), ("b", 0.5), ("c", 0.15)):
            case.steady(source, 20, each)
        case.has["a"], case.room["c"] = Ranges([(0, 1000), (2001, 3000)]), 0
        case.read(2000)
        self.assertEqual([source for source, pick in case.hurry() if 2000 in spread(pick)], ["b"])
        self.assertGreater(len(case.owed["a"]), 4)
        case.has["a"], case.room["c"] = Ranges([(0, 3000)]), 256
        self.assertEqual([(source, pick.first) for source, pick in case.hedge()], [("a", 2000)])

    def test_copies(self) -> None:
        """Never more than so many owe one unit, and none twice."""
        for source in "cdef":
            self.case.join(source)
        for _ in range(100):
            self.case.now += 0.1
            self.case.hedge()
        holders = self.case.picker.holders(0)
        self.assertLessEqual(len(holders), LIMITS.copies)
        for owed in self.case.owed.values():
            self.assertEqual(len(owed), len(set(owed)))

    def test_budget(self) -> None:
        """When it is spent nothing more is copied; what is taken back unsent pays it back."""
        self.case.now = 2 * LIMITS.overdue_s
        copied = sum(pick.count for _, pick in self.case.hedge())
        self.assertLessEqual(copied, LIMITS.hedge_bytes // UNIT + 1)
        self.assertEqual(self.case.hedge(), [])
        self.case.send("b", self.case.owed["b"][0])
        self.case.read(self.case.owed["a"].pop(0))
        self.assertTrue(self.case.picker.refused("a", 0, 1, self.case.now))

    def test_no_memory(self) -> None:
        """None where there is no memory."""
        self.case.now = 2 * LIMITS.overdue_s
        self.assertEqual(self.case.hedge(room=0), [])


class LastTests(SynchronousTestCase):
    """Nothing is free any more."""

    def test_endgame(self) -> None:
        """Who is idle is asked for what the slowest was asked for last, so much at once."""
        case = PickerCase(450)
        case.steady("a", 400, 0.005)
        case.steady("b", 20, 0.5)
        while case.pick("b"):
            pass
        kept = list(case.owed["b"])
        while pick := case.pick("a"):
            for unit in list(case.owed["a"]):
                if unit not in kept:
                    case.now += 0.005
                    case.send("a", unit)
            if set(spread(pick)) & set(kept):
                break
        assert pick is not None
        self.assertIn(kept[-1], spread(pick))
        self.assertLessEqual(pick.count, LIMITS.overdue_units)
        while case.owed["b"]:
            case.refuse("b", case.owed["b"][0])
        self.assertIsNone(case.pick("b"))
