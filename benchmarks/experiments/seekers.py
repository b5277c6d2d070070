"""E9: viewers jump about in a long film, mostly to the places that most want to see."""

from __future__ import annotations

from benchmarks.experiments.audience import settled, stalled_part
from benchmarks.experiments.outcome import Finding, Outcome, cumulative, percentile, quantiles
from benchmarks.experiments.shows import COME_S, MBIT, RATE
from benchmarks.flows.crowd import Crowd
from benchmarks.flows.peer import FlowPeer, Line
from benchmarks.flows.viewer import Habits
from p2pstream.content.units import UNIT

__all__ = ["run"]

LINE = Line(4 * MBIT, 20 * MBIT)
SOURCE = Line(20 * MBIT, 20 * MBIT)
#: Seconds between two seeks of one viewer, on average.
EACH_S = 30.0
PLACES = 20


def run(peers: int, seed: int, film_s: float = 600.0, lasts_s: float = 120.0) -> Outcome:
    """Let them come, and seek; places are as popular as Zipf says, in an order that chance decides."""
    crowd = Crowd(round(film_s * RATE / UNIT), seed, news_s=0.2)
    crowd.source(SOURCE)
    places = [film_s * RATE * place / PLACES for place in range(PLACES)]
    crowd.random.shuffle(places)
    for _ in range(peers):
        crowd.events.at(crowd.random.uniform(0, COME_S), _come, crowd, places)
    crowd.events.run(COME_S + lasts_s)
    audience = settled(crowd, crowd.peers)
    # What was here already is shown at once, and says nothing.
    seeks = [seconds for watching in audience for seconds in watching.starts[1:] if seconds]
    starts = [watching.starts[0] for watching in audience]
    findings = [
        Finding(
            "seconds from a seek to what is not here to the picture, of 95 in 100",
            percentile(seeks, 0.95),
            2.0,
        ),
        Finding("percent of the time stalled", stalled_part(audience), 1.0),
    ]
    rows = [("seek", *row) for row in quantiles(seeks)] + [("start", *row) for row in quantiles(starts)]
    curves = [cumulative("seeks", seeks), cumulative("first pictures", starts)]
    columns = "after", "percent", "seconds_at_most"
    return Outcome("Seeking", findings, columns, rows, "seconds to the picture", "part of them", curves)


def _come(crowd: Crowd, places: list[float]) -> None:
    peer = crowd.join(LINE)
    peer.watch(Habits(RATE))
    _again(crowd, peer, places)


def _again(crowd: Crowd, peer: FlowPeer, places: list[float]) -> None:
    crowd.events.after(crowd.random.expovariate(1 / EACH_S), _seek, crowd, peer, places)


def _seek(crowd: Crowd, peer: FlowPeer, places: list[float]) -> None:
    weights = [1 / rank for rank in range(1, len(places) + 1)]
    peer.seek(crowd.random.choices(places, weights)[0])
    _again(crowd, peer, places)
