"""Counters and histograms of one process, by the names of `metrics.METRICS`."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from zope.interface import implementer

from p2pstream.content.shown import Distribution, Measured
from p2pstream.interfaces import IMeter
from p2pstream.metrics import BOUNDS

__all__ = ["Metrics"]


class Histogram:
    """How many observations were at most how large."""

    __slots__ = ("_bounds", "_fell", "_sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        #: How many fell between two bounds; the last place is beyond all of them.
        self._fell = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """One more."""
        self._fell[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def distribution(self) -> Distribution:
        """As it is now."""
        below, count = [], 0
        for fell in self._fell:
            count += fell
            below.append(count)
        return Distribution(self._bounds, tuple(below[:-1]), count, self._sum)


@implementer(IMeter)
class Metrics:
    """Remembers what it is told; of each metric as much as it has labels."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, defaultdict[tuple[str, ...], float]] = defaultdict(_count)
        self._histograms = {name: Histogram(bounds) for name, bounds in BOUNDS.items()}

    def count(self, metric: str, amount: float = 1.0, labels: tuple[str, ...] = ()) -> None:
        """See `IMeter`."""
        self._counts[metric][labels] += amount

    def observe(self, metric: str, value: float) -> None:
        """See `IMeter`."""
        self._histograms[metric].add(value)

    def counted(self, metric: str) -> Iterator[Measured]:
        """What was counted of a metric."""
        counts = sorted(self._counts[metric].items())
        return (Measured(metric, value, labels) for labels, value in counts)

    def total(self, metric: str) -> Measured:
        """What was counted of one without labels."""
        return Measured(metric, self._counts[metric].get((), 0.0))

    def spreads(self, metrics: Sequence[str]) -> Iterator[Measured]:
        """What was observed of these."""
        return (Measured(metric, self._histograms[metric].distribution()) for metric in metrics)


def _count() -> defaultdict[tuple[str, ...], float]:
    return defaultdict(float)
