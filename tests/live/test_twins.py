"""Two links between the same two who take part in a broadcast."""

from __future__ import annotations

from itertools import permutations, product
from random import Random

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.live.relay import Relay
from p2pstream.testing.live.live import DirectNeighbour, LeafUplink
from tests.live.test_contracts import window

#: Of the two ends; the first is the smaller.
IDS = b"1" * 32, b"2" * 32


class TwinTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Two who watch."""
        self.clock = Clock()
        self.ends = [Relay(window(), self.clock, Random(seed), 2.0) for seed in (1, 2)]

    def link(self, dialler: int) -> tuple[DirectNeighbour, DirectNeighbour]:
        """A link that this one dialled, as each of them has it; nobody was told of it yet."""
        uplinks = LeafUplink(self.clock, 1e6), LeafUplink(self.clock, 1e6)
        one, other = self.ends
        there = DirectNeighbour(self.clock, one, other, uplinks[0], 0.02, LIMITS)
        back = DirectNeighbour(self.clock, other, one, uplinks[1], 0.02, LIMITS)
        there.other, back.other = back, there
        there.id, back.id = reversed(IDS)
        there.preferred = back.preferred = dialler == 0
        return there, back

    def left(self) -> list[list[DirectNeighbour]]:
        """Whom each has for a neighbour, when what was said has arrived."""
        self.clock.advance(1)
        return [list(end.neighbours.all()) for end in self.ends]  # type: ignore[arg-type]

    def test_each_dialled(self) -> None:
        """The one that the smaller id dialled stays, in whichever order each of them meets the two."""
        for orders in product(permutations((0, 1)), repeat=2):
            self.setUp()
            links = [self.link(dialler) for dialler in (0, 1)]
            for end, order in enumerate(orders):
                for number in order:
                    self.ends[end].met(links[number][end])
            self.assertEqual(self.left(), [[links[0][0]], [links[0][1]]], orders)

    def test_one_dialled_again(self) -> None:
        """The newer stays, whoever it is that dials: it would not, if the older were any good."""
        for dialler in (0, 1):
            self.setUp()
            older, newer = self.link(dialler), self.link(dialler)
            for link in (older, newer):
                for end in (0, 1):
                    self.ends[end].met(link[end])
            self.assertEqual(self.left(), [[newer[0]], [newer[1]]], dialler)

    def test_another(self) -> None:
        """Two who are not the same, or of whom one says no id, have nothing to do with each other."""
        links = [self.link(0) for _ in range(3)]
        links[1][0].id, links[2][0].id = b"", b"3" * 32
        for link in links:
            self.ends[0].met(link[0])
        self.assertEqual(len(self.left()[0]), 3)
