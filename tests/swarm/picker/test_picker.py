"""What is asked of whom, told from what happened alone."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from random import Random

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.swarm.picker import LATER, SOON, Pick, Picker, Shelf
from tests.swarm.picker.boards import ROOMY, PickerCase, spread

FIRST = ROOMY.ask_first_units


class PickTests(SynchronousTestCase):
    """Sources that all have all, and nobody who reads."""

    def setUp(self) -> None:
        """A thousand units, and two sources."""
        self.case = PickerCase()

    def test_from_the_start(self) -> None:
        """Without a reader the start comes first; nothing is asked for twice."""
        self.assertEqual(self.case.pick("a"), Pick(0, FIRST, SOON))
        self.assertEqual(self.case.pick("b"), Pick(FIRST, FIRST, SOON))

    def test_first(self) -> None:
        """One that has sent nothing is asked for little: at the bound, not one more; then for twice that."""
        self.case.pick("a")
        self.assertIsNone(self.case.pick("a"))
        self.case.now = 0.001
        self.case.send("a", 0, FIRST)
        self.assertEqual(self.case.pick("a"), Pick(FIRST, 2 * FIRST, SOON))

    def test_opening(self) -> None:
        """So are all together: at the bound, not one more; then for twice that."""
        most = LIMITS.ask_opening_units
        case = PickerCase(sources=map(str, range(3 * most)), limits=LIMITS)
        asked = [source for source in case.has if case.pick(source)]
        self.assertEqual(case.picker.outstanding, most)
        case.now = 0.001
        case.send(asked[0], 0)
        self.assertEqual(sum(pick.count for source in case.has if (pick := case.pick(source))), 2)

    def test_company_is_presumed(self) -> None:
        """Who only copies asks for a place of its own before it knows what others have; no watcher does."""
        for watches in (False, True):
            picker = Picker(1000, Ranges(), Random(7))
            picker.join("a")
            picker.look([("reader", 0)] if watches else [], 0.0)
            pick = picker.pick("a", Shelf(Ranges([(0, 1000)]), 256, True), 256, 0.0)
            self.assertEqual(0 in spread(pick), watches)

    def test_shared(self) -> None:
        """Who watches asks one that has all for what another has when it is due soon, and no unit further.

        What nobody has it is asked for `new_s` ahead, and no unit further, until enough is here.
        """
        many = replace(ROOMY, ask_watched_units=2000)
        case = PickerCase(sources=(), limits=many)
        case.read(0)
        case.join("seed")
        near = ceil(LIMITS.new_s * LIMITS.reader_rate / UNIT)
        case.join("other", Ranges([(0, near - 1), (near, 999)]))
        case.picker._spread.look(case.shelves)
        case.room["seed"] = 3000
        soon = ceil(LIMITS.shared_s * LIMITS.reader_rate / UNIT)
        self.assertEqual(_all_of_seed(case), {*range(soon), near - 1})
        enough = ceil(LIMITS.rare_s * LIMITS.reader_rate / UNIT)
        case.send("seed", 0, soon)
        case.picker.proven(soon, [True] * (enough - 1 - soon))
        self.assertEqual(_all_of_seed(case), set())
        case.picker.proven(enough - 1, [True])
        self.assertEqual(_all_of_seed(case), {999})

    def test_watched(self) -> None:
        """One that has sent nothing is asked for less by who watches: at the bound, not one more."""
        case = PickerCase(sources=(), limits=replace(ROOMY, ask_watched_units=LIMITS.ask_watched_units))
        case.read(0)
        case.join("a")
        asked = spread(case.pick("a")) | spread(case.pick("a"))
        self.assertEqual(len(asked), LIMITS.ask_watched_units)

    def test_only_what_it_has(self) -> None:
        """A source is asked for what it has, up to the first that it has not."""
        self.case.has["a"] = Ranges([(3, 5), (8, 1000)])
        self.assertEqual(self.case.pick("a"), Pick(3, 2, SOON))
        self.assertEqual(self.case.pick("a"), Pick(8, 2, SOON))
        self.case.has["b"] = Ranges([(3, 5)])
        self.assertIsNone(self.case.pick("b"))

    def test_room(self) -> None:
        """No more than there is credit for, or memory."""
        self.case.room["a"] = 0
        self.assertIsNone(self.case.pick("a"))
        self.case.room["a"] = 1
        self.assertEqual(self.case.pick("a"), Pick(0, 1, SOON))
        self.assertEqual(self.case.pick("b", room=2), Pick(1, 2, SOON))

    def test_left(self) -> None:
        """What a source that is gone was asked for is free again."""
        self.case.pick("a")
        self.case.picker.leave("a")
        self.assertEqual(self.case.pick("b"), Pick(0, FIRST, SOON))
        self.assertEqual(self.case.picker.outstanding, FIRST)

    def test_refused_and_spoilt(self) -> None:
        """So is what is refused, and what is not what its hash says."""
        self.case.pick("a")
        self.assertFalse(self.case.refuse("a", 1))
        self.case.room["b"] = 1
        self.assertEqual(self.case.pick("b"), Pick(1, 1, SOON))
        self.case.picker.arrived("a", 2, 2, 0.0)
        self.case.picker.proven(2, [True, False])
        self.case.join("c")
        self.assertEqual(self.case.pick("c"), Pick(3, FIRST, SOON))
        self.assertTrue(self.case.picker.is_here(2, 1))

    def test_many_at_a_time(self) -> None:
        """One that owes enough is asked again when that is worth a request."""
        least = LIMITS.ask_again_units
        case = PickerCase(limits=replace(ROOMY, ask_first_units=4 * least, ask_units=1000))
        case.pick("a", least)
        self.assertIsNone(case.pick("a", least - 1))
        self.assertEqual(case.pick("a", least), Pick(least, least, SOON))

    def test_a_third_at_a_time(self) -> None:
        """One that owes something is asked again for a third of what it may owe, else for any number."""
        case = PickerCase(limits=replace(ROOMY, ask_first_units=12))
        case.pick("a", 6)
        self.assertIsNone(case.pick("a", 3))
        self.assertEqual(case.pick("a", 4), Pick(6, 4, SOON))
        self.assertEqual(case.pick("b", 1), Pick(10, 1, SOON))

    def test_fast_and_slow(self) -> None:
        """Ten times the rate, ten times the units."""
        owed = []
        for each in (0.05, 0.005):
            case = PickerCase(100_000, "a", replace(ROOMY, ask_again_units=0))
            case.steady("a", round(20 / each), each)
            case.room["a"] = 1000
            while case.pick("a", 1000):
                pass
            owed.append(len(case.owed["a"]))
        self.assertTrue(9 <= owed[1] / owed[0] <= 11, owed)
        self.assertTrue(0.8 <= owed[0] * 0.05 / LIMITS.ask_ahead_s <= 1.2, owed)

    def test_memory_is_shared(self) -> None:
        """Two that together could send more than there is memory for leave each other half of it."""
        case = PickerCase(100_000, "ab", replace(ROOMY, ask_again_units=0))
        for source in "ab":
            case.room[source] = 1000
            case.steady(source, 3000, 0.001)
        case.pass_time(LIMITS.picker_tick_s)
        while case.pick("a", 256):
            pass
        self.assertTrue(100 <= len(case.owed["a"]) <= 156, len(case.owed["a"]))


class ReaderTests(SynchronousTestCase):
    """Beside what is urgent."""

    def test_window_then_rest(self) -> None:
        """What comes soon, then what is behind that, then, whenever there is time, what was passed."""
        case = PickerCase(2000, "a", replace(ROOMY, ask_first_units=3000, ask_units=3000, reserve_units=0))
        case.room["a"] = 3000
        case.read(500)
        window = next(iter(case.picker._board.demands.zones())).window
        urgency = {pick.first: pick.urgency for _ in range(3) if (pick := case.pick("a", 3000))}
        self.assertEqual(urgency, {500: SOON, window: LATER, 0: LATER})

    def test_room_is_kept_for_a_seek(self) -> None:
        """However much may be asked for, some is left: for what becomes urgent."""
        case = PickerCase(2000, "a", replace(ROOMY, ask_first_units=60, ask_again_units=0))
        case.read(0)
        case.room["a"] = 20
        while case.pick("a"):
            pass
        self.assertEqual(case.room["a"], LIMITS.reserve_units)

    def test_slow_one_is_not_asked_for_what_comes_first(self) -> None:
        """What a reader needs before a slow source would bring it is left to others."""
        case = PickerCase(3000)
        case.steady("a", 400, 0.005)
        case.steady("b", 20, 0.5)
        case.pass_time(LIMITS.picker_tick_s)
        here = case.picker.here.first_missing(0)
        case.read(here)
        pick = case.pick("b")
        assert pick is not None
        due = (pick.first - here) * UNIT / LIMITS.reader_rate
        self.assertGreaterEqual(due, 0.5)

    def test_evicted(self) -> None:
        """What was thrown away may be asked for again; what there is no room for is not asked for."""
        case = PickerCase(3000, "a")
        case.steady("a", 10, 0.01)
        case.picker.wanted = Ranges([(2, 30)])
        case.read(2)
        case.picker.evicted(3, 2)
        self.assertEqual(spread(case.hurry()[0][1]) & {3, 4}, {3, 4})
        while case.owed["a"]:
            case.now += 0.001
            case.send("a", case.owed["a"][0])
            case.pick("a")
        self.assertFalse(case.picker.hurries)
        self.assertEqual(case.picker.here, Ranges([(0, 30)]))

    def test_strays(self) -> None:
        """After a seek what nobody needs soon is taken back, and that is nobody's fault."""
        case = PickerCase(3000, "a")
        case.read(0)
        case.hurry()
        before = set(case.owed["a"])
        self.assertTrue(case.read(2000))
        strays = {unit for _, first, count in case.picker.strays() for unit in range(first, first + count)}
        self.assertEqual(strays, before)
        self.assertTrue(case.refuse("a", 0))


class BarrenTests(SynchronousTestCase):
    """Of a source that has nothing that is free nothing is looked for until that may be otherwise."""

    def setUp(self) -> None:
        """One has two units only, which another was asked for."""
        self.case = PickerCase(40, "a")
        self.case.join("b", Ranges([(0, 2)]))
        self.assertEqual(spread(self.case.pick("a")), {0, 1, 2, 3})
        self.assertIsNone(self.case.pick("b"))

    def test_freed(self) -> None:
        """What the other refuses is asked of it."""
        self.case.refuse("a", 0)
        self.assertEqual(spread(self.case.pick("b")), {0})

    def test_more(self) -> None:
        """It is asked for what it has since then."""
        self.case.has["b"] = Ranges([(0, 6)])
        self.assertEqual(spread(self.case.pick("b")), {4, 5})


def _all_of_seed(case: PickerCase) -> set[int]:
    asked = set[int]()
    while pick := case.pick("seed", 3000):
        asked |= spread(pick)
    return asked
