"""The trees that were used last."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.peer.keys.recent_trees import RecentTrees


def tree(number: int, units: int) -> Tree:
    """One of so many units."""
    return Tree.of_units(units * UNIT, bytes([number]) * 32 * units)


class RecentTreesTests(SynchronousTestCase):
    """Which are here."""

    def setUp(self) -> None:
        """Room for the trees of eight units."""
        self.recent = RecentTrees(replace(LIMITS, share_trees_bytes=512))
        self.trees = [tree(number, 4) for number in range(3)]

    def here(self) -> list[bool]:
        """Of the three."""
        return [self.recent.find(each.key) is each for each in self.trees]

    def test_at_the_bound(self) -> None:
        """What there is room for stays; one more, and the first goes."""
        self.recent.put(self.trees[0])
        self.recent.put(self.trees[1])
        self.assertEqual(self.here(), [True, True, False])
        self.recent.put(self.trees[2])
        self.assertEqual(self.here(), [False, True, True])

    def test_used(self) -> None:
        """It stays for longer than one that was not."""
        self.recent.put(self.trees[0])
        self.recent.put(self.trees[1])
        self.recent.find(self.trees[0].key)
        self.recent.put(self.trees[2])
        self.assertEqual(self.here(), [True, False, True])

    def test_the_same_key(self) -> None:
        """All who ask for one key get one tree, and it takes room once."""
        first, second, again = self.trees[0], self.trees[1], tree(0, 4)
        self.recent.put(first)
        self.assertIs(self.recent.put(again), first)
        self.recent.put(second)
        self.assertEqual(self.here(), [True, True, False])

    def test_larger_than_all_room(self) -> None:
        """It is kept alone: somebody is about to ask for it again."""
        large = tree(9, 100)
        self.recent.put(self.trees[0])
        self.recent.put(large)
        self.assertIs(self.recent.find(large.key), large)
        self.assertEqual(self.here(), [False, False, False])
        self.recent.put(self.trees[1])
        self.assertEqual(self.here(), [False, True, False])
