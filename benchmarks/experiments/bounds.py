"""What nobody can do better than."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["distribution_s", "fluid_rate", "reach_slots", "source_load"]


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


def reach_slots(peers: int, way: int = 0) -> int:
    """Slots until all have a leaf, where each sends it to one at a time, which takes a slot.

    :param way: slots that it is under way besides.

    ⌈log2 N⌉ + 1 without a way (Liu, "On the minimum delay peer-to-peer video streaming", 2007);
    with one of a slot the holders grow as Fibonacci's numbers do (Bianchi et al. 2009).  The
    source sends it once, and what it sent is there in the first slot.
    """
    have, slots = [0] * (way + 1) + [1], way + 1
    while have[-1] < peers:
        # Whoever had it that long ago has one more child by now.
        have.append(have[-1] + have[-1 - way])
        slots += 1
    return slots
