"""E6, of a broadcast: viewers come and go, many without a word, and the source is away for a while."""

from __future__ import annotations

import numpy as np

from benchmarks.experiments.live_runs import DELAY_S, SLOT_S, even, watched
from benchmarks.experiments.outcome import Curve, Finding, Outcome
from benchmarks.slots.crowd import WINDOW

__all__ = ["run"]

STAYS = 120.0, 600.0
#: So many a second end without a word besides: one in ten a minute.
CRASHES = 0.1 / 60
SLOTS, AWAY = 600, 60


def run(peers: int, seed: int) -> Outcome:
    """For each time that they stay; the source is gone for three seconds in the middle."""
    findings, rows, curves = list[Finding](), list[tuple[object, ...]](), list[Curve]()
    gone = WINDOW + SLOTS // 2
    for stay_s in STAYS:
        goes = (1 / stay_s + CRASHES) * SLOT_S
        seen = watched(even(peers), seed, slots=SLOTS, leaves=goes, silent=(gone, gone + AWAY))
        name = f"stay {stay_s / 60:g} minutes"
        missing = 100 * seen.by_slot[WINDOW:] / peers
        findings.append(Finding(f"percent missed; {name}", 100 * seen.holes, 0.5))
        findings.append(
            Finding(f"s until all is as before, after the source; {name}", _back(missing), 2 * DELAY_S)
        )
        seconds = np.arange(0, SLOTS, 20) * SLOT_S
        parts = [float(each.mean()) for each in np.split(missing, SLOTS // 20)]
        curves.append(Curve(name, list(seconds), parts))
        rows += [(stay_s, at, part) for at, part in zip(seconds, parts, strict=True)]
    columns = "stay_s", "at_s", "missed_percent"
    return Outcome("Coming and going live", findings, columns, rows, "seconds", "percent missed", curves)


def _back(missing: np.ndarray) -> float:
    """For how long after its return more was missed than at the worst before it went."""
    half = SLOTS // 2
    worse = np.flatnonzero(missing[half + AWAY :] > max(missing[:half].max(), 0.5))
    return float(worse[-1] + 1) * SLOT_S if len(worse) else 0.0
