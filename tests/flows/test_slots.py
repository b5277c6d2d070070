"""A broadcast in slots: by hand what can be counted by hand, and whole runs of few."""

from __future__ import annotations

from math import inf

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from benchmarks.experiments.bounds import reach_slots
from benchmarks.experiments.live_tiers import Watched
from benchmarks.slots import turns
from benchmarks.slots.broadcast import Seen, broadcast
from benchmarks.slots.crowd import WINDOW, Crowd, Policy, mesh


def run(peers: int = 12, uplink: float = 1.3, policy: Policy | None = None, liars: int = 0) -> Seen:
    """A few slots of few peers."""
    policy = policy or Policy(delay=20, pull_after=6)
    uplinks = np.full(peers, uplink, np.float32)
    return broadcast(Crowd(uplinks, 2.0, 6, 1, policy.way, liars), policy, WINDOW + 10)


class BoundTests(SynchronousTestCase):
    def test_reach(self) -> None:
        """Twice as many in each slot; or as Fibonacci's rabbits, where a leaf is under way for one."""
        self.assertEqual([reach_slots(peers) for peers in (1, 2, 3, 4, 5, 100)], [1, 2, 3, 3, 4, 8])
        self.assertEqual([reach_slots(peers, 1) for peers in (1, 2, 3, 5, 8)], [2, 4, 5, 6, 7])


class TurnTests(SynchronousTestCase):
    def test_mesh(self) -> None:
        """Whoever is a neighbour has one."""
        found = mesh(20, 6, 1)
        self.assertEqual(found.shape, (20, 6))
        pairs = {(peer, int(other)) for peer in range(20) for other in found[peer]}
        self.assertEqual({(other, peer) for peer, other in pairs}, pairs)
        self.assertFalse(any(peer == other for peer, other in pairs))

    def test_chosen(self) -> None:
        """The newest is the lowest bit."""
        chance = np.array([7], np.uint64)
        word = np.uint64(0b1101000)
        self.assertEqual(turns.chosen(word, 0, chance), 3)
        self.assertEqual(turns.chosen(word, 1, chance), 6)
        self.assertIn(turns.chosen(word, 2, chance), (3, 5, 6))
        self.assertEqual(turns.lowest(np.uint64(0)), -1)

    def test_arrive(self) -> None:
        """A leaf that was sent in the slot in which it was made is there when it is one slot old."""
        crowd, ages = Crowd(np.ones(4, np.float32), 1.0, 2, 1, 0), np.zeros(WINDOW, np.int64)
        crowd.arriving[0, 2] = np.uint64(1)
        crowd.soon[2] = np.uint64(1)
        turns.arrive(crowd.have, crowd.soon, crowd.arriving, crowd.spoilt, crowd.here, ages)
        self.assertEqual([int(word) for word in crowd.have], [0, 0, 2, 0])
        self.assertEqual(int(crowd.soon[2]), 0)
        self.assertEqual(ages[1], 1)


class RunTests(SynchronousTestCase):
    def test_everybody(self) -> None:
        """Nothing is missing, and nobody is quicker than is possible with what is to spare."""
        seen = run()
        self.assertEqual((seen.missing, seen.twice, seen.spoilt), (0, 0, 0))
        self.assertEqual(seen.due, 10 * 12)
        self.assertGreaterEqual(seen.within(0.99), 3)
        self.assertLess(seen.within(0.99), 9)

    def test_under_way(self) -> None:
        """Nobody has a leaf sooner than it takes to send and its way, the source's own ones neither."""
        for way in (0, 2):
            seen = run(policy=Policy(way=way, delay=20))
            self.assertEqual(int(np.flatnonzero(seen.ages)[0]), 1 + way)

    def test_asked_last(self) -> None:
        """Who asks has what is left of an uplink: else all soon ask for what was not given on."""
        seen = run(30, 1.15, Policy(way=1, delay=20, pull_after=6))
        self.assertLess(seen.pulled, seen.sent / 10)
        self.assertEqual(seen.missing, 0)

    def test_never_made(self) -> None:
        """Nobody asks for what was never made, at first and while the source is away."""
        for slots, away in ((10, 0), (30, 10)):
            crowd = Crowd(np.full(12, 1.3, np.float32), 3.0, 6, 1, 0)
            broadcast(crowd, Policy(delay=20, pull_after=2), slots, silent=(slots - away, slots))
            made = ((1 << slots) - 1) & ~((1 << away) - 1)
            self.assertFalse(np.any((crowd.have | crowd.soon) & ~np.uint64(made)), (slots, away))

    def test_too_little(self) -> None:
        """Where the uplinks do not suffice, so much is missing as they lack."""
        self.assertGreater(run(uplink=0.6).holes, 0.15)

    def test_liars(self) -> None:
        """Each spoils one leaf of each neighbour at most, and is no neighbour then."""
        seen = run(16, 2.0, liars=3)
        self.assertEqual(seen.due, 10 * 13)
        self.assertEqual(seen.missing, 0)

    def test_the_same_every_time(self) -> None:
        """One seed, one run."""
        self.assertEqual(list(run(8).ages), list(run(8).ages))


class TierTests(SynchronousTestCase):
    def test_how_late(self) -> None:
        """Each percent of what was due has its age; of what never came the last have none."""
        seen = Watched.of("", [place / 100 for place in range(98)], 2, 0.0)
        self.assertEqual((seen.ages[0], seen.ages[49], seen.ages[-2], seen.ages[-1]), (0.01, 0.5, inf, inf))
        self.assertEqual(seen.missed, 0.02)
