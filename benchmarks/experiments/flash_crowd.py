"""E2: all want to see the same film within ten seconds."""

from __future__ import annotations

from benchmarks.experiments.audience import settled, stalled_part
from benchmarks.experiments.bounds import source_load
from benchmarks.experiments.outcome import Finding, Outcome, cumulative, percentile, quantiles
from benchmarks.flows.crowd import Crowd
from benchmarks.flows.peer import Line
from benchmarks.flows.viewer import Habits
from p2pstream.content.units import UNIT

__all__ = ["run"]

MBIT = 125_000.0
RATE = 5 * MBIT
UPS = (2.0, 6.0, 10.0)
SOURCE = Line(100 * MBIT, 100 * MBIT)
COME_S = 10.0
FILM_S = 600.0


def run(peers: int, seed: int, film_s: float = FILM_S) -> Outcome:
    """Let them come, and watch to the end."""
    units = round(film_s * RATE / UNIT)
    crowd = Crowd(units, seed)
    crowd.source(SOURCE)
    for number in range(peers):
        line = Line(UPS[number % len(UPS)] * MBIT, 50 * MBIT)
        crowd.events.at(crowd.random.uniform(0, COME_S), _come, crowd, line)
    crowd.events.run(COME_S + 1.5 * film_s)
    audience = settled(crowd, crowd.peers)
    starts = [watching.starts[0] for watching in audience]
    sent = crowd.sources[0].uplink.sent * UNIT / film_s
    possible = source_load(RATE, [peer.line.up for peer in crowd.peers])
    findings = [
        Finding("seconds to the picture, of 95 in 100", percentile(starts, 0.95), 4.0),
        Finding("percent of the time stalled", stalled_part(audience), 1.0),
        Finding("sent by the source, of what is needed", sent / possible, 1.5),
    ]
    stalls = [sum(each.stalls) for each in audience]
    rows = [("to the picture", *row) for row in quantiles(starts)]
    rows += [("stalled", *row) for row in quantiles(stalls)]
    columns = "what", "percent", "seconds_at_most"
    curves = [cumulative("seconds to the picture", starts), cumulative("seconds stalled", stalls)]
    return Outcome("A flash crowd", findings, columns, rows, "seconds", "part of the viewers", curves)


def _come(crowd: Crowd, line: Line) -> None:
    crowd.join(line).watch(Habits(RATE))
