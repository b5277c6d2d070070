"""Bytes a second."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.swarm.rates import BusyRate, Rate


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


class BusyRateTests(SynchronousTestCase):
    """Only time counts in which something was owed."""

    def test_nothing_yet(self) -> None:
        """Without arrivals there is no rate, however long is waited."""
        rate = BusyRate()
        rate.begin(0.0)
        self.assertIsNone(rate.at(9.0))

    def test_idle_time_does_not_count(self) -> None:
        """Half the time idle is not half the rate."""
        rate, now = BusyRate(), 0.0
        for _ in range(100):
            rate.begin(now)
            rate.add(1000, now + 0.1)
            rate.rest(now + 0.1)
            now += 0.2
        low, high = rate.at(now) or (0, 0)
        self.assertTrue(9_900 < low <= high < 10_100, (low, high))

    def test_fast_and_slow(self) -> None:
        """One that becomes slow is relied on for less at once; its pipe stays full for longer."""
        rate = BusyRate()
        rate.begin(0.0)
        for second in range(20):
            rate.add(1000, second + 1.0)
        low, high = rate.at(22.0) or (0, 0)
        self.assertLess(low, 500)
        self.assertGreater(high, 700)

    def test_forgiven(self) -> None:
        """Time that was our own fault is none."""
        rate = BusyRate()
        rate.begin(0.0)
        rate.add(1000, 1.0)
        rate.forgive(30.0)
        self.assertEqual(rate.at(31.0), (1000.0, 1000.0))

    def test_at_once(self) -> None:
        """What comes in no time has a rate all the same."""
        rate = BusyRate()
        rate.begin(1.0)
        rate.add(1000, 1.0)
        self.assertEqual(rate.at(1.0), (1e9, 1e9))
