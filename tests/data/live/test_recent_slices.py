"""The newest slices, by their leaves."""

from __future__ import annotations

import sys
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.signed.heads import Head
from p2pstream.data.live import Slice
from p2pstream.data.live.recent import RecentSlices


def entry(first: int, count: int, epoch: int = 1) -> Slice:
    """A slice over so many leaves."""
    return Slice(Head(epoch, first, first, count, 0, 100), bytes(32 * count))


class RecentSlicesTests(SynchronousTestCase):
    """Four of them."""

    def setUp(self) -> None:
        """None yet."""
        self.recent = RecentSlices(4)

    def test_in_any_order(self) -> None:
        """A leaf has the slice over it, in its epoch; there may be gaps, and one without leaves."""
        late, first, other, word = entry(10, 5), entry(0, 5), entry(3, 2, epoch=2), entry(10, 0)
        for each in (late, first, other, word):
            self.recent.put(each)
        for epoch, leaf, found in (
            (1, 0, first), (1, 4, first), (1, 5, None), (1, 9, None), (1, 10, late), (1, 14, late),
            (1, 15, None), (2, 2, None), (2, 3, other), (2, 4, other), (2, 5, None), (0, 9, None),
        ):  # fmt: skip
            self.assertIs(self.recent.over(epoch, leaf), found, (epoch, leaf))

    def test_the_bound(self) -> None:
        """The first of one too many goes, unless it came again meanwhile."""
        slices = [entry(5 * place, 5) for place in range(5)]
        for each in slices:
            self.recent.put(each)
        self.assertEqual([self.recent.over(1, 5 * place) for place in range(5)], [None, *slices[1:]])
        again = entry(5, 5)
        for each in (again, entry(25, 5)):
            self.recent.put(each)
        self.assertIs(self.recent.over(1, 7), again)
        self.assertIsNone(self.recent.over(1, 10))

    def test_many_leaves_take_no_more(self) -> None:
        """What is kept beside the slices has their number, and not that of their leaves."""
        sizes = []
        for count in (1, 200):
            recent: Any = RecentSlices(600)
            for place in range(2000):
                recent.put(entry(count * place, count))
            sizes.append(sys.getsizeof(recent._at) + sys.getsizeof(recent._places))
            self.assertEqual(len(recent._at), 600)
        self.assertEqual(*sizes)
