"""The scenarios that there are, by name."""

from __future__ import annotations

from p2pstream.testing.sim.scenario import Cast, Part, Promise, Scenario

__all__ = ["SCENARIOS"]

_PLAIN = (
    Scenario(
        "film",
        "",
        "one origin, one viewer",
        (Cast("origin", Part.ORIGIN), Cast("viewer", Part.VIEWER)),
        promise=Promise(start_s=1.0, waste=0.01, copies=1.1),
    ),
)

SCENARIOS = {scenario.name: scenario for scenario in _PLAIN}
