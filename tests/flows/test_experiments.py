"""The experiments: what they are measured against, and a tiny run of each."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.experiments import churn, everybody, flash_crowd, free_riders, polluters, seekers, sites
from benchmarks.experiments.bounds import distribution_s, fluid_rate, source_load
from benchmarks.experiments.outcome import Finding, Outcome, cumulative, percentile, quantiles
from benchmarks.experiments.record import table
from benchmarks.experiments.repeats import Estimate


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
        """It begins with none and ends at all of them."""
        self.assertEqual(list(cumulative("", [2.0, 1.0]).ys), [0.0, 0.5, 1.0])

    def test_quantiles(self) -> None:
        """From the least to the greatest."""
        found = quantiles(range(1, 101))
        self.assertEqual((found[0], found[10], found[-1], len(found)), ((0, 1), (50, 50), (100, 100), 21))


class RepeatTests(SynchronousTestCase):
    def test_interval(self) -> None:
        """As in a table of Student's t: 12.71 for two runs, 2.776 for five; one alone has none."""
        self.assertAlmostEqual(Estimate("", [1.0, 2.0], 1.0).within or 0.0, 12.71 / 2, places=3)
        self.assertAlmostEqual(Estimate("", [1.0, 2.0, 3.0, 4.0, 5.0], 1.0).within or 0.0, 1.963, places=3)
        self.assertIsNone(Estimate("", [1.0], 1.0).within)

    def test_reached(self) -> None:
        """Only where the whole interval is on one side of the bar anything is said."""
        found = [Estimate("", [1.0, 1.1, 1.2], bar).reached for bar in (1.5, 1.1, 0.9, 0.8)]
        self.assertEqual(found, ["yes", "unsure", "unsure", "no"])
        self.assertEqual(Estimate("", [1.0], 1.0).reached, "yes")

    def test_table(self) -> None:
        """One row for each figure, from all seeds."""
        runs = [Outcome("", [Finding("it", value, 9.0)], [], [], "", "", []) for value in (1.0, 3.0)]
        self.assertEqual(table(7, runs), [["it", "2", "±13", "9", "unsure", 7, 2]])


def _number(outcome: Outcome, row: int) -> float:
    """The last of a row."""
    found = outcome.rows[row][-1]
    assert isinstance(found, float)
    return found


class TinyTests(SynchronousTestCase):
    def test_everybody(self) -> None:
        """Nobody is quicker than is possible, and a row is there for each peer and kind."""
        outcome = everybody.run(3, 1, units=24)
        self.assertTrue(all(each.value >= 1.0 for each in outcome.findings))
        self.assertEqual(len(outcome.rows), 2 * 21)

    def test_flash_crowd(self) -> None:
        """Each viewer sees a picture."""
        outcome = flash_crowd.run(3, 1, film_s=20.0)
        self.assertGreater(_number(outcome, 0), 0.0)
        self.assertLess(_number(outcome, 20), 10.0)
        self.assertEqual(outcome.rows[-1], ("stalled", 100, 0.0))

    def test_sites(self) -> None:
        """Something crosses into each."""
        outcome = sites.run(20, 1, units=8)
        self.assertEqual(len(outcome.rows), 10)

    def test_churn(self) -> None:
        """Each second of both is told of, also those without the source."""
        outcome = churn.run(4, 1, lasts_s=30.0)
        self.assertEqual(len(outcome.rows), 2 * 30)
        self.assertEqual(len(outcome.findings), 4)

    def test_seekers(self) -> None:
        """A picture follows each seek."""
        outcome = seekers.run(4, 2, film_s=240.0, lasts_s=20.0)
        self.assertEqual([row[0] for row in outcome.rows], ["seek"] * 21 + ["start"] * 21)
        self.assertGreater(_number(outcome, 20), 0.0)

    def test_free_riders(self) -> None:
        """One row for each part of them."""
        outcome = free_riders.run(4, 1, film_s=4.0)
        self.assertEqual([row[0] for row in outcome.rows], [0.0, 0.35, 0.7])

    def test_polluters(self) -> None:
        """Where nobody lies nothing is spoilt."""
        outcome = polluters.run(5, 1, film_s=4.0)
        self.assertEqual(outcome.rows[0][2], 0.0)
        self.assertGreater(_number(outcome, 2), 0.0)
