"""E5: what each part of how leaves are spread is good for: each left out, or done otherwise."""

from __future__ import annotations

from benchmarks.experiments.live_runs import DELAY_S, SLOT_S, even, watched
from benchmarks.experiments.outcome import Curve, Finding, Outcome
from benchmarks.slots.broadcast import Seen
from benchmarks.slots.crowd import WINDOW, Policy

__all__ = ["run"]

_D = round(DELAY_S / SLOT_S)
POLICIES = {
    "push and pull": Policy(delay=_D),
    "push alone": Policy(delay=_D, pull_after=WINDOW),
    "pull alone": Policy(delay=_D, push=False, pull_after=1),
    "nothing said of what is under way": Policy(delay=_D, soon=False),
    "the oldest first": Policy(delay=_D, order=1),
    "any first": Policy(delay=_D, order=2),
}
#: Half a minute: who only asks is late for long before anything is missed.
SLOTS = 600
DEGREES = 6, 10, 14, 20, 30, 40


def run(peers: int, seed: int) -> Outcome:
    """One after another; then with fewer neighbours, and with more."""
    rows, found = list[tuple[object, ...]](), dict[str, Seen]()
    for name, policy in POLICIES.items():
        found[name] = watched(even(peers), seed, policy, slots=SLOTS)
    for degree in DEGREES:
        found[f"{degree} neighbours"] = watched(even(peers), seed, degree=degree, slots=SLOTS)
    for name, seen in found.items():
        rows.append(
            (name, seen.within(0.5), seen.within(0.99), 100 * seen.holes, _twice(seen), _pulled(seen))
        )
    best = found["push and pull"]
    least = min(seen.holes for seen in found.values())
    findings = [
        Finding("percent that came twice", _twice(best), 2.0),
        Finding("percent missed, beyond the best of all", 100 * (best.holes - least), 0.1),
    ]
    curves = [
        Curve("99 %", DEGREES, [found[f"{degree} neighbours"].within(0.99) for degree in DEGREES]),
        Curve("half", DEGREES, [found[f"{degree} neighbours"].within(0.5) for degree in DEGREES]),
    ]
    columns = "how", "d50_slots", "d99_slots", "missed_percent", "twice_percent", "pulled_percent"
    return Outcome("What each part is for", findings, columns, rows, "neighbours of each", "slots", curves)


def _twice(seen: Seen) -> float:
    return 100 * seen.twice / max(seen.sent, 1)


def _pulled(seen: Seen) -> float:
    return 100 * seen.pulled / max(seen.sent, 1)
