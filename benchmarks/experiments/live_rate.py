"""E3: the highest rate of a broadcast at which hardly anything is missed, against the fluid limit."""

from __future__ import annotations

import numpy as np

from benchmarks.experiments.bounds import fluid_rate
from benchmarks.experiments.live_runs import SOURCE, classes, even, watched
from benchmarks.experiments.outcome import Curve, Finding, Outcome

__all__ = ["run"]

#: Of the fluid limit.
PARTS = tuple(float(part) for part in np.arange(0.80, 1.001, 0.02))
#: Half a minute: what is lacked is late for long before it is missed.
SLOTS = 600
#: Percent of leaves; more is too much.
HOLES = 1.0


def run(peers: int, seed: int) -> Outcome:
    """Raise it, with equal uplinks and with three classes."""
    findings, rows, curves = list[Finding](), list[tuple[object, ...]](), list[Curve]()
    for name, uplinks in (("equal uplinks", even(peers, 1.0)), ("1, 5 and 20 Mbit/s", classes(peers, 1.0))):
        holes = []
        for part in PARTS:
            # The rate is 1; so it is the uplinks that shrink.
            limit = fluid_rate(SOURCE, [float(uplinks.sum())], peers)
            seen = watched((uplinks / limit / part).astype(np.float32), seed, slots=SLOTS)
            holes.append(100 * seen.holes)
            rows.append((name, part, holes[-1]))
            if holes[-1] > 10 * HOLES:
                break
        good = [part for part, lost in zip(PARTS, holes, strict=False) if lost <= HOLES]
        findings.append(
            Finding(f"percent below the fluid limit; {name}", 100 * (1 - max(good, default=0)), 13.0)
        )
        curves.append(Curve(name, PARTS[: len(holes)], holes))
    across = "rate, of the fluid limit (Kumar, Liu, Ross 2007)"
    columns = "uplinks", "rate_of_limit", "missed_percent"
    return Outcome("The highest rate", findings, columns, rows, across, "percent of leaves missed", curves)
