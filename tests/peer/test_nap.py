"""Rests that end early."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.peer.nap import Nap
from p2pstream.testing.clock import HeapClock


class NapTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Nobody sleeps."""
        self.clock = HeapClock()
        self.nap = Nap(self.clock)

    def sleep(self, seconds: float) -> Deferred[None]:
        """Fall asleep."""
        return Deferred.fromCoroutine(self.nap.sleep(seconds))

    def test_whole(self) -> None:
        """Without news it lasts as long as it should, also the second time."""
        for _ in range(2):
            sleeping = self.sleep(5)
            self.clock.advance(4.9)
            self.assertNoResult(sleeping)
            self.clock.advance(0.1)
            self.successResultOf(sleeping)

    def test_woken(self) -> None:
        """News ends it at once, and leaves no timer."""
        sleeping = self.sleep(5)
        self.nap.wake()
        self.successResultOf(sleeping)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_news_before(self) -> None:
        """News that came while it was awake lets it rest for no more than a turn, unless it looked."""
        self.nap.wake()
        sleeping = self.sleep(5)
        self.assertNoResult(sleeping)
        self.clock.advance()
        self.successResultOf(sleeping)
        self.nap.forget()
        sleeping = self.sleep(5)
        self.clock.advance(4.9)
        self.assertNoResult(sleeping)
        self.nap.wake()

    def test_cancelled(self) -> None:
        """Whoever gives up leaves no timer."""
        sleeping = self.sleep(5)
        sleeping.addErrback(lambda _: None)
        sleeping.cancel()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.nap.wake()
