"""Settings that are times, and how they are written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.settings import PlaySettings
from p2pstream.settings.kinds import seconds, span
from tests import strategies  # noqa: F401  (loads the profile)

#: Times with more digits than any film needs.
LONG = ("9" * 400, "99999:00:00", "0." + "1" * 400)


class TimeTests(SynchronousTestCase):
    """--start takes a time as people write it."""

    def test_forms(self) -> None:
        """Seconds, minutes and hours; seconds alone may be many."""
        for written, meant in (("90", 90), ("1:30", 90), ("1:00:30", 3630), ("0:05.5", 5.5), ("7200", 7200)):
            self.assertEqual(seconds(written), meant, written)

    def test_refused(self) -> None:
        """What no clock shows is refused."""
        for written in ("", "-1", "1:60", "1:60:00", "1:2:3:4", "1e3", "nan", "inf", "٣", " 1", *LONG):
            self.assertRaises(ValueError, seconds, written)

    @given(st.integers(0, 359999))
    def test_round_trip(self, whole: int) -> None:
        """Every second of four days can be written as a clock shows it."""
        minutes, second = divmod(whole, 60)
        hours, minute = divmod(minutes, 60)
        self.assertEqual(seconds(f"{hours}:{minute:02d}:{second:02d}"), whole)


class SpanTests(SynchronousTestCase):
    """--window and --latency take how long something lasts."""

    def test_forms(self) -> None:
        """Hours, minutes and seconds with their letters, or as a clock shows them."""
        forms = (("10m", 600), ("1h30m", 5400), ("90s", 90), ("1.5s", 1.5), ("2h", 7200), ("10min", 600))
        for written, meant in (*forms, ("1M", 60), ("600", 600), ("10:00", 600), ("1:00:30", 3630)):
            self.assertEqual(span(1, 10_000, written), meant, written)

    def test_bounds(self) -> None:
        """Both bounds are allowed, and nothing beyond them."""
        self.assertEqual((span(0.8, 30, "0.8s"), span(0.8, 30, "30s")), (0.8, 30))
        for written in ("0.79", "0", "30.1", "1m", "0s"):
            self.assertRaises(ValueError, span, 0.8, 30, written)

    def test_of_broadcasts(self) -> None:
        """Both bounds of how far back one can go and how late it is shown, and a second beyond each."""
        for row, least, most in (
            ("window", LIMITS.live_window_least_s, LIMITS.live_window_most_s),
            ("latency", LIMITS.live_delay_least_s, LIMITS.live_delay_most_s),
        ):
            (setting,) = (each for each in PlaySettings.rows() if f"--{row}" in each.flags)
            kind = setting.kind
            self.assertEqual([kind(f"{bound:g}s") for bound in (least, most)], [least, most])
            for beyond in (least - 0.1, most + 1):
                self.assertRaises(ValueError, kind, f"{beyond:g}s")

    def test_defaults_of_broadcasts(self) -> None:
        """Unless somebody says."""
        settings = PlaySettings()
        self.assertEqual((settings.window, settings.latency), (LIMITS.live_window_s, LIMITS.live_delay_s))

    def test_refused(self) -> None:
        """What means nothing."""
        for written in ("", "m", "-1s", "1d", "s", "1m1h", "1e3", "nan", "inf", "٣s", " 1s", "1:60", *LONG):
            self.assertRaises(ValueError, span, 0, 10**9, written)
