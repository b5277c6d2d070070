"""E1: a file to everybody, who all begin at once; against Kumar and Ross."""

from __future__ import annotations

from benchmarks.experiments.bounds import distribution_s
from benchmarks.experiments.outcome import Curve, Finding, Outcome, cumulative, quantiles
from benchmarks.flows.crowd import Crowd
from benchmarks.flows.peer import Line
from p2pstream.content.units import UNIT

__all__ = ["run"]

MBIT = 125_000.0
#: Mbit/s up; each class is as large as the others.
CLASSES = {"all 5 Mbit/s": (5.0,), "1, 5 and 20 Mbit/s": (1.0, 5.0, 20.0)}
SOURCE = Line(20 * MBIT, 100 * MBIT)
DOWN = 50 * MBIT
UNITS = 512


def run(peers: int, seed: int, units: int = UNITS) -> Outcome:
    """Fetch the file with each kind of uplinks."""
    findings, rows, curves = list[Finding](), list[tuple[object, ...]](), list[Curve]()
    for name, ups in CLASSES.items():
        crowd = Crowd(units, seed, news_s=0.5, tick_s=0.8)
        crowd.source(SOURCE)
        for number in range(peers):
            crowd.join(Line(ups[number % len(ups)] * MBIT, DOWN), listed=True)
        lines = [peer.line for peer in crowd.peers]
        size = units * UNIT
        possible = distribution_s(size, SOURCE.up, [each.up for each in lines], [each.down for each in lines])
        crowd.run(20 * possible)
        ends = sorted((peer.whole_at or 20 * possible) / possible for peer in crowd.peers)
        copies = crowd.sources[0].uplink.sent / units
        findings.append(Finding(f"time to all, of what is possible; {name}", ends[-1], 1.25))
        rows += [(name, percent, end, possible, copies) for percent, end in quantiles(ends)]
        curves.append(cumulative(name, ends))
    columns = "uplinks", "percent", "whole_within_of_possible", "possible_s", "copies_sent_by_source"
    across = "time, of what Kumar and Ross show to be possible"
    return Outcome("A file to everybody", findings, columns, rows, across, "part of the peers", curves)
