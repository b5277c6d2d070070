"""E8: ten sites, between which there is little room; how often the film crosses into each."""

from __future__ import annotations

from benchmarks.experiments.outcome import Curve, Finding, Outcome
from benchmarks.flows.crowd import Crowd
from benchmarks.flows.lines import Pipe
from benchmarks.flows.peer import Line

__all__ = ["run"]

MBIT = 125_000.0
SITES = 10
UP, DOWN = 5 * MBIT, 50 * MBIT
SOURCE = 20 * MBIT
#: Of what the peers of a site can send together, so much can pass into it, and out of it.
BETWEEN = 0.2
UNITS = 256


def run(peers: int, seed: int, units: int = UNITS) -> Outcome:
    """Fetch the film at all sites; the source is at a place of its own."""
    crowd = Crowd(units, seed, news_s=0.5, tick_s=0.8)
    crowd.source(Line(SOURCE, DOWN))
    width = BETWEEN * UP * max(1, peers // SITES)
    for site in range(1, SITES + 1):
        crowd.exits[site], crowd.entries[site] = Pipe(crowd.events, width), Pipe(crowd.events, width)
    for number in range(peers):
        crowd.join(Line(UP, DOWN, 1 + number % SITES), listed=True)
    crowd.run(3600.0)
    copies = [crowd.entries[site].carried / units for site in range(1, SITES + 1)]
    last = max(peer.whole_at or 3600.0 for peer in crowd.peers)
    findings = [Finding("copies of the film into one site, at most", max(copies), 3.0)]
    rows = [(site + 1, each, last) for site, each in enumerate(copies)]
    curves = [Curve("copies that came in", range(1, SITES + 1), copies)]
    columns = "site", "copies_in", "last_whole_at_s"
    return Outcome("Ten sites", findings, columns, rows, "site", "copies of the film", curves)
