"""What goes through."""

from __future__ import annotations

from math import exp

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.transport.turns.throughput import Throughput
from tests import strategies  # noqa: F401  (loads the profile)


class ThroughputTests(SynchronousTestCase):
    """Windows of one second, and a memory of ten."""

    def setUp(self) -> None:
        """Nothing went yet."""
        self.through = Throughput(1.0, 10.0, 400, 0.0)

    def send(self, *rates: int, since: float = 0.0) -> None:
        """So much in each second, in tenths."""
        for second, rate in enumerate(rates):
            for tenth in range(10):
                self.through.add(rate // 10, since + second + tenth / 10)

    def test_nothing_is_known(self) -> None:
        """Before two windows have passed."""
        self.assertEqual(self.through.most(0.0), 0.0)
        self.send(1000)
        self.assertEqual(self.through.most(1.5), 0.0)

    def test_the_most(self) -> None:
        """What went in two windows that follow each other; what fills a buffer does not count."""
        self.send(500, 500, 9000, 500, 500, 500)
        self.assertApproximates(self.through.most(5.0), 500, 5)
        self.send(800, 800, 800, since=6.0)
        self.assertApproximates(self.through.most(9.0), 800, 80)

    def test_little(self) -> None:
        """It is measured over a longer while: single pieces are no rate."""
        for second in range(0, 40, 2):
            self.through.add(200, float(second))
            if second:
                self.assertLessEqual(self.through.most(float(second)), 150)
        self.assertApproximates(self.through.most(40.0), 100, 50)

    def test_it_fades(self) -> None:
        """To a third in ten seconds, when nothing goes."""
        self.send(500, 500, 500)
        known = self.through.most(3.0)
        self.assertApproximates(self.through.most(13.0) / known, exp(-1), 0.05)

    @given(st.lists(st.tuples(st.floats(0, 3), st.integers(0, 10_000)), max_size=50))
    def test_never_more_than_went(self, steps: list[tuple[float, int]]) -> None:
        """Of all that went, none of it counts twice."""
        through, now, total = Throughput(1.0, 10.0, 400, 0.0), 0.0, 0
        for spent, count in steps:
            now, total = now + spent, total + count
            through.add(count, now)
            self.assertLessEqual(through.most(now), total)
