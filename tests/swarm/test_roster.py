"""Which of many sources is the worst."""

from __future__ import annotations

from collections.abc import Iterable

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.limits import LIMITS
from p2pstream.swarm.roster import Roster

AGAIN = LIMITS.review_s


class WorstTests(SynchronousTestCase):
    def setUp(self) -> None:
        """As many sources as are compared at least, called by their numbers."""
        self.roster = Roster()
        self.meet(*range(LIMITS.worst_of))

    def meet(self, *sources: int, now: float = 0.0) -> None:
        """These are connected."""
        for source in sources:
            self.roster.met(Address("10.0.0.1", 3000 + source), source, now)

    def send(self, now: float, *counts: int) -> None:
        """The first sends so much, and the second, and so on."""
        for source, count in enumerate(counts):
            self.roster.sent(source, count, now)

    def worst(self, now: float, needed: Iterable[int] = ()) -> int | None:
        """Who is, now."""
        found: int | None = self.roster.worst(now, set(needed).__contains__)
        return found

    def test_far_slower(self) -> None:
        """One that sent less than a tenth of what half of them sent."""
        self.worst(0.0)
        few = int(LIMITS.worst_part * 1000)
        self.send(1.0, 1000, few - 1, 1000, few - 2, 1000)
        self.assertEqual(self.worst(AGAIN), 3)

    def test_only_slower(self) -> None:
        """One that sent a tenth is of use."""
        self.worst(0.0)
        self.send(1.0, 1000, int(LIMITS.worst_part * 1000), 1000, 1000, 1000)
        self.assertIsNone(self.worst(AGAIN))

    def test_one_in_a_while(self) -> None:
        """Whatever happens, one in a minute; what it sent before that counts no more."""
        self.worst(0.0)
        self.send(1.0, 1, 1000, 1000, 1000, 1000)
        self.assertIsNone(self.worst(AGAIN - 0.1))
        self.assertEqual(self.worst(AGAIN), 0)
        self.assertIsNone(self.worst(AGAIN + 0.1))
        self.send(AGAIN + 1.0, 1000, 1, 1000, 1000, 1000)
        self.assertEqual(self.worst(2 * AGAIN), 1)

    def test_few(self) -> None:
        """Of few nobody is the worst."""
        self.roster.left(4)
        self.worst(0.0)
        self.send(1.0, 0, 1000, 1000, 1000)
        self.assertIsNone(self.worst(AGAIN))

    def test_who_came_since(self) -> None:
        """One that was there for a part of the time is neither judged nor compared with."""
        self.worst(0.0)
        self.meet(5, 6, now=1.0)
        self.send(2.0, 1000, 1000, 1000, 1000, 1000)
        self.assertIsNone(self.worst(AGAIN))
        self.send(AGAIN + 1.0, 1000, 1000, 1000, 1000, 1000, 1000)
        self.assertEqual(self.worst(2 * AGAIN), 6)

    def test_nothing_comes(self) -> None:
        """While nothing is wanted of anybody nobody is slow."""
        self.worst(0.0)
        self.assertIsNone(self.worst(AGAIN))

    def test_needed(self) -> None:
        """One that has what nobody else has stays; then it is the next."""
        self.worst(0.0)
        self.send(1.0, 1, 2, 1000, 1000, 1000)
        self.assertEqual(self.worst(AGAIN, needed=[0]), 1)
        self.send(AGAIN + 1.0, 1, 1000, 1000, 1000, 1000)
        self.assertIsNone(self.worst(2 * AGAIN, needed=[0]))
