"""Peers that are killed again and again, with many seeds: the picker alone, over units that flow."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.flows.crowd import Crowd
from benchmarks.flows.peer import FlowPeer, Line
from benchmarks.flows.viewer import Habits
from p2pstream.content.units import UNIT

RATE = 250_000.0
FILM_S = 12.0
#: All together send 1.5 times what all of them want, and the origin nearly half of that.
ORIGIN, LINE = Line(800_000, 2_500_000), Line(270_000, 2_500_000)
PEERS, KILLED = 4, 2
#: Every so many seconds; others come after half of that; a player holds as much.
EACH_S = 4.0


class ChurnTests(SynchronousTestCase):
    """Four who copy, one who watches, and an origin that is never killed."""

    def stalls(self, seed: int) -> list[float]:
        """For how long the picture stood still, each time."""
        crowd = Crowd(round(FILM_S * RATE / UNIT), seed)
        crowd.source(ORIGIN)
        peers = [crowd.join(LINE) for _ in range(PEERS)]
        watching = crowd.join(LINE).watch(Habits(RATE, start_s=2.0, buffer_s=EACH_S))
        crowd.events.after(EACH_S, self.kill, crowd, peers)
        crowd.events.run(FILM_S + EACH_S)
        self.assertIsNotNone(watching.ended)
        return watching.stalls

    def kill(self, crowd: Crowd, peers: list[FlowPeer]) -> None:
        """Half of those who copy are gone, and come back with nothing."""
        killed = crowd.random.sample(range(PEERS), KILLED)
        for number in killed:
            crowd.leave(peers[number])
        crowd.events.after(EACH_S / 2, self.replace, crowd, peers, killed)
        crowd.events.after(EACH_S, self.kill, crowd, peers)

    def replace(self, crowd: Crowd, peers: list[FlowPeer], killed: list[int]) -> None:
        """Others in their places."""
        for number in killed:
            peers[number] = crowd.join(LINE)

    def test_F23_twenty_seeds(self) -> None:
        """No picture stands still."""
        self.assertEqual({seed: stalls for seed in range(20) if (stalls := self.stalls(seed))}, {})
