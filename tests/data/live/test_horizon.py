"""How far back a broadcast can be read, and where one may begin to watch."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.signed.heads import Head
from p2pstream.content.units import LEAF
from p2pstream.data.live.horizon import Horizon
from p2pstream.limits import LIMITS

FEW = replace(LIMITS, live_raps=3, live_breaks=2)


def head(first: int, second: float, **fields: object) -> Head:
    """Of a slice of two leaves that lasts a second."""
    return Head(1, first, first, 2, int(second * 1000), duration_ms=1000, **fields)  # type: ignore[arg-type]


class HorizonTests(SynchronousTestCase):
    """Places are known in their order, whenever one hears of them."""

    def test_when_it_was_captured(self) -> None:
        """A place in the middle of a slice, in the middle of its time."""
        horizon = Horizon(600.0, LIMITS)
        horizon.grown(head(0, 5.0, rap=LEAF), 0)
        self.assertEqual(list(horizon.raps), [(LEAF, 5500)])
        self.assertEqual(horizon.newest_ms, 6000)
        horizon.grown(replace(head(2, 9.0), count=0), 2 * LEAF)
        self.assertEqual(horizon.newest_ms, 6000)

    def test_heard_of_late(self) -> None:
        """Places from before come where they belong, once; of too many the oldest are forgotten."""
        horizon = Horizon(600.0, FEW)
        horizon.grown(head(8, 8.0, rap=0), 8 * LEAF)
        for first in (4, 6, 4, 2):
            horizon.late(head(first, float(first), rap=0), first * LEAF)
        self.assertEqual([at // LEAF for at, _ in horizon.raps], [4, 6, 8])
        horizon.grown(head(10, 10.0, rap=0), 10 * LEAF)
        horizon.late(head(7, 7.0, rap=0), 7 * LEAF)
        self.assertEqual([at // LEAF for at, _ in horizon.raps], [7, 8, 10])

    def test_no_room(self) -> None:
        """Half of the window is left each time, and its least in the end."""
        horizon = Horizon(70.0, LIMITS, keeps_all=True)
        for second in range(100):
            horizon.grown(head(2 * second, float(second)), second)
        left = []
        while horizon.let_go():
            left.append((horizon.window_s, horizon.start))
        self.assertEqual(left, [(70.0, 29), (35.0, 64), (17.5, 81), (10.0, 89)])
        horizon.grown(head(200, 100.0), 100)
        self.assertEqual(horizon.start, 90)

    def test_breaks(self) -> None:
        """Where timestamps jump, and where another epoch begins; never at the very first byte."""
        horizon = Horizon(600.0, FEW)
        horizon.grown(head(0, 1.0, rap=0, discontinuity=True), 0)
        self.assertEqual(list(horizon.breaks), [])
        horizon.grown(head(2, 2.0, rap=188, discontinuity=True), 2 * LEAF)
        horizon.grown(head(4, 3.0), 4 * LEAF)
        horizon.grown(head(0, 4.0, rap=0), 6 * LEAF)
        self.assertEqual(list(horizon.breaks), [2 * LEAF + 188, 6 * LEAF])
