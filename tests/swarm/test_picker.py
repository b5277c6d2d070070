"""What is asked of whom, told from what happened alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.ranges import Ranges
from p2pstream.limits import LIMITS
from p2pstream.swarm.picker import NOW, SOON, Pick, Picker

ALL = Ranges([(0, 1000)])
#: One source is asked for as much as one likes, at once.
EAGER = replace(LIMITS, ask_first_units=1000, ask_units=1000)


class PickTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A thousand units, and two sources."""
        self.picker = Picker(1000, Ranges(), EAGER)
        self.picker.join("a")
        self.picker.join("b")

    def test_from_the_start(self) -> None:
        """Without a reader the start comes first; nothing is asked for twice."""
        self.assertEqual(self.picker.pick("a", ALL, 10, (), 0.0), Pick(0, 10, SOON))
        self.assertEqual(self.picker.pick("b", ALL, 10, (), 0.0), Pick(10, 10, SOON))

    def test_from_the_nearest_reader(self) -> None:
        """What a reader needs next is urgent; what comes later is not; then the rest."""
        urgent = LIMITS.urgent_units
        self.assertEqual(self.picker.pick("a", ALL, 100, (500, 900), 0.0), Pick(500, urgent, NOW))
        self.assertEqual(self.picker.pick("a", ALL, 100, (500, 900), 0.0), Pick(900, urgent, NOW))
        self.assertEqual(self.picker.pick("a", ALL, 1000, (500, 900), 0.0), Pick(516, 384, SOON))
        self.assertEqual(self.picker.pick("a", ALL, 1000, (500, 900), 0.0), Pick(916, 84, SOON))
        self.assertEqual(self.picker.pick("a", ALL, 1000, (500, 900), 0.0), Pick(0, 500, SOON))
        self.assertIsNone(self.picker.pick("a", ALL, 1000, (500, 900), 0.0))

    def test_only_what_it_has(self) -> None:
        """A source is asked for what it has, up to the first that it has not."""
        has = Ranges([(3, 5), (8, 1000)])
        self.assertEqual(self.picker.pick("a", has, 10, (), 0.0), Pick(3, 2, SOON))
        self.assertEqual(self.picker.pick("a", has, 10, (), 0.0), Pick(8, 10, SOON))
        self.assertIsNone(self.picker.pick("a", Ranges([(3, 5)]), 10, (), 0.0))
        self.assertIsNone(self.picker.pick("a", Ranges([(1000, 1001)]), 10, (), 0.0))

    def test_room(self) -> None:
        """No more than there is credit for."""
        self.assertIsNone(self.picker.pick("a", ALL, 0, (), 0.0))
        self.assertEqual(self.picker.pick("a", ALL, 1, (), 0.0), Pick(0, 1, SOON))

    def test_left(self) -> None:
        """What a source that is gone was asked for is free again."""
        self.picker.pick("a", ALL, 10, (), 0.0)
        self.picker.leave("a")
        self.assertEqual(self.picker.pick("b", ALL, 4, (), 0.0), Pick(0, 4, SOON))
        self.assertEqual(self.picker.outstanding, 4)

    def test_refused_and_spoilt(self) -> None:
        """So is what is refused, and what is not what its hash says."""
        self.picker.pick("a", ALL, 10, (), 0.0)
        self.picker.refused("a", 2, 3)
        self.assertEqual(self.picker.pick("b", ALL, 10, (), 0.0), Pick(2, 3, SOON))
        self.picker.arrived("a", 5, 4, 0.0)
        self.assertEqual(self.picker.pick("b", ALL, 1, (), 0.0), Pick(10, 1, SOON))
        self.picker.proven(5, [True, False, False, True])
        self.assertEqual(self.picker.pick("b", ALL, 10, (), 0.0), Pick(6, 2, SOON))
        self.assertTrue(self.picker.is_here(5, 1) and self.picker.is_here(8, 1))

    def test_evicted(self) -> None:
        """What was thrown away may be asked for again."""
        picker = Picker(4, Ranges([(0, 4)]))
        self.assertTrue(picker.complete)
        picker.evicted(1, 2)
        picker.join("a")
        self.assertFalse(picker.complete)
        self.assertEqual(picker.pick("a", ALL, 9, (), 0.0), Pick(1, 2, SOON))


