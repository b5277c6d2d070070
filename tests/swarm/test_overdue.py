"""Downloads whose sources keep what they were asked for."""

from __future__ import annotations

from p2pstream.content.addresses import Address
from p2pstream.content.ranges import Ranges
from p2pstream.limits import LIMITS
from tests.swarm.test_proven import A, B, C, ProvenTestCase


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

    def test_F30_trickle_together(self) -> None:
        """Several of them do not take over from each other what a reader waits for."""
        for address in (A, B):
            self.peer(address)
        done = self.run_to(A, B)
        self.stream.cursor(0, "read")
        other = self.peer(C)
        self.download.add([C])
        began = self.clock.seconds()
        while not done.called and self.clock.seconds() < began + LIMITS.copy_s / 2:
            self.clock.advance(0.01 if other.step() else LIMITS.picker_tick_s)
        self.successResultOf(done)

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

    def test_have_nothing(self) -> None:
        """Any number that have nothing keep nobody out who has: each makes room, the quietest first."""
        idle = [Address(f"10.0.1.{number}", 2050) for number in range(1, 2 * LIMITS.sources + 1)]
        for address in idle:
            self.peer(address, Ranges())
        self.peer(B)
        done = self.run_to(*idle, B)
        self.clock.advance(LIMITS.unheard_s - 0.1)
        self.assertEqual(self.heard.named("source_lost"), [])
        self.clock.advance(1.5 * LIMITS.unheard_s)
        self.all_step(done, rounds=100)
        self.successResultOf(done)
        self.check_whole()

    def test_nobody_waits_for_a_place(self) -> None:
        """Then who has nothing yet may stay."""
        self.peer(A, Ranges())
        self.peer(B, Ranges())
        done = self.run_to(A, B)
        self.clock.advance(10 * LIMITS.unheard_s)
        self.assertEqual(self.heard.named("source_lost"), [])
        self.give_up(done)
