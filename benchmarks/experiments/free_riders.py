"""E7: some give nothing; whether those who give lose by it."""

from __future__ import annotations

from benchmarks.experiments.audience import settled, stalled_part
from benchmarks.experiments.bounds import fluid_rate
from benchmarks.experiments.outcome import Curve, Finding, Outcome
from benchmarks.experiments.shows import MBIT, RATE, show

__all__ = ["run"]

UP = 8 * MBIT
SOURCE = 20 * MBIT
PARTS = (0.0, 0.35, 0.7)


def run(peers: int, seed: int, film_s: float = 60.0) -> Outcome:
    """Watch the same film beside more and more who give nothing."""
    findings, rows = list[Finding](), list[tuple[float, float, float]]()
    for part in PARTS:
        riders = round(part * peers)
        ups = [0.0] * riders + [UP] * (peers - riders)
        crowd = show(ups, seed, film_s, SOURCE)
        giving = stalled_part(settled(crowd, [peer for peer in crowd.peers if peer.gives]))
        riding = stalled_part(settled(crowd, [peer for peer in crowd.peers if not peer.gives]))
        rows.append((part, giving, riding))
        if fluid_rate(SOURCE, ups, peers) >= RATE:
            what = f"percent of the time that those who give stalled; {part:.0%} give nothing"
            findings.append(Finding(what, giving, 0.5))
    columns = "part_that_gives_nothing", "givers_stalled_percent", "others_stalled_percent"
    parts = [row[0] for row in rows]
    curves = [
        Curve("who gives", parts, [row[1] for row in rows]),
        Curve("who does not", parts, [row[2] for row in rows]),
    ]
    across, upwards = "part of the viewers that gives nothing", "percent of the time stalled"
    return Outcome("Free riders", findings, columns, rows, across, upwards, curves)
