"""What must be here in time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.limits import LIMITS
from p2pstream.swarm.picker import NOW, Pick
from tests.swarm.picker.boards import ROOMY, PickerCase, spread


def asked(picks: list[tuple[Any, Pick]], source: Any) -> set[int]:
    """What one was asked for."""
    return {unit for each, pick in picks if each == source for unit in spread(pick)}


class UrgentTests(SynchronousTestCase):
    def test_near_is_now(self) -> None:
        """The first megabyte before a reader is asked for before all else, in order, its first unit alone."""
        case = PickerCase(sources="a", limits=replace(ROOMY, ask_first_units=100))
        case.read(500)
        picks = [pick for _, pick in case.hurry()]
        self.assertEqual(picks[0], Pick(500, 1, NOW))
        self.assertEqual(picks[1], Pick(501, LIMITS.urgent_units - 1, NOW, picks[1].within))
        self.assertGreater(picks[2].urgency, NOW)
        self.assertEqual([pick.first for pick in picks], sorted(pick.first for pick in picks))

    def test_of_whom_it_comes_soonest(self) -> None:
        """Ten times as fast, most of it; the slow one no unit that it would bring late."""
        case = PickerCase(3000)
        case.steady("a", 400, 0.005)
        case.steady("b", 20, 0.05)
        case.read(case.picker.here.first_missing(0))
        picks = case.hurry()
        self.assertEqual(picks[0][0], "a")
        self.assertGreater(len(asked(picks, "a")), 5 * len(asked(picks, "b")))

    def test_after_a_seek(self) -> None:
        """Of who once answered soonest, however little it sends of what is not urgent."""
        case = PickerCase(3000)
        case.steady("a", 1, 0.1)
        case.steady("a", 5, 2.0)
        case.steady("b", 40, 0.5)
        case.read(2000)
        self.assertEqual(next(source for source, pick in case.hurry() if 2000 in spread(pick)), "a")
        self.assertEqual([(source, pick.first) for source, pick in case.hedge()], [("b", 2000)])

    def test_few_until_the_first_is_here(self) -> None:
        """After a seek so many are asked, and no more, one copy aside; when its first came, all."""
        for most in (3, LIMITS.seek_sources):
            case = PickerCase(3000, "abcdefgh", replace(ROOMY, seek_sources=most))
            self.sought(case, 2000)
            case.hedge()
            case.hurry()
            self.assertEqual(sum(map(bool, case.owed.values())), most + 1)
            holder = case.picker.holders(2000)[0]
            case.send(holder, 2000)
            case.hurry()
            self.assertEqual(sum(map(bool, case.owed.values())), 8)

    def test_all_at_first(self) -> None:
        """Who has only just come asks whoever there is: the few who are quickest are those of all others."""
        case = PickerCase(3000, "abcdefgh", replace(ROOMY, seek_sources=3))
        case.read(0)
        case.hurry()
        self.assertEqual(sum(map(bool, case.owed.values())), 8)

    def sought(self, case: PickerCase, unit: int) -> None:
        """A reader whose first unit is here goes elsewhere; nobody owes anything then."""
        case.read(0)
        case.hurry()
        case.send(case.picker.holders(0)[0], 0)
        for source, units in case.owed.items():
            for each in tuple(units):
                case.refuse(source, each)
        case.read(unit)
        case.hurry()

    def test_who_has_all_is_kept_for_the_rest(self) -> None:
        """What is not due at once comes of who has least, where all bring it in time."""
        case = PickerCase(3000)
        case.steady("a", 200, 0.005)
        case.steady("b", 200, 0.005)
        case.pass_time(LIMITS.picker_tick_s)
        case.has["b"] = Ranges([(0, 600)])
        case.read(case.picker.here.first_missing(0))
        picks = case.hurry()
        self.assertGreater(max(asked(picks, "b"), default=0), max(asked(picks, "a"), default=0))

    def test_no_long_queues(self) -> None:
        """No more of one source than it sends in two seconds; the rest is looked at again."""
        case = PickerCase(3000, "a")
        case.steady("a", 40, 0.2)
        here = case.picker.here.first_missing(0)
        case.read(here)
        self.assertTrue(1 <= len(asked(case.hurry(), "a")) <= LIMITS.queue_s / 0.2 + 1)

    def test_e1_earliest_is_always_asked_for(self) -> None:
        """However slow the only source is."""
        case = PickerCase(3000, "a")
        case.steady("a", 4, 9.0)
        here = case.picker.here.first_missing(0)
        case.read(here)
        self.assertIn(here, asked(case.hurry(), "a"))

    def test_e1_of_who_is_silent(self) -> None:
        """If nobody else has it: what keeps him silent may wait there for what others need."""
        for others, asked_of in ((Ranges([(0, 1000)]), ["a"]), (Ranges([(0, 3000)]), ["b"])):
            case = PickerCase(3000)
            case.has["b"] = others
            for source in "ab":
                case.steady(source, 20, 0.01)
            case.pick("a")
            case.pass_time(2 * LIMITS.unreliable_s)
            case.read(2000)
            self.assertEqual([source for source, pick in case.hurry() if 2000 in spread(pick)], asked_of)

    def test_e1_only_urgent_units_count(self) -> None:
        """What is owed beside them is overtaken: it makes nobody slow."""
        case = PickerCase(3000)
        for source in "ab":
            case.steady(source, 200, 0.01)
        while case.pick("a"):
            pass
        case.read(2000)
        self.assertTrue(asked(case.hurry(), "a"))

    def test_nobody_has_it(self) -> None:
        """What nobody has keeps nothing from being asked for that comes after it."""
        case = PickerCase(3000, "a")
        case.has["a"] = Ranges([(3, 3000)])
        case.read(0)
        self.assertEqual(min(asked(case.hurry(), "a")), 3)

    def test_two_readers(self) -> None:
        """Each has its first units before the others have their second megabyte."""
        case = PickerCase(3000, "a")
        case.read(0, "play")
        case.read(1000, "read")
        picks = case.hurry()
        self.assertEqual({pick.first for _, pick in picks[:2]}, {0, 1000})
        self.assertFalse(case.picker.hurries and case.hurry(room=0))
