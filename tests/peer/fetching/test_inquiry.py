"""When centrals are asked again, on a stepped clock."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.peer.fetching.inquiry import Inquiry
from p2pstream.testing.clock import HeapClock

AGAIN, SOON = LIMITS.peers_again_s, LIMITS.peers_soon_s


class InquiryTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A central that answers at once, until it is told not to."""
        self.clock = HeapClock()
        self.began = self.clock.seconds()
        self.asked: list[float] = []
        self.silent = False
        self.asking: Deferred[None] = Deferred()
        self.inquiry = Inquiry(self.clock, self.ask)

    def ask(self) -> Deferred[None]:
        """Note when."""
        self.asked.append(round(self.clock.seconds() - self.began, 3))
        self.asking = Deferred()
        if not self.silent:
            self.asking.callback(None)
        return self.asking

    def urge_for(self, seconds: float) -> None:
        """Sources go all the time."""
        until = self.clock.seconds() + seconds
        while self.clock.seconds() < until:
            self.inquiry.urge()
            self.clock.advance(0.25)

    def test_every_so_often(self) -> None:
        """While all goes well it is asked now and then."""
        self.clock.advance(3 * AGAIN)
        self.assertEqual(self.asked, [AGAIN, 2 * AGAIN, 3 * AGAIN])

    def test_at_once(self) -> None:
        """When sources went, it is asked now, and not twenty seconds later."""
        self.clock.advance(7.0)
        self.inquiry.urge()
        self.clock.advance(0.0)
        self.assertEqual(self.asked, [7.0])
        self.clock.advance(AGAIN)
        self.assertEqual(self.asked, [7.0, 7.0 + AGAIN])

    def test_not_while_it_has_only_just_been_told(self) -> None:
        """What was said a moment ago would be said again."""
        self.inquiry.urge()
        self.clock.advance(SOON - 0.01)
        self.assertEqual(self.asked, [])
        self.clock.advance(0.01)
        self.assertEqual(self.asked, [SOON])

    def test_bounded(self) -> None:
        """When sources go all the time, each question comes later, down to as rarely as ever."""
        self.urge_for(100.0)
        self.assertEqual(self.asked, [1.0, 3.0, 7.0, 15.0, 31.0, 51.0, 71.0, 91.0])

    def test_now_and_then(self) -> None:
        """When half of them go every ten seconds, it is asked at once each time."""
        for _ in range(4):
            self.clock.advance(10.0)
            self.inquiry.urge()
        self.clock.advance(0.0)
        self.assertEqual(self.asked, [10.0, 20.0, 30.0, 40.0])

    def test_few(self) -> None:
        """While few are known it is asked soon, each time later, down to as rarely as ever."""
        for _ in range(240):
            self.inquiry.hasten()
            self.clock.advance(0.25)
        self.assertEqual(self.asked, [1.0, 3.0, 7.0, 15.0, 31.0, 51.0])

    def test_few_and_they_go(self) -> None:
        """What was asked because few are known makes nothing later that is asked because sources went."""
        self.inquiry.hasten()
        self.clock.advance(SOON)
        self.clock.advance(SOON)
        self.inquiry.urge()
        self.clock.advance(0.0)
        self.assertEqual(self.asked, [SOON, 2 * SOON])

    def test_one_question_at_a_time(self) -> None:
        """While a central thinks nothing else is asked; what was urged meanwhile is asked then."""
        self.silent = True
        self.clock.advance(AGAIN)
        self.urge_for(30.0)
        self.assertEqual(self.asked, [AGAIN])
        self.silent = False
        self.asking.callback(None)
        self.clock.advance(0.0)
        self.assertEqual(self.asked, [AGAIN, AGAIN + 30.0])

    def test_stopped(self) -> None:
        """Nothing is asked any more, also by an answer that comes late."""
        self.silent = True
        self.clock.advance(AGAIN)
        self.inquiry.stop()
        self.inquiry.stop()
        self.asking.callback(None)
        self.inquiry.urge()
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_a_question_that_breaks(self) -> None:
        """It is told, and the next one comes."""
        self.silent = True
        self.clock.advance(AGAIN)
        self.asking.errback(RuntimeError("a bug"))
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)
        self.clock.advance(AGAIN)
        self.assertEqual(len(self.asked), 2)
