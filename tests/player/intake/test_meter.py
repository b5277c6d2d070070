from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.views import PlayerState
from p2pstream.limits import LIMITS
from p2pstream.player.intake.meter import JUDGED_FROM, Meter


class MeterTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A film of 100 seconds of whose million bytes a tenth were given away."""
        arrival = SimpleNamespace(edge=lambda position: position + 5000)
        self.feed = SimpleNamespace(
            length=1_000_000, position=100_000, ahead=120_000, taken=100_000, blocked_since=None,
            seconds=lambda: 50.0, over=False, full=False, arrival=arrival,
        )  # fmt: skip
        feed: Any = self.feed
        self.meter = Meter(feed)

    def _at(self, position: float, demuxed: int, duration: float = 100.0) -> None:
        self.meter.read(demuxed, PlayerState("playing", position, duration))

    def test_known_length(self) -> None:
        """Where length and duration are known, so is the rate."""
        self._at(5.0, 90_000)
        self.assertEqual((self.meter.byte_rate, self.meter.likely_length), (10_000.0, 1_000_000))
        self.assertEqual(self.meter.on_screen, 50_000)

    def test_on_screen_is_behind_the_reader(self) -> None:
        """Whatever the rate is taken for, nothing is on screen that was not read."""
        self._at(90.0, 90_000)
        self.assertEqual(self.meter.on_screen, 100_000)

    def test_on_screen_is_not_far_behind(self) -> None:
        """Where a film's first half has most of its bytes: libvlc holds no more than it may."""
        self.feed.position = 9_000_000
        self._at(5.0, 90_000)
        self.assertEqual(self.meter.on_screen, 9_000_000 - LIMITS.prefetch_bytes - 4000)

    def test_unknown_length(self) -> None:
        """Where it is not, what was decoded tells; of too little of the film nothing is concluded."""
        self.feed.length = None
        self._at(JUDGED_FROM - 0.1, 24_000)
        self.assertIsNone(self.meter.likely_length)
        self._at(JUDGED_FROM, 24_000)
        self.assertEqual((self.meter.byte_rate, self.meter.likely_length), (10_000.0, 1_000_000))

    def test_elsewhere(self) -> None:
        """After a jump the counting begins anew, and so does the judging."""
        self.feed.length = None
        self._at(60.0, 200_000)
        self.meter.begin(20.0, 200_000)
        self.assertEqual((self.meter.byte_rate, self.meter.likely_length), (0.0, None))
        self._at(22.0, 224_000)
        self.assertEqual(self.meter.byte_rate, 10_000.0)

    def test_libvlc_counts_in_an_int(self) -> None:
        """What went round 2**32 went forward."""
        self.feed.length = None
        self.meter.begin(0.0, 2**32 - 4_000)
        self._at(2.0, 20_000)
        self.assertEqual(self.meter.byte_rate, 10_000.0)

    def test_provisions(self) -> None:
        """How long the reader waits, what is held for the decoder, and how far the data are there."""
        self._at(5.0, 60_000)
        self.feed.blocked_since = 49.5
        found = self.meter.provisions(0.1)
        self.assertEqual((found.blocked_for, found.held, found.edge), (0.5, 40_000, 125_000))
        self.feed.blocked_since = None
        self.assertIsNone(self.meter.provisions(0.1).blocked_for)

    def test_ran_dry(self) -> None:
        """No picture for long while the reader waits: nothing can be held any more."""
        self._at(5.0, 60_000)
        self.feed.blocked_since = 49.5
        self.assertEqual(self.meter.provisions(1.0).held, 0)
