"""Who is there, what each has and can send: arrays, one element or row per peer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["WINDOW", "Crowd", "Policy", "mesh"]

#: Leaves that are looked at, the newest 64: bit 0 of a word is the newest.
WINDOW = 64


@dataclass(frozen=True)
class Policy:
    """What the peers do; times in slots.

    :param order: which useful leaf is pushed: ``0`` the newest, ``1`` the oldest, ``2`` any.
    :param soon: whether is told what is on its way.
    :param push: whether anybody pushes; else all but the source's leaves are asked for.
    :param pull_after: how old a leaf is when it is asked for; `WINDOW` for never.
    :param way: until what was sent is there, beside the slot that it takes.
    :param delay: how old a leaf is when it is needed.
    """

    order: int = 0
    soon: bool = True
    push: bool = True
    pull_after: int = 16
    way: int = 0
    delay: int = 46


class Crowd:
    """The peers of a run.

    :param uplinks: of each, in leaves a slot; 1 is the rate of the broadcast.
    :param source: of the source.
    :param liars: how many of them, the first ones, send something else.
    """

    def __init__(
        self, uplinks: NDArray[np.float32], source: float, degree: int, seed: int, way: int, liars: int = 0
    ) -> None:
        peers = len(uplinks)
        self.uplinks = uplinks
        self.source = source
        self.liars = liars
        self.neighbours = mesh(peers, degree, seed)
        self.have = np.zeros(peers, np.uint64)
        self.soon = np.zeros(peers, np.uint64)
        #: What arrives in this slot, in the next one, …: whole, and spoilt.
        self.arriving = np.zeros((way + 1, peers), np.uint64)
        self.spoilt = np.zeros((way + 1, peers), np.uint64)
        self.credit = np.zeros(peers, np.float32)
        self.spare = np.zeros(1, np.float32)
        #: Slots since it came, up to `WINDOW`; what was made before is not its.
        self.here = np.full(peers, WINDOW, np.int16)


def mesh(peers: int, degree: int, seed: int) -> NDArray[np.int32]:
    """Neighbours of each, as many for all, symmetric: from random rings; rows of peers.

    Peer p is beside those before and behind it on each ring, so that degree is even.
    """
    chance = np.random.default_rng(seed)
    degree = min(degree, peers - 1) // 2 * 2
    found = np.empty((peers, degree), np.int32)
    for ring in range(degree // 2):
        order = chance.permutation(peers).astype(np.int32)
        found[order, 2 * ring] = np.roll(order, 1)
        found[order, 2 * ring + 1] = np.roll(order, -1)
    return found
