"""Whatever happens, in whatever order: what must always hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.swarm.picker import Pick
from tests.swarm.picker.boards import PickerCase, spread

UNITS = 60
SOURCES = 3


class Model:
    """Three sources and two readers, and who was asked for what, as plain sets beside the picker."""

    def __init__(self, case: SynchronousTestCase) -> None:
        self.test = case
        self.case = PickerCase(UNITS, range(SOURCES))  # type: ignore[arg-type]
        self.here = set[int]()
        self.copied = 0

    def asked(self, picks: list[tuple[Any, Pick]], before: dict[Any, set[int]]) -> None:
        """None is asked twice of one source, nor when it is here, nor of one that has no room for it."""
        for source, pick in picks:
            units = spread(pick)
            self.test.assertFalse(units & (before[source] | self.here))
            before[source] |= units
            self.test.assertGreaterEqual(self.case.room[source], 0)

    @property
    def owed(self) -> dict[Any, set[int]]:
        """What each owes."""
        return {source: set(owed) for source, owed in self.case.owed.items()}

    def fill(self, number: int, count: int) -> None:
        """As an event does it."""
        before = self.owed
        picks = self.case.hurry() if self.case.picker.hurries else []
        pick = self.case.pick(number, room=4 * count)
        self.asked([*picks, *([(number, pick)] if pick else [])], before)

    def hedge(self, number: int, count: int) -> None:
        """As a tick does it; copies stay within the budget."""
        before = self.owed
        picks = self.case.hedge()
        self.asked(picks, before)
        self.copied += sum(pick.count for _, pick in picks)
        gained = LIMITS.hedge_bytes + LIMITS.hedge_rate * self.case.now
        gained += LIMITS.hedge_part * UNIT * len(self.here)
        self.test.assertLessEqual(self.copied * UNIT, gained + self.paid_back * UNIT)

    paid_back = 0

    def arrive(self, number: int, count: int) -> None:
        """Some unit that was asked for comes, and is right when the count is even; who owes it is told."""
        owed = self.case.owed[number]
        if owed:
            unit, good = owed[count % len(owed)], count % 2 == 0
            self.case._answered(number, unit, 1)
            self.case.picker.arrived(number, unit, 1, self.case.now)
            self.case.picker.proven(unit, [good])
            self.here |= {unit} if good else set()
            for holder in self.case.picker.holders(unit) if good else []:
                self.paid_back += 1
                self.case.refuse(holder, unit)

    def refuse(self, number: int, count: int) -> None:
        """Some unit will not come."""
        owed = self.case.owed[number]
        if owed:
            self.case.refuse(number, owed[count % len(owed)])

    def leave(self, number: int, count: int) -> None:
        """One goes, and comes back."""
        self.case.picker.leave(number)
        self.case.join(number)

    def read(self, number: int, count: int) -> None:
        """A reader goes on, or elsewhere."""
        self.case.read(min(UNITS - 1, number * count * 3), f"reader {count % 2}")

    def wait(self, number: int, count: int) -> None:
        """Time passes."""
        self.case.pass_time(0.1 * count * number)


MOVES: list[Callable[[Model, int, int], None]] = [
    Model.fill, Model.fill, Model.hedge, Model.arrive, Model.arrive, Model.refuse, Model.leave, Model.read,
    Model.wait,
]  # fmt: skip
moves = st.tuples(st.sampled_from(MOVES), st.integers(0, SOURCES - 1), st.integers(1, 9))


class ModelTests(SynchronousTestCase):
    @given(st.lists(moves, max_size=60))
    def test_whatever_happens(self, steps: list[tuple[Any, int, int]]) -> None:
        """None is lost, or asked twice of one source; copies stay within budget; in the end all is here."""
        model = Model(self)
        for move, number, count in steps:
            move(model, number, count)
            owed = sum(map(len, model.case.owed.values()))
            self.assertEqual(model.case.picker.outstanding, owed)
            self.assertEqual(model.case.picker.here, Ranges((unit, unit + 1) for unit in sorted(model.here)))
        self.earliest_is_asked_for(model)
        for _ in range(40 * UNITS):
            if model.case.picker.complete:
                return
            for number in range(SOURCES):
                model.fill(number, 9)
                model.arrive(number, 2)
            model.case.pass_time(LIMITS.picker_tick_s)
        self.fail(f"never whole: {model.case.picker.here}")

    def earliest_is_asked_for(self, model: Model) -> None:
        """E1: what a reader needs first is on its way, where anybody has it."""
        model.wait(1, 9)
        if model.case.picker.hurries:
            before = model.owed
            model.asked(model.case.hurry(), before)
        for unit in model.case.readers.values():
            first = model.case.picker.here.first_missing(unit // UNIT)
            if first < UNITS and all(room > 0 for room in model.case.room.values()):
                self.assertTrue(model.case.picker.holders(first), (first, model.case.owed))
