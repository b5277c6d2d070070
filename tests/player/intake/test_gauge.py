from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.intake.gauge import Gauge
from tests import strategies as profile  # noqa: F401


class GaugeTests(SynchronousTestCase):
    def test_from_empty(self) -> None:
        """From a jump on, what was read and not decoded is held."""
        gauge = Gauge(1000)
        gauge.empty(0, 0)
        self.assertEqual(gauge.read(600, 100, True), 500)

    def test_full(self) -> None:
        """A reader that asks for nothing in two looks is full, whatever the sum says."""
        gauge = Gauge(1000)
        gauge.read(5000, 4500, False)
        self.assertEqual(gauge.read(5000, 4500, False), 1000)
        self.assertEqual(gauge.read(5000, 4900, True), 600)

    def test_framing_does_not_add_up(self) -> None:
        """Bytes that are read and never decoded are forgotten each time it is full."""
        gauge = Gauge(1000)
        taken = decoded = 0
        for _ in range(50):
            taken, decoded = taken + 1000, decoded + 950
            gauge.read(taken, decoded, False)
            gauge.read(taken, decoded, False)
        self.assertEqual(gauge.read(taken, decoded + 900, True), 100)

    def test_never_more_than_its_room(self) -> None:
        """A header of many megabytes is not taken for film in hand for long."""
        gauge = Gauge(1000)
        self.assertEqual(gauge.read(9000, 0, True), 1000)
        self.assertEqual(gauge.read(9000, 700, True), 300)

    @given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000), st.booleans()), max_size=30))
    def test_bounds(self, steps: list[tuple[int, int, bool]]) -> None:
        """Whatever happens it is between empty and full."""
        gauge, taken, decoded = Gauge(1000), 0, 0
        for more, used, reading in steps:
            taken, decoded = taken + more, decoded + used
            self.assertIn(gauge.read(taken, decoded, reading), range(1001))
