"""One who has all says what it gives to others."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from tests.swarm.picker.boards import PickerCase, spread


class ElsewhereTests(SynchronousTestCase):
    """Nobody is known but one that has all of 1000 units."""

    def setUp(self) -> None:
        """It has sent something."""
        self.case = PickerCase(sources="a")
        self.case.steady("a", 20, 0.01)

    def asked(self, elsewhere: Ranges) -> set[int]:
        """What it is asked for next, who says that others are given those."""
        shelf = self.case.shelf("a")._replace(elsewhere=elsewhere)
        shelves: dict[Any, Any] = {"a": shelf}
        self.case.picker.tick(shelves, self.case.now)
        return spread(self.case.picker.pick("a", shelf, 256, self.case.now))

    def test_nobody_else_fetches(self) -> None:
        """What comes first."""
        self.assertEqual(min(self.asked(Ranges())), self.case.picker.here.first_missing(0))

    def test_others_are_given(self) -> None:
        """Something else, which these will want."""
        given = Ranges([(0, 400), (500, 1000)])
        self.assertLessEqual(self.asked(given), set(range(400, 500)))

    def test_all_is_given(self) -> None:
        """What comes first, rather than nothing: who was given it may be gone."""
        self.assertEqual(min(self.asked(Ranges([(0, 1000)]))), self.case.picker.here.first_missing(0))
