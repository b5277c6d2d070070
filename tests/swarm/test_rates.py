"""Bytes a second."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.swarm.rates import Rate


class RateTests(SynchronousTestCase):
    """A sliding window."""

    def test_nothing_yet(self) -> None:
        """Without arrivals there is no rate."""
        self.assertEqual(Rate().at(10.0), 0.0)

    def test_steady(self) -> None:
        """A steady flow has its own rate, from the first second on."""
        rate = Rate()
        for tick in range(100):
            rate.add(1000, tick / 10)
            if tick >= 10:
                self.assertTrue(8_900 < rate.at(tick / 10) < 11_100, rate.at(tick / 10))

    def test_the_past_is_forgotten(self) -> None:
        """What is older than the window counts no more."""
        rate = Rate(5.0)
        rate.add(10**9, 0.0)
        self.assertGreater(rate.at(4.0), 0)
        self.assertEqual(rate.at(5.6), 0.0)

    def test_first_arrival(self) -> None:
        """One arrival is no infinite rate."""
        rate = Rate(5.0)
        rate.add(1000, 3.0)
        self.assertEqual(rate.at(3.0), 2000.0)

    def test_memory_is_bounded(self) -> None:
        """A million arrivals take no more room than a few."""
        rate = Rate()
        for tick in range(100_000):
            rate.add(1, tick / 10_000)
        self.assertLessEqual(len(rate._slots), 12)
