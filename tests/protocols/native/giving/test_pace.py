"""How long a run of units may be."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.protocols.native.giving.pace import Pace


class PaceTests(SynchronousTestCase):
    """What a connection sends in 50 ms goes into one frame."""

    def setUp(self) -> None:
        """One that has sent nothing yet."""
        self.pace = Pace(LIMITS)
        self.now = 100.0

    def send(self, units: int, seconds: float) -> None:
        """Send them, which takes so long."""
        self.pace.run(False, self.now)
        self.now += seconds
        self.pace.sent(units, self.now)

    def run_now(self, urgent: bool = False) -> int:
        """The most units of the next one."""
        return self.pace.run(urgent, self.now)

    def test_the_first(self) -> None:
        """Nothing is known yet: one unit."""
        self.assertEqual(self.run_now(), 1)

    def test_a_fast_one(self) -> None:
        """It grows to the longest there is; an urgent one is shorter."""
        lengths = []
        for _ in range(8):
            lengths.append(self.run_now())
            self.send(lengths[-1], 0.001)
        self.assertEqual(lengths, [1, 1, 2, 4, 8, 16, 32, 64])
        self.assertEqual(self.run_now(urgent=True), LIMITS.native_urgent_run_units)

    def test_a_slow_one(self) -> None:
        """A unit that takes longer than the moment goes alone; of those that take half of it two do."""
        for _ in range(5):
            self.send(1, LIMITS.native_run_s * 2)
            self.assertEqual(self.run_now(), 1)
        for _ in range(5):
            self.send(1, LIMITS.native_run_s / 2)
        self.assertEqual(self.run_now(), 2)

    def test_in_between(self) -> None:
        """Ten milliseconds each: five or six fit."""
        for _ in range(20):
            self.send(1, 0.01)
        self.assertIn(self.run_now(), (5, 6))

    def test_a_pause(self) -> None:
        """In which nothing was asked for says nothing of how fast it is."""
        for _ in range(10):
            self.send(8, 0.001)
        self.now += 60.0
        self.assertEqual(self.run_now(), 64)
        self.send(8, 0.001)
        self.assertEqual(self.run_now(), 64)

    def test_it_became_slow(self) -> None:
        """The next runs show it."""
        for _ in range(5):
            self.send(16, 0.001)
        self.send(16, 2.0)
        self.assertEqual(self.run_now(), 1)
        self.send(1, 0.001)
        self.assertEqual(self.run_now(), 1)

    def test_it_became_fast(self) -> None:
        """As soon as what was slow is a moment ago."""
        self.send(1, 2.0)
        lengths = []
        for _ in range(6):
            lengths.append(self.run_now())
            self.send(lengths[-1], 0.02)
        self.assertEqual(lengths[:3], [1, 1, 1])
        self.assertGreaterEqual(lengths[-1], 2)

    def test_little_is_remembered(self) -> None:
        """However fast it is."""
        for _ in range(10_000):
            self.send(64, 0.000_01)
        self.assertLessEqual(len(self.pace._sent), 2)
