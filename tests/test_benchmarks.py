"""What benchmarks reckon from what they saw."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from benchmarks.measuring.turns import lateness
from tests import strategies

assert strategies

TURNS = st.lists(st.floats(0.001, 0.1), max_size=30)


class LatenessTests(SynchronousTestCase):
    """How late a reactor is, by how long its turns are."""

    def test_known(self) -> None:
        """Of turns of 20 and 10 ms in ten seconds whoever comes is late by more than 10 ms in 10 of them."""
        self.assertAlmostEqual(lateness([0.010, 0.020], 10.0), 0.010)
        self.assertAlmostEqual(lateness([0.020, 0.020], 10.0), 0.015)

    def test_nothing(self) -> None:
        """Without long turns, or with few in a long time, it is not late."""
        self.assertEqual(lateness([], 10.0), 0.0)
        self.assertEqual(lateness([0.005], 10.0), 0.0)

    @given(TURNS, st.floats(0.1, 100.0))
    def test_a_thousandth_is_later(self, turns: list[float], seconds: float) -> None:
        """In no more than a thousandth of the time, and, if it is late at all, in no less."""
        late = lateness(turns, seconds)
        later = sum(max(0.0, turn - late) for turn in turns)
        self.assertLessEqual(later, seconds / 1000 + 1e-9)
        if late:
            self.assertAlmostEqual(later, seconds / 1000)
