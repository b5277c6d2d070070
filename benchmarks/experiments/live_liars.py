"""E10, of a broadcast: some say that they have everything, and send something else."""

from __future__ import annotations

from benchmarks.experiments.live_runs import even, watched
from benchmarks.experiments.outcome import Curve, Finding, Outcome

__all__ = ["run"]

PARTS = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4)
UP = 2.0
#: Percent; what is less than that is nothing to speak of.
LEAST = 0.1


def run(peers: int, seed: int) -> Outcome:
    """With more and more of them, who are counted among the viewers."""
    rows = list[tuple[float, float, float]]()
    for part in PARTS:
        liars = round(part * peers)
        seen = watched(even(peers, UP), seed, liars=liars)
        rows.append((part, 100 * seen.holes, seen.spoilt / max(peers - liars, 1)))
    missed = dict((row[0], row[1]) for row in rows)
    findings = [Finding("percent missed; 20% lie", missed[0.2], 2 * max(missed[0.0], LEAST))]
    parts = [row[0] for row in rows]
    curves = [
        Curve("percent missed", parts, [row[1] for row in rows]),
        Curve("spoilt leaves that one was sent", parts, [row[2] for row in rows]),
    ]
    columns = "part_that_lies", "missed_percent", "spoilt_leaves_each"
    return Outcome("Liars live", findings, columns, rows, "part of the viewers that lies", "percent", curves)
