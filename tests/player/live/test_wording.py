"""What is said of a broadcast while it is watched."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.views import LiveState, PlayerState
from p2pstream.player.live.wording import AWAY_S, OVER, behind_text, doing, notice

AWAY = LiveState(4.0, quiet_s=AWAY_S)


class WordingTests(SynchronousTestCase):
    """A word for each way in which it stands."""

    def test_doing(self) -> None:
        """Why no picture moves."""
        shown = PlayerState("opening", shown=5)
        self.assertEqual(doing(PlayerState(), LiveState()), "Joining")
        self.assertEqual(doing(shown, LiveState()), "Going there")
        self.assertEqual(doing(PlayerState("buffering", shown=5), LiveState()), "Waiting")
        self.assertEqual(doing(PlayerState("buffering", shown=5), AWAY), "The source is away")

    def test_notice(self) -> None:
        """What is to be known while pictures move, or after the last."""
        playing = PlayerState("playing", shown=5)
        self.assertEqual(notice(playing, LiveState(4.0)), "")
        self.assertEqual(notice(playing, AWAY), "The source is away, for 0:03")
        self.assertEqual(notice(playing, LiveState(4.0, quiet_s=99.0, ended=True)), "")
        self.assertEqual(notice(PlayerState("ended"), LiveState(ended=True)), OVER)

    def test_behind(self) -> None:
        """Exactly at the edge, by the clock before."""
        self.assertEqual(behind_text(LiveState(4.04)), "4.0 s behind")
        self.assertEqual(behind_text(LiveState(75.0)), "−1:15")
        self.assertEqual(behind_text(LiveState(35.0, at_edge=False)), "−0:35")
        self.assertEqual((behind_text(LiveState()), behind_text(LiveState(-0.1))), ("", "0.0 s behind"))
