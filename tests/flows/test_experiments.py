"""The experiments: what they are measured against, and a tiny run of each."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.experiments import everybody, flash_crowd, free_riders, polluters, sites
from benchmarks.experiments.bounds import distribution_s, fluid_rate, source_load
from benchmarks.experiments.outcome import Finding, cumulative, percentile


class BoundTests(SynchronousTestCase):
    def test_distribution(self) -> None:
        """The source, the slowest downlink, or all uplinks together: what is scarcest decides."""
        self.assertEqual(distribution_s(100, 10, [5] * 4, [50] * 4), 400 / 30)
        self.assertEqual(distribution_s(100, 4, [50] * 4, [50] * 4), 25)
        self.assertEqual(distribution_s(100, 10, [50] * 4, [50, 2, 50, 50]), 50)

    def test_fluid_rate(self) -> None:
        """No faster than the source, nor than all uplinks together allow."""
        self.assertEqual(fluid_rate(10, [100] * 4, 4), 10)
        self.assertEqual(fluid_rate(10, [5] * 4, 4), 7.5)

    def test_source_load(self) -> None:
        """One copy, or what the others lack."""
        self.assertEqual(source_load(5, [6, 6]), 5)
        self.assertEqual(source_load(5, [1, 1, 1]), 12)


class OutcomeTests(SynchronousTestCase):
    def test_percentile(self) -> None:
        """The smallest that so many do not exceed."""
        self.assertEqual(percentile(range(1, 101), 0.95), 95)
        self.assertEqual(percentile([7.0], 0.95), 7.0)
        self.assertEqual(percentile([], 0.95), 0.0)

    def test_bar(self) -> None:
        """It is reached at the bar, and not above."""
        self.assertTrue(Finding("", 1.25, 1.25).reached)
        self.assertFalse(Finding("", 1.26, 1.25).reached)

    def test_cumulative(self) -> None:
        """It ends at all of them."""
        self.assertEqual(list(cumulative("", [2.0, 1.0]).ys), [0.5, 1.0])


class TinyTests(SynchronousTestCase):
    def test_everybody(self) -> None:
        """Nobody is quicker than is possible, and a row is there for each peer and kind."""
        outcome = everybody.run(3, 1, units=24)
        self.assertTrue(all(each.value >= 1.0 for each in outcome.findings))
        self.assertEqual(len(outcome.rows), 2 * 3)

    def test_flash_crowd(self) -> None:
        """Each viewer sees a picture."""
        outcome = flash_crowd.run(3, 1, film_s=20.0)
        self.assertEqual(len(outcome.rows), 3)
        # Also what is all here before it is watched is watched to its end.
        self.assertGreater(min(row[3] for row in outcome.rows), 19.0)  # type: ignore[type-var]
        self.assertEqual(max(row[1] for row in outcome.rows), 0.0)  # type: ignore[type-var]

    def test_sites(self) -> None:
        """Something crosses into each."""
        outcome = sites.run(20, 1, units=8)
        self.assertEqual(len(outcome.rows), 10)

    def test_free_riders(self) -> None:
        """One row for each part of them."""
        outcome = free_riders.run(4, 1, film_s=4.0)
        self.assertEqual([row[0] for row in outcome.rows], [0.0, 0.35, 0.7])

    def test_polluters(self) -> None:
        """Where nobody lies nothing is spoilt."""
        outcome = polluters.run(5, 1, film_s=4.0)
        self.assertEqual(outcome.rows[0][2], 0.0)
        self.assertGreater(outcome.rows[2][2], 0.0)  # type: ignore[operator]