class PaceTests(SynchronousTestCase):
    """A source is asked for what it sends in a moment."""

    def test_first(self) -> None:
        """One that has sent nothing is asked for little: at the bound, and not one more."""
        picker = Picker(1000, Ranges())
        picker.join("a")
        self.assertEqual(picker.pick("a", ALL, 99, (), 0.0), Pick(0, LIMITS.ask_first_units, SOON))
        self.assertIsNone(picker.pick("a", ALL, 99, (), 0.0))

    def test_many_at_a_time(self) -> None:
        """One that owes enough is asked again when that is worth a request, or for a reader at once."""
        least = LIMITS.ask_again_units
        picker = Picker(1000, Ranges(), EAGER)
        picker.join("a")
        picker.pick("a", ALL, least - 1, (), 0.0)
        self.assertEqual(picker.pick("a", ALL, 1, (), 0.0), Pick(least - 1, 1, SOON))
        self.assertIsNone(picker.pick("a", ALL, least - 1, (), 0.0))
        self.assertEqual(picker.pick("a", ALL, 1, (900,), 0.0), Pick(900, 1, NOW))
        self.assertEqual(picker.pick("a", ALL, least, (), 0.0), Pick(least, least, SOON))

    def test_fast_and_slow(self) -> None:
        """Ten times the rate, ten times the units; one request is bounded, too."""
        depths = []
        for each in (20, 200):
            picker = Picker(100_000, Ranges(), replace(LIMITS, ask_again_units=0))
            picker.join("a")
            now = 0.0
            while now < 3.0:
                picker.arrived("a", 0, each // 10, now)
                now += 0.1
            depth = 0
            while (pick := picker.pick("a", Ranges([(0, 99_999)]), 9999, (), now)) is not None:
                self.assertLessEqual(pick.count, LIMITS.ask_units)
                depth += pick.count
            depths.append(depth)
        self.assertEqual(depths[1] // depths[0], 10)
        self.assertTrue(0.8 <= depths[0] / (20 * LIMITS.ask_ahead_s) <= 1.2, depths)


class AgainTests(SynchronousTestCase):
    """What a reader waits for too long is asked for elsewhere, too."""

    def setUp(self) -> None:
        """One source holds the first four units."""
        self.picker = Picker(100, Ranges())
        for source in "abc":
            self.picker.join(source)
        self.picker.pick("a", ALL, 4, (0,), 0.0)

    def test_when_overdue(self) -> None:
        """Not a moment before; of another source only; of so many and no more."""
        late = LIMITS.overdue_s
        self.assertIsNone(self.picker.pick_again("b", ALL, 1, (0,), late - 0.01))
        self.assertIsNone(self.picker.pick_again("a", ALL, 1, (0,), late))
        self.assertIsNone(self.picker.pick_again("b", Ranges([(1, 9)]), 9, (0,), late))
        self.assertEqual(self.picker.pick_again("b", ALL, 1, (0,), late), Pick(0, 1, NOW))
        self.assertIsNone(self.picker.pick_again("c", ALL, 1, (0,), 2 * late))
        self.assertEqual(self.picker.holders(0), ["a", "b"])

    def test_one_answer_is_enough(self) -> None:
        """While it is proven it is not free, and the other's refusal does not free it."""
        self.picker.pick_again("b", ALL, 1, (0,), 1.0)
        self.picker.arrived("b", 0, 1, 1.0)
        self.picker.refused("a", 0, 1)
        self.assertEqual(self.picker.pick("c", ALL, 1, (0,), 1.0), Pick(4, 1, NOW))

    def test_nobody_waits(self) -> None:
        """A unit that no reader waits for is nobody's hurry, as long as there is something else to do."""
        self.assertIsNone(self.picker.pick_again("b", ALL, 9, (), 9.0))
        self.assertIsNone(self.picker.pick_again("b", ALL, 9, (50,), 9.0))

    def test_nothing_else_is_left(self) -> None:
        """Then it is asked of whoever owes nothing: so many at once, and what that one has."""
        self.picker.pick("b", ALL, 8, (), 0.0)
        few, late = Ranges([(0, 6)]), LIMITS.overdue_s
        self.assertIsNone(self.picker.pick_again("b", few, 9, (), late))
        self.assertIsNone(self.picker.pick_again("c", few, 9, (), late - 0.01))
        self.assertIsNone(self.picker.pick_again("c", few, 0, (), late))
        self.assertEqual(self.picker.pick_again("c", few, 9, (), late), Pick(0, LIMITS.overdue_units, NOW))
        self.assertIsNone(self.picker.pick_again("c", few, 9, (), 2 * late))
        self.picker.join("d")
        self.assertEqual(self.picker.pick_again("d", Ranges([(2, 6)]), 3, (), late), Pick(4, 2, NOW))

    def test_kept_though_another_sent_it(self) -> None:
        """What is here, or being proven, is not asked for again, whoever still owes it."""
        few, late = Ranges([(0, 4)]), LIMITS.overdue_s
        self.picker.pick_again("c", few, 2, (), late)
        self.picker.arrived("c", 0, 2, late)
        self.picker.proven(0, [True])
        self.assertEqual(self.picker.pick_again("c", few, 9, (), 2 * late), Pick(2, 2, NOW))

    def test_kept_for_ever(self) -> None:
        """As many as may be asked at once keep it: after a while others are asked all the same."""
        late, kept = LIMITS.overdue_s, LIMITS.overdue_s + LIMITS.copy_s
        self.picker.pick_again("b", ALL, 1, (0,), late)
        self.assertIsNone(self.picker.pick_again("c", ALL, 1, (0,), LIMITS.copy_s - 0.01))
        self.assertEqual(self.picker.pick_again("c", ALL, 1, (0,), LIMITS.copy_s), Pick(0, 1, NOW))
        self.picker.join("d")
        self.assertIsNone(self.picker.pick_again("d", ALL, 1, (0,), kept - 0.01))
        self.assertEqual(self.picker.pick_again("d", ALL, 1, (0,), kept), Pick(0, 1, NOW))

    def test_owes(self) -> None:
        """As long as the first of what it was asked for has not come."""
        self.assertEqual((self.picker.owes("a", 7.0), self.picker.owes("b", 7.0)), (7.0, 0.0))
        self.picker.pick("a", ALL, 1, (), 5.0)
        self.picker.arrived("a", 0, 4, 6.0)
        self.assertEqual(self.picker.owes("a", 7.0), 0.0)

    def test_fastest(self) -> None:
        """Who sends most; of those who send nothing, who keeps nothing."""
        self.picker.pick("c", ALL, 1, (), 0.0)
        self.picker.arrived("c", 4, 1, 1.0)
        self.assertEqual(self.picker.fastest(1.0), ["c", "b", "a"])


class Model:
    """Three sources, and who was asked for what, kept as plain sets beside the picker."""

    has = Ranges([(0, 40)])

    def __init__(self, case: SynchronousTestCase, readers: list[int]) -> None:
        self.case = case
        self.readers = readers
        self.picker = Picker(40, Ranges(), EAGER)
        self.asked: list[set[int]] = [set(), set(), set()]
        self.here: set[int] = set()
        for number in range(3):
            self.picker.join(number)

    def pick(self, number: int, count: int, now: float) -> None:
        """What is picked is nobody's, and not here."""
        units = spread(self.picker.pick(number, self.has, count, self.readers, now))
        self.case.assertFalse(units & self.here.union(*self.asked))
        self.asked[number] |= units

    def again(self, number: int, count: int, now: float) -> None:
        """What is picked again is somebody else's, and not here."""
        units = spread(self.picker.pick_again(number, self.has, count, self.readers, now))
        self.case.assertFalse(units & (self.here | self.asked[number]))
        self.asked[number] |= units

    def arrive(self, number: int, count: int, now: float) -> None:
        """The first that was asked comes, and is right when the count is even."""
        for unit in sorted(self.asked[number])[:1]:
            self.picker.arrived(number, unit, 1, now)
            self.picker.proven(unit, [count % 2 == 0])
            self.asked[number].discard(unit)
            self.here |= {unit} if count % 2 == 0 else set()

    def refuse(self, number: int, count: int, now: float) -> None:
        """The first that was asked will not come."""
        for unit in sorted(self.asked[number])[:1]:
            self.picker.refused(number, unit, 1)
            self.asked[number].discard(unit)

    def leave(self, number: int, count: int, now: float) -> None:
        """One goes, and comes back with nothing."""
        self.picker.leave(number)
        self.picker.join(number)
        self.asked[number] = set()


def spread(pick: Pick | None) -> set[int]:
    """The units of a pick."""
    return set(range(pick.first, pick.first + pick.count)) if pick else set()


moves = st.tuples(
    st.sampled_from([Model.pick, Model.again, Model.arrive, Model.refuse, Model.leave]),
    st.integers(0, 2),
    st.integers(1, 9),
)


class ModelTests(SynchronousTestCase):
    @given(st.lists(moves, max_size=60), st.lists(st.integers(0, 39), max_size=2))
    def test_every_unit_in_one_place(self, steps: list[tuple[Any, int, int]], readers: list[int]) -> None:
        """Whatever happens: no unit is lost, none is asked of one source twice, and all can be had."""
        model = Model(self, readers)
        for now, (move, number, count) in enumerate(steps):
            move(model, number, count, float(now))
            self.assertEqual(model.picker.outstanding, sum(map(len, model.asked)))
        for number in range(3):
            model.leave(number, 0, 0.0)
        before = None
        while before != model.asked[0]:
            before = set(model.asked[0])
            model.pick(0, 99, 1e6)
        self.assertEqual(model.here | model.asked[0], set(range(40)))
