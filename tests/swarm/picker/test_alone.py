"""Where all watch together, who has a part is asked for what it alone has."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from tests.swarm.picker.boards import PickerCase


class AloneTests(SynchronousTestCase):
    """Of two who have parts, one alone has a hundred units."""

    def first(self, seed: int) -> int:
        """What it is asked for first, by one of many who come."""
        case = PickerCase(3000, "", seed=seed)
        case.join("a", Ranges([(0, 600)]))
        case.join("b", Ranges([(0, 100), (200, 600)]))
        case.picker._spread.look(case.shelves)
        case.read(0)
        self.rate = case.picker.demand("reader").rate  # type: ignore[union-attr]
        pick = case.pick("a")
        assert pick is not None
        return pick.first

    def test_each_asks_for_another(self) -> None:
        """So none of them waits while others are sent the same, and all can feed each other."""
        firsts = [self.first(seed) for seed in range(20)]
        self.assertGreater(len(set(firsts)), 10)
        self.assertTrue(all(100 <= first < 200 for first in firsts))
        self.assertLess(max(firsts), -(-LIMITS.rare_s * self.rate // UNIT))
