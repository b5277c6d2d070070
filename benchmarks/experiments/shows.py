"""A film that all of a crowd watch, and begin to watch within some seconds."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.flows.crowd import Crowd
from benchmarks.flows.peer import FlowPeer, Line
from benchmarks.flows.viewer import Habits
from p2pstream.content.units import UNIT

__all__ = ["MBIT", "RATE", "show"]

MBIT = 125_000.0
#: Bytes of film a second.
RATE = 2 * MBIT
COME_S = 20.0


def show(ups: Sequence[float], seed: int, film_s: float, source: float, liars: int = 0) -> Crowd:
    """Let them come, and watch to the end.

    :param ups: what each can send, in bytes a second.
    :param liars: how many more say that they have everything, and send something else.
    """
    crowd = Crowd(round(film_s * RATE / UNIT), seed, news_s=0.2)
    crowd.source(Line(source, source))
    for _ in range(liars):
        crowd.source(Line(5 * MBIT, source)).pollutes = True
    for up in ups:
        crowd.events.at(crowd.random.uniform(0, COME_S), _come, crowd, Line(up, 20 * MBIT))
    crowd.events.run(COME_S + 1.5 * film_s)
    return crowd


def _come(crowd: Crowd, line: Line) -> FlowPeer:
    peer = crowd.join(line)
    peer.watch(Habits(RATE))
    return peer
