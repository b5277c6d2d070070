"""What nobody can do better than."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["distribution_s", "fluid_rate", "source_load"]


def distribution_s(size: float, source: float, ups: Sequence[float], downs: Sequence[float]) -> float:
    """Seconds until all have a file of ``size`` bytes; rates in bytes a second.

    Kumar and Ross, "Peer-assisted file distribution: the minimum distribution time" (2006).
    """
    return max(size / source, size / min(downs), len(ups) * size / (source + sum(ups)))


def fluid_rate(source: float, ups: Sequence[float], viewers: int) -> float:
    """The highest rate at which so many can all be sent the same.

    Kumar, Liu and Ross, "Stochastic fluid theory for P2P streaming systems" (2007).
    """
    return min(source, (source + sum(ups)) / viewers)


def source_load(rate: float, ups: Sequence[float]) -> float:
    """What a source has to send at least where each with such an uplink plays ``rate``.

    One copy, or what they lack together.
    """
    return max(rate, len(ups) * rate - sum(ups))
