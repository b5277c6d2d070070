"""What the experiments on broadcasts in slots have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.slots.broadcast import Seen, broadcast
from benchmarks.slots.crowd import WINDOW, Crowd, Policy

__all__ = ["DELAY_S", "SLOT_S", "SURPLUS", "classes", "even", "watched"]

#: A leaf at 2.62 Mb/s.
SLOT_S = 0.05
#: From captured to shown.
DELAY_S = 2.5
#: What the peers can send together, of what they need.
SURPLUS = 1.15
SOURCE = 3.0
DEGREE = 20
SLOTS = 120


def even(peers: int, uplink: float = SURPLUS) -> NDArray[np.float32]:
    """All with the same uplink, in rates of the broadcast."""
    return np.full(peers, uplink, np.float32)


def classes(peers: int, mean: float, parts: tuple[float, ...] = (1.0, 5.0, 20.0)) -> NDArray[np.float32]:
    """As many of each class, in those proportions."""
    found = np.resize(np.array(parts), peers)
    scaled: NDArray[np.float32] = (found * mean / found.mean()).astype(np.float32)
    return scaled


def watched(
    uplinks: NDArray[np.float32],
    seed: int,
    policy: Policy | None = None,
    *,
    degree: int = DEGREE,
    source: float = SOURCE,
    liars: int = 0,
    slots: int = SLOTS,
    **options: Any,
) -> Seen:
    """One broadcast; ``slots`` count.

    :param options: those of `broadcast`.
    """
    policy = policy or Policy(delay=round(DELAY_S / SLOT_S))
    crowd = Crowd(uplinks, source, degree, seed, policy.way, liars)
    return broadcast(crowd, policy, WINDOW + slots, seed, **options)
