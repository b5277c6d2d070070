"""The same experiment with several seeds: how sure its figures are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from benchmarks.experiments.outcome import Outcome

__all__ = ["Estimate", "estimates"]

#: Student's t of 97.5 % for one degree of freedom, two, …
_STUDENT = (12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)


@dataclass(frozen=True)
class Estimate:
    """A figure that several seeds gave, and its bar."""

    what: str
    values: Sequence[float]
    bar: float

    @property
    def mean(self) -> float:
        """What is found."""
        return fmean(self.values)

    @property
    def within(self) -> float | None:
        """By how much the mean of many seeds may differ, 95 in 100 times; None of one seed alone."""
        count = len(self.values)
        if count < 2:
            return None
        return _STUDENT[min(count - 1, len(_STUDENT)) - 1] * stdev(self.values) / sqrt(count)

    @property
    def reached(self) -> str:
        """Whether the bar is: “yes”, “no”, or “unsure” where the interval has the bar in it."""
        within = self.within or 0.0
        if self.mean + within <= self.bar:
            return "yes"
        return "no" if self.mean - within > self.bar else "unsure"


def estimates(outcomes: Sequence[Outcome]) -> list[Estimate]:
    """The figures of runs that differ in their seeds."""
    return [
        Estimate(each[0].what, [finding.value for finding in each], each[0].bar)
        for each in zip(*(outcome.findings for outcome in outcomes), strict=True)
    ]
