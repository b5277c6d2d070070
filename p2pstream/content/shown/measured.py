"""What was measured.  Values."""

from __future__ import annotations

from p2pstream.values import value

__all__ = ["Distribution", "Measured"]


@value
class Distribution:
    """How many observations were at most how large, as a Prometheus histogram has it."""

    #: Upper bounds, ascending; what is beyond the last one is in ``count`` alone.
    bounds: tuple[float, ...]
    #: For each bound how many were at most as large as that one.
    below: tuple[int, ...]
    count: int = 0
    sum: float = 0.0


@value
class Measured:
    """One sample of a metric."""

    #: In the table of metrics.
    metric: str
    value: float | Distribution
    #: Its labels, in the order of the table.
    labels: tuple[str, ...] = ()
