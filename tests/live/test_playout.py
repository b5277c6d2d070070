"""When something is shown, by clocks that nobody set alike."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.live.playout import Playout
from tests.live.test_mesh import head


class PlayoutTests(SynchronousTestCase):
    """When something is shown."""

    def test_clocks_a_day_apart(self) -> None:
        """Do not matter; the quickest head does."""
        for wrong in (-86_400.0, 0.0, 86_400.0):
            playout = Playout(2.0)
            for seq, late in ((0, 0.5), (1, 0.1), (2, 0.9)):
                each = head(seq)
                playout.heard(each, (each.captured_ms + 1000) / 1000 + wrong + late)
            self.assertAlmostEqual(playout.due(5000.0), 5.0 + wrong + 0.1 + 2.0)
            self.assertAlmostEqual(playout.shown_ms(5.0 + wrong + 2.1) or 0, 5000.0)

    def test_before_the_first_head(self) -> None:
        """Nothing is due."""
        self.assertEqual(Playout(2.0).due(0.0), float("inf"))
        self.assertIsNone(Playout(2.0).shown_ms(0.0))

    def test_drift(self) -> None:
        """What was the least once is forgotten after two turns."""
        playout = Playout(2.0, replace(LIMITS, live_offset_s=10.0))
        for second in range(60):
            each = head(second)
            playout.heard(each, (each.captured_ms + 1000) / 1000 + 0.01 * second)
        self.assertGreater(playout.due(0.0), 2.0 + 0.3)
