"""E4 once more: the same broadcast in all three tiers, beside each other and the bound.

A: whole nodes over simulated hosts (`tests.live.hosts`), up to 200; B: the programs' mesh and
queues over leaves that flow (`benchmarks.flows.live`), up to 10,000; C: in slots.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from benchmarks.experiments.bounds import reach_slots
from benchmarks.experiments.live_runs import SLOT_S, even, watched
from benchmarks.experiments.outcome import Curve, Finding, Outcome
from benchmarks.flows.live.broadcast import FlowBroadcast
from benchmarks.slots.crowd import Policy
from p2pstream.content.units import LEAF
from p2pstream.limits import LIMITS
from tests.live.hosts import Stage

__all__ = ["run"]

#: A leaf is made in a slot, and under way for one.
RATE = LEAF * 8 / SLOT_S
COPIES, SOURCE, DELAY_S, NEIGHBOURS = 2.0, 3.3, 2.5, 14
#: A player must have a leaf before it is shown.
DUE_S = DELAY_S - LIMITS.live_feed_s
#: Seconds until the first one comes, and from each to the next.
ALONE_S, EACH_S = 1.0, 0.04
#: Seconds that do not count, and those that do.
SETTLE_S, COUNTED_S = 12.0, 8.0
MOST_HOSTS, MOST_FLOWS = 200, 10_000
PARTS = tuple(part / 100 for part in range(1, 100))


@dataclass(frozen=True)
class Watched:
    """What came of one tier.

    :ivar ages: within how many seconds of being made each percent of all leaves was where it was due.
    """

    name: str
    ages: list[float]
    missed: float
    twice: float

    @classmethod
    def of(cls, name: str, late: list[float], missed: int, twice: float) -> Watched:
        """From how late each leaf came."""
        due = len(late) + missed
        ages = [late[int(part * due)] if int(part * due) < len(late) else inf for part in PARTS]
        return cls(name, ages, missed / max(due, 1), twice)


def hosts(peers: int, seed: int) -> Watched:
    """Tier A."""
    stage = Stage(RATE, seed, way_s=SLOT_S / 2, paced=True)
    stage.run(ALONE_S)
    viewers = []
    for _ in range(peers):
        viewers += stage.watch(1, COPIES, DELAY_S)
        stage.run(EACH_S)
    stage.run(SETTLE_S)
    since = stage.network.clock.seconds()
    stage.run(COUNTED_S + DELAY_S)
    late = sorted(each for viewer in viewers for each in viewer.late(since, since + COUNTED_S))
    missed = sum(viewer.holes(since, since + COUNTED_S) for viewer in viewers)
    again = sum(viewer.twice(since, since + COUNTED_S) for viewer in viewers)
    return Watched.of("A, whole nodes", late, missed, again / max(again + len(late), 1))


def flows(peers: int, seed: int) -> Watched:
    """Tier B."""
    cast = FlowBroadcast([], RATE, SLOT_S, DUE_S, NEIGHBOURS - 2, SOURCE * RATE, seed)
    cast.run(ALONE_S)
    for _ in range(peers):
        cast.join(COPIES * RATE)
        cast.run(EACH_S)
    cast.run(SETTLE_S)
    since = cast.events.now
    cast.run(COUNTED_S + DELAY_S)
    until = since + COUNTED_S
    return Watched.of("B, flows", *cast.lateness(since, until), cast.twice(since, until))


def slots(peers: int, seed: int) -> Watched:
    """Tier C."""
    policy = Policy(way=1, delay=round(DUE_S / SLOT_S))
    seen = watched(
        even(peers, COPIES), seed, policy, degree=NEIGHBOURS, source=SOURCE, slots=round(COUNTED_S / SLOT_S)
    )
    ages = [seen.within(part) * SLOT_S for part in PARTS]
    return Watched("C, slots", ages, seen.holes, seen.twice / max(seen.sent, 1))


def run(peers: int, seed: int) -> Outcome:
    """Each tier that carries so many."""
    possible = reach_slots(peers, 1) * SLOT_S
    tiers = [slots(peers, seed)]
    tiers = [flows(peers, seed), *tiers] if peers <= MOST_FLOWS else tiers
    tiers = [hosts(peers, seed), *tiers] if peers <= MOST_HOSTS else tiers
    findings = [
        Finding(f"s until 99 % have a leaf; {each.name}", each.ages[-1], 1.5 * possible + 0.3)
        for each in tiers
    ]
    rows = [
        (each.name, each.ages[49], each.ages[-1], possible, 100 * each.missed, 100 * each.twice)
        for each in tiers
    ]
    columns = "tier", "d50_s", "d99_s", "possible_s", "missed_percent", "twice_percent"
    curves = [Curve(each.name, each.ages, [100 * part for part in PARTS]) for each in tiers]
    across = "seconds since it was made"
    return Outcome(
        "One broadcast, three tiers", findings, columns, rows, across, "percent that have a leaf", curves
    )
