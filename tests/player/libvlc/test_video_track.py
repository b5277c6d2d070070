from __future__ import annotations

from fractions import Fraction

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.libvlc.video_track import VideoTrack, _as_value, _Video


class TrackTests(SynchronousTestCase):
    def test_values(self) -> None:
        """Aspect and rate are what the film says; unknown ones have their defaults."""
        video = _Video(width=720, height=576, sar_num=64, sar_den=45, frame_rate_num=25, frame_rate_den=1)
        self.assertEqual(_as_value(video), VideoTrack(720, 576, Fraction(64, 45), 25.0))
        self.assertEqual(_as_value(_Video(width=4, height=3)), VideoTrack(4, 3, Fraction(1), 0.0))

    def test_turned(self) -> None:
        """A film that lies on its side is described as it is shown: upright."""
        video = _Video(width=1920, height=1080, sar_num=4, sar_den=3, orientation=6)
        self.assertEqual(_as_value(video), VideoTrack(1080, 1920, Fraction(3, 4), 0.0))
