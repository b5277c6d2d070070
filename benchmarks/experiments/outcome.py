"""What an experiment found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

__all__ = ["Curve", "Finding", "Outcome", "cumulative", "percentile", "quantiles"]


@dataclass(frozen=True)
class Finding:
    """One figure and its bar; it is reached when it is not above that."""

    what: str
    value: float
    bar: float

    @property
    def reached(self) -> bool:
        """Whether it is no higher than the bar."""
        return self.value <= self.bar


@dataclass(frozen=True)
class Curve:
    """Points of a plot, in order."""

    label: str
    xs: Sequence[float]
    ys: Sequence[float]


@dataclass(frozen=True)
class Outcome:
    """All of it.

    :ivar rows: what the CSV has, under ``columns``.
    """

    title: str
    findings: Sequence[Finding]
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    across: str
    upwards: str
    curves: Sequence[Curve]


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest that such a part of them does not exceed; 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, ceil(part * len(ordered)) - 1)] if ordered else 0.0


def cumulative(label: str, values: Sequence[float]) -> Curve:
    """What part of them is no higher than each; from 0 on."""
    ordered = sorted(values)
    return Curve(label, [0.0, *ordered], [index / max(1, len(ordered)) for index in range(len(ordered) + 1)])


def quantiles(values: Sequence[float]) -> list[tuple[int, float]]:
    """Each twentieth of them in percent, and what it does not exceed."""
    return [(percent, percentile(values, percent / 100)) for percent in range(0, 101, 5)]
