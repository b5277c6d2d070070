"""Downloads whose sources keep what they were asked for."""

from __future__ import annotations

from dataclasses import replace

from twisted.internet.defer import Deferred

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


class CrowdTests(ProvenTestCase):
    """A crew that is full, of which one sends next to nothing."""

    units = 200
    limits = replace(LIMITS, sources=LIMITS.worst_of, review_s=3.0)

    def begin(self, slow: Ranges | None = None, others: Ranges | None = None) -> Deferred[None]:
        """The slow one is A."""
        self.crew = [A, *(Address(f"10.0.1.{number}", 2050) for number in range(1, self.limits.sources))]
        for address in self.crew:
            self.peer(address, slow if address == A else others)
        return self.run_to(*self.crew)

    def play(self, seconds: float) -> list[str]:
        """All but A send five units a second; who was lost meanwhile."""
        until = self.clock.seconds() + seconds
        while self.clock.seconds() < until:
            for address in self.crew[1:]:
                self.peers[address].step(1)
            self.clock.advance(LIMITS.picker_tick_s)
        return [str(lost["address"]) for lost in self.heard.named("source_lost")]

    def test_the_worst_makes_room(self) -> None:
        """Who sent far less than the others has nobody keep out who may be better; it is one in a while."""
        done = self.begin()
        self.peers[A].step(1)
        self.peer(B)
        self.download.add([B])
        self.assertEqual(self.play(2.8), [])
        self.assertEqual(self.play(0.6), [str(A)])
        self.assertTrue(self.peers[A].closed)
        self.assertIn({"address": str(B)}, self.heard.named("source_connected"))
        self.assertEqual(self.play(2.0), [str(A)])
        self.give_up(done)

    def test_nobody_waits(self) -> None:
        """It may stay while nobody wants its place; one that had it is nobody new."""
        done = self.begin()
        self.assertEqual(self.play(4.0), [])
        self.give_up(done)

    def test_alone_with_a_unit(self) -> None:
        """One that has what nobody else has stays."""
        done = self.begin(others=Ranges([(0, self.units - 1)]))
        self.peer(B, Ranges([(0, self.units - 1)]))
        self.download.add([B])
        self.assertEqual(self.play(4.0), [])
        self.give_up(done)
