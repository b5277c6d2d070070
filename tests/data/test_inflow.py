"""What comes by itself, held for one reading."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.data.inflow import Inflow
from p2pstream.errors import SourceLost


class Pressed:
    """A producer that notes what it is told."""

    def __init__(self) -> None:
        self.told = ""

    def pauseProducing(self) -> None:
        """Noted."""
        self.told += "p"

    def resumeProducing(self) -> None:
        """Noted."""
        self.told += "r"


class InflowTests(SynchronousTestCase):
    def setUp(self) -> None:
        """One that takes eight bytes."""
        self.inflow, self.producer = Inflow(100, 8), Pressed()
        self.inflow.registerProducer(self.producer, True)

    def test_consumer(self) -> None:
        """It has what consumers have."""
        self.assertTrue(verifyObject(IConsumer, self.inflow))

    def test_taken(self) -> None:
        """Bytes come out as they came in, no more than are wanted at once."""
        self.assertIsNone(self.inflow.at_hand(100, 110))
        for chunk in (b"abc", b"", b"de"):
            self.inflow.write(chunk)
        self.assertEqual(self.inflow.at, 105)
        self.assertEqual([self.inflow.at_hand(0, most) for most in (2, 9, 9)], [b"ab", b"c", b"de"])
        self.assertIsNone(self.inflow.at_hand(105, 110))

    def test_waiting(self) -> None:
        """Who waits gets what comes next."""
        waiting = self.inflow.later(100, 102)
        self.assertNoResult(waiting)
        self.inflow.write(b"abc")
        self.assertEqual(self.successResultOf(waiting), b"ab")
        self.assertEqual(self.successResultOf(self.inflow.later(102, 110)), b"c")

    def test_no_more_waiting(self) -> None:
        """Who gave up waiting takes nothing away from who comes then."""
        waiting: Deferred[bytes] = self.inflow.later(100, 102)
        waiting.cancel()
        self.failureResultOf(waiting)
        self.inflow.write(b"abc")
        self.assertEqual(self.inflow.at_hand(100, 103), b"abc")

    def test_pressure(self) -> None:
        """Its producer pauses when enough waits, and goes on when half of it went."""
        self.inflow.write(b"1234567")
        self.assertEqual(self.producer.told, "")
        self.inflow.write(b"8")
        self.assertEqual(self.producer.told, "p")
        self.inflow.at_hand(100, 103)
        self.assertEqual(self.producer.told, "p")
        self.inflow.at_hand(103, 107)
        self.assertEqual(self.producer.told, "pr")

    def test_another_producer(self) -> None:
        """The next one is paused at once where enough waits still."""
        self.inflow.write(b"12345678")
        self.inflow.unregisterProducer()
        self.inflow.at_hand(100, 101)
        other = Pressed()
        self.inflow.registerProducer(other, True)
        self.assertEqual((self.producer.told, other.told), ("p", ""))
        self.inflow.write(b"9")
        self.assertEqual(other.told, "p")

    def test_end(self) -> None:
        """What came before the end is taken first; whoever waits is told."""
        self.inflow.write(b"ab")
        for _ in range(2):
            self.inflow.end()
        self.assertEqual([self.inflow.at_hand(100, 110), self.inflow.at_hand(102, 110)], [b"ab", b""])
        waiting, other = Inflow(0, 8), Inflow(0, 8).later(0, 1)
        late = waiting.later(0, 8)
        waiting.end()
        self.assertEqual(self.successResultOf(late), b"")
        self.assertNoResult(other)

    def test_broken(self) -> None:
        """So with a fault."""
        self.inflow.write(b"ab")
        self.inflow.end(Failure(SourceLost()))
        self.assertEqual(self.inflow.at_hand(100, 110), b"ab")
        self.assertRaises(SourceLost, self.inflow.at_hand, 102, 110)
        self.failureResultOf(self.inflow.later(102, 110), SourceLost)
