"""Downloads whose sources keep what they were asked for."""

from __future__ import annotations

from p2pstream.limits import LIMITS
from tests.swarm.test_proven import A, B, ProvenTestCase


class OverdueTests(ProvenTestCase):
    def test_F30_trickle(self) -> None:
        """A peer that never finishes what it was asked for keeps no download from its end, and is left."""
        self.peer(A)
        done = self.run_to(A)
        self.peer(B)
        self.download.add([B])
        del self.peers[A]
        self.all_step(done, rounds=100)
        self.successResultOf(done)
        self.check_whole()

    def test_F30_owed(self) -> None:
        """It is left after a while, unless there is nobody else."""
        self.peer(A)
        done = self.run_to(A)
        self.clock.advance(LIMITS.owed_s + 1)
        self.assertEqual(self.heard.named("source_lost"), [])
        self.peer(B)
        self.download.add([B])
        self.clock.advance(LIMITS.picker_tick_s)
        self.assertEqual([str(lost["address"]) for lost in self.heard.named("source_lost")], [str(A)])
        self.give_up(done)
