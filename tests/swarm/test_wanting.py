"""What sources are told of whoever watches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.swarm.wanting import Wanting
from tests import strategies  # noqa: F401  (loads the profile)

RATE = 500_000


class WantingTests(SynchronousTestCase):
    """Somebody watches at 4 Mb/s."""

    def setUp(self) -> None:
        """He begins."""
        self.wanting = Wanting()

    def told(self, rate: float, position: float, now: float) -> tuple[int, int] | None:
        """What is told then, if anything is."""
        return self.wanting.at(now) if self.wanting.look(rate, int(position), now) else None

    def test_nobody_watches(self) -> None:
        """Nothing is told."""
        self.assertEqual([self.told(0, 0, now) for now in range(100)], [None] * 100)
        self.assertEqual(self.wanting.at(100.0), (0, 0))

    def test_it_goes_on(self) -> None:
        """Who was told once counts on; who comes later is told what the others believe."""
        self.assertEqual(self.told(RATE, 10 * UNIT, 5.0), (RATE, 10))
        for tenths in range(600):
            self.assertIsNone(self.told(RATE, 10 * UNIT + RATE * tenths / 10, 5.0 + tenths / 10))
        self.assertEqual(self.wanting.at(65.0), (RATE, 10 + 60 * RATE // UNIT))

    def test_it_stands_still(self) -> None:
        """It is told when they are wrong by a second, and again after each second."""
        self.told(RATE, 0, 5.0)
        moments = [tenths for tenths in range(51) if self.told(RATE, 0, 5.0 + tenths / 10)]
        self.assertEqual(moments, [10, 20, 30, 40, 50])

    def test_wrong_at_the_bound(self) -> None:
        """By a second it is told, by less not; of the rate by more than a quarter."""
        for position, rate, tells in (
            (RATE * LIMITS.want_s, RATE, True),
            (RATE * LIMITS.want_s - 1, RATE, False),
            (0, RATE * (1 + LIMITS.want_part), False),
            (0, RATE * (1 + LIMITS.want_part) + 1, True),
            (0, RATE * (1 - LIMITS.want_part), False),
            (0, RATE * (1 - LIMITS.want_part) - 1, True),
        ):
            self.setUp()
            self.told(RATE, 0, 0.0)
            expected = RATE * LIMITS.want_s
            self.assertIs(self.told(rate, expected + position, LIMITS.want_s) is not None, tells)

    def test_a_seek(self) -> None:
        """It is told at once, and so is its end."""
        self.told(RATE, 0, 5.0)
        self.assertEqual(self.told(RATE, 100 * UNIT, 5.01), (RATE, 100))
        self.assertEqual(self.told(0, 0, 5.02), (0, 0))
        self.assertIsNone(self.told(0, 0, 5.03))

    @given(st.lists(st.tuples(st.floats(0, 3), st.just(0.0) | st.floats(1, 1e7), st.integers(0, 2**40))))
    def test_never_for_long(self, looks: list[tuple[float, float, int]]) -> None:
        """Whatever happens, they are not wrong by a second for longer than that."""
        wanting, now = Wanting(), 0.0
        for spent, rate, position in looks:
            now += spent
            wanting.look(rate, position, now)
            now += LIMITS.want_s
            wanting.look(rate, position, now)
            said, unit = wanting.at(now)
            self.assertIs(rate > 0, said > 0)
            if rate:
                self.assertLessEqual(abs(unit - position // UNIT), 1 + 2 * rate * LIMITS.want_s / UNIT)
