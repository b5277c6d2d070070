"""E10: some say that they have everything, and send something else."""

from __future__ import annotations

from benchmarks.experiments.audience import settled, stalled_part
from benchmarks.experiments.outcome import Curve, Finding, Outcome
from benchmarks.experiments.shows import MBIT, show

__all__ = ["run"]

UP = 4 * MBIT
SOURCE = 20 * MBIT
PARTS = (0.0, 0.2, 0.4)
#: Percent; what is less than that is no stall to speak of.
LEAST = 0.1


def run(peers: int, seed: int, film_s: float = 120.0) -> Outcome:
    """Watch the same film among more and more liars, who are counted among the peers."""
    rows = list[tuple[float, float, float]]()
    for part in PARTS:
        liars = round(part * peers)
        crowd = show([UP] * (peers - liars), seed, film_s, SOURCE, liars)
        audience = settled(crowd, crowd.peers)
        spoilt = sum(peer.fetch.spoilt for peer in crowd.peers if peer.fetch is not None)
        sent = (peers - liars) * crowd.units
        rows.append((part, stalled_part(audience), 100 * spoilt / sent))
    findings = [
        Finding("percent of the time stalled; 20% lie", rows[1][1], 2 * max(rows[0][1], LEAST)),
        Finding("percent of the film that came spoilt; 40% lie", rows[2][2], 5.0),
    ]
    parts = [row[0] for row in rows]
    curves = [
        Curve("percent of the time stalled", parts, [row[1] for row in rows]),
        Curve("percent of the film that came spoilt", parts, [row[2] for row in rows]),
    ]
    columns = "part_that_lies", "stalled_percent", "spoilt_percent"
    return Outcome("Polluters", findings, columns, rows, "part of the peers that lies", "percent", curves)
