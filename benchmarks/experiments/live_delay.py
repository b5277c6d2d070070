"""E4: how late a leaf is everywhere, over how many there are; against what is possible."""

from __future__ import annotations

from math import log2

from benchmarks.experiments.bounds import reach_slots
from benchmarks.experiments.live_runs import DELAY_S, SLOT_S, even, watched
from benchmarks.experiments.outcome import Curve, Finding, Outcome
from benchmarks.slots.crowd import Policy

__all__ = ["run"]


def run(peers: int, seed: int) -> Outcome:
    """From a hundred to ``peers``, ten times as many each time."""
    sizes = [100]
    while sizes[-1] * 10 <= peers:
        sizes.append(sizes[-1] * 10)
    findings, rows, curves = list[Finding](), list[tuple[object, ...]](), list[Curve]()
    for way in (0, 1):
        name, found, possible = f"{way * SLOT_S * 1000:.0f} ms between two", [], []
        for size in sizes:
            seen = watched(even(size), seed, Policy(way=way, delay=round(DELAY_S / SLOT_S)))
            possible.append(reach_slots(size, way) * SLOT_S)
            found.append(seen.within(0.99) * SLOT_S)
            rows.append((name, size, seen.within(0.5) * SLOT_S, found[-1], possible[-1], 100 * seen.holes))
            bar = 1.5 * possible[-1] + 0.3
            findings.append(Finding(f"s until 99 % have a leaf; {size} viewers, {name}", found[-1], bar))
        if len(sizes) > 2:
            slope, bound = _slope(sizes, found), _slope(sizes, possible)
            what = f"slope over log2 of viewers, of the bound's; {name}"
            findings.append(Finding(what, slope / bound, 1.15))
        curves.append(Curve(f"99 %, {name}", [log2(size) for size in sizes], found))
        curves.append(Curve(f"possible, {name}", [log2(size) for size in sizes], possible))
    columns = "way", "viewers", "d50_s", "d99_s", "possible_s", "missed_percent"
    across = "viewers, as a power of two"
    return Outcome("How late a leaf is", findings, columns, rows, across, "seconds", curves)


def _slope(sizes: list[int], seconds: list[float]) -> float:
    return (seconds[-1] - seconds[0]) / (log2(sizes[-1]) - log2(sizes[0]))
