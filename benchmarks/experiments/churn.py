"""E6: viewers come and go, many without a word, and the source is started anew."""

from __future__ import annotations

from benchmarks.experiments.audience import settled, stalled_part
from benchmarks.experiments.outcome import Curve, Finding, Outcome
from benchmarks.experiments.shows import COME_S, MBIT, RATE
from benchmarks.flows.crowd import Crowd
from benchmarks.flows.peer import FlowPeer, Line
from benchmarks.flows.viewer import Habits
from p2pstream.content.units import UNIT

__all__ = ["run"]

LINE = Line(4 * MBIT, 20 * MBIT)
SOURCE = Line(20 * MBIT, 20 * MBIT)
#: Seconds that a viewer stays, on average.
STAYS = 120.0, 600.0
#: So many a second end without a word: one in ten a minute.
CRASHES = 0.1 / 60
FILM_S = 300.0
#: Seconds until somebody else comes in the place of one who went.
AGAIN_S = 5.0
DOWN_S = 5.0
#: The delay that the bar on recovery is given in is what a viewer holds.
DELAY_S = Habits().buffer_s


def run(peers: int, seed: int, lasts_s: float = 180.0) -> Outcome:
    """Watch them, for each time that they stay; the source is gone after half of it."""
    findings, rows, curves = list[Finding](), list[tuple[float, float, float]](), list[Curve]()
    for stay_s in STAYS:
        still, stalled = _watch(peers, seed, stay_s, lasts_s)
        name = f"stay {stay_s / 60:g} minutes"
        findings.append(Finding(f"percent of the time stalled; {name}", stalled, 0.5))
        back_s = _recovery(still, lasts_s / 2)
        findings.append(
            Finding(f"seconds from the source's return to all as before; {name}", back_s, 2 * DELAY_S)
        )
        rows += [(stay_s, when, part) for when, part in still]
        curves.append(Curve(name, [when for when, _ in still], [part for _, part in still]))
    columns = "stay_s", "at_s", "stand_still_percent"
    return Outcome("Coming and going", findings, columns, rows, "seconds", "percent that stand still", curves)


def _watch(peers: int, seed: int, stay_s: float, lasts_s: float) -> tuple[list[tuple[float, float]], float]:
    """What part stood still in each second, and of all their time, in percent."""
    crowd = Crowd(round(FILM_S * RATE / UNIT), seed, news_s=0.2)
    source = crowd.source(SOURCE)
    for _ in range(peers):
        crowd.events.at(crowd.random.uniform(0, COME_S), _come, crowd, stay_s)
    crowd.events.at(lasts_s / 2 - DOWN_S, crowd.restart, source, DOWN_S)
    still = list[tuple[float, float]]()
    for second in range(1, round(lasts_s) + 1):
        crowd.events.run(float(second))
        watching = [peer.watching for peer in crowd.peers if peer.there and peer.watching is not None]
        standing = sum(each.stands_still for each in watching)
        still.append((float(second), 100 * standing / max(1, len(watching))))
    return still, stalled_part(settled(crowd, crowd.peers))


def _come(crowd: Crowd, stay_s: float) -> None:
    peer = crowd.join(LINE)
    peer.watch(Habits(RATE))
    stays, lives = (crowd.random.expovariate(each) for each in (1 / stay_s, CRASHES))
    crowd.events.after(min(stays, lives, FILM_S), _go, crowd, peer, stay_s, lives < stays)


def _go(crowd: Crowd, peer: FlowPeer, stay_s: float, crashes: bool) -> None:
    crowd.leave(peer, crashes)
    crowd.events.after(AGAIN_S, _come, crowd, stay_s)


def _recovery(still: list[tuple[float, float]], back_at: float) -> float:
    """For how long after that more stood still than in the worst second before the source went."""
    gone_at = back_at - DOWN_S
    before = max(part for when, part in still if gone_at / 2 <= when < gone_at)
    worse = [when for when, part in still if when > back_at and part > before]
    return max(worse, default=back_at) - back_at
