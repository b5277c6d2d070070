"""Slot after slot, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.slots import turns
from benchmarks.slots.crowd import WINDOW, Crowd, Policy

__all__ = ["Seen", "broadcast"]


@dataclass(frozen=True)
class Seen:
    """What came of the slots that count.

    :ivar ages: how many leaves came at each age, in slots.
    :ivar due: how many should have.
    :ivar missing: of those, how many were not there when they were needed, and of those who give.
    """

    ages: NDArray[np.int64]
    due: int
    missing: int
    missing_givers: int
    due_givers: int
    sent: int
    twice: int
    pulled: int
    spoilt: int
    by_slot: NDArray[np.int64]

    def within(self, part: float) -> float:
        """The age at which such a part of what was due had come; inf: never."""
        reached = np.flatnonzero(np.cumsum(self.ages) >= part * self.due)
        return float(reached[0]) if len(reached) else float("inf")

    @property
    def holes(self) -> float:
        """The part that was missing."""
        return self.missing / max(self.due, 1)


def broadcast(
    crowd: Crowd,
    policy: Policy,
    slots: int,
    seed: int = 1,
    leaves: float = 0.0,
    silent: tuple[int, int] = (0, 0),
) -> Seen:
    """Broadcast for so many slots; the first `WINDOW` do not count.

    :param leaves: the part that goes in a slot, and is replaced.
    :param silent: from which slot to which the source is away.
    """
    chance = np.array([seed * 2654435761 + 88172645463325252], np.uint64)
    told, ages = np.zeros(5, np.int64), np.zeros(WINDOW, np.int64)
    by_slot = np.zeros(slots, np.int64)
    made = np.zeros(WINDOW, bool)
    due = missing = due_givers = missing_givers = 0
    gives = crowd.uplinks > 0
    gives[: crowd.liars] = False
    honest = np.arange(len(gives)) >= crowd.liars
    for slot in range(slots):
        if slot == WINDOW:
            told[:] = ages[:] = 0
        made = np.roll(made, 1)
        made[0] = not silent[0] <= slot < silent[1]
        _turn(crowd, policy, leaves, made, (chance, told, ages))
        if slot >= WINDOW and made[policy.delay]:
            lacks = (crowd.have >> np.uint64(policy.delay) & np.uint64(1)) == 0
            counts = honest & (crowd.here > policy.delay)
            by_slot[slot] = np.count_nonzero(lacks & counts)
            missing += int(by_slot[slot])
            due += int(np.count_nonzero(counts))
            missing_givers += int(np.count_nonzero(lacks & counts & gives))
            due_givers += int(np.count_nonzero(counts & gives))
    sent, spoilt, twice, pulled = (int(each) for each in told[:4])
    counted = (ages, due, missing, missing_givers, due_givers, sent, twice, pulled, spoilt, by_slot)
    return Seen(*counted)


def _turn(
    crowd: Crowd,
    policy: Policy,
    leaves: float,
    made: NDArray[np.bool_],
    notes: tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]],
) -> None:
    """One slot.

    :param made: which leaves there are, the newest first.
    """
    chance, told, ages = notes
    have, soon, arriving, spoilt = crowd.have, crowd.soon, crowd.arriving, crowd.spoilt
    turns.arrive(have, soon, arriving, spoilt, crowd.here, ages)
    if leaves:
        turns.churn(leaves, have, soon, arriving, crowd.here, chance)
    if made[0]:
        turns.give(crowd.source, crowd.spare, have, soon, arriving, crowd.uplinks, chance)
    turns.earn(crowd.uplinks, crowd.credit)
    if policy.push:
        turns.push(
            crowd.liars, policy.order, policy.soon, crowd.neighbours, have, soon, arriving, spoilt,
            crowd.uplinks, crowd.credit, chance, told,
        )  # fmt: skip
    if policy.pull_after < WINDOW:
        # As in the programs what is left of an uplink is for those who ask.  Asked first, they take
        # what would bring the newest leaf to the next ones, and soon all have to ask for all.
        spare = crowd.spare if made[0] else np.zeros(1, np.float32)
        turns.pull(
            crowd.liars, policy.pull_after, policy.delay, made, crowd.neighbours, have, soon, arriving,
            spoilt, crowd.credit, crowd.here, spare, chance, told,
        )  # fmt: skip
