"""E7, of a broadcast: some give nothing; whether those who give lose by it, up to the fluid limit."""

from __future__ import annotations

import numpy as np

from benchmarks.experiments.bounds import fluid_rate
from benchmarks.experiments.live_runs import SOURCE, watched
from benchmarks.experiments.outcome import Curve, Finding, Outcome

__all__ = ["run"]

UP = 2.0
PARTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.6, 0.7)


def run(peers: int, seed: int) -> Outcome:
    """With more and more of them."""
    findings, rows = list[Finding](), list[tuple[float, float, float]]()
    for part in PARTS:
        uplinks = np.full(peers, UP, np.float32)
        uplinks[np.random.default_rng(seed).permutation(peers)[: round(part * peers)]] = 0.0
        seen = watched(uplinks, seed)
        giving = 100 * seen.missing_givers / max(seen.due_givers, 1)
        others = seen.missing - seen.missing_givers, max(seen.due - seen.due_givers, 1)
        rows.append((part, giving, 100 * others[0] / others[1]))
        if fluid_rate(SOURCE, [float(uplinks.sum())], peers) >= 1.0:
            findings.append(Finding(f"percent that givers missed; {part:.0%} give nothing", giving, 0.1))
    parts = [row[0] for row in rows]
    curves = [
        Curve("who gives", parts, [row[1] for row in rows]),
        Curve("who does not", parts, [row[2] for row in rows]),
    ]
    columns = "part_that_gives_nothing", "givers_missed_percent", "others_missed_percent"
    across = "part of the viewers that gives nothing"
    return Outcome("Free riders live", findings, columns, rows, across, "percent missed", curves)
