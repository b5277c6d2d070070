"""What the transport is told while things are received."""

from __future__ import annotations

from typing import Any

from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import ReadStopped, SourceLost
from p2pstream.testing.bytes.consumers import CollectingConsumer, CountingProducer, PausingConsumer
from p2pstream.transport.roads.receiving import Receiving


class ReceivingTests(SynchronousTestCase):
    """A transport that counts, and asserts that it is never paused or resumed twice."""

    def setUp(self) -> None:
        """Ten bytes may wait."""
        self.transport = CountingProducer()
        self.broken: list[Failure] = []
        self.receiving = Receiving(self.transport, 10, lambda: None, self.broken.append)

    def arrive(self, *chunks: bytes) -> list[str]:
        """They arrive; what the transport has been told so far."""
        for chunk in chunks:
            self.receiving.arrived(chunk)
        return self.transport.calls

    def test_backlog(self) -> None:
        """The transport is paused at the bound and not a byte before; a receiver opens it again."""
        self.assertEqual(self.arrive(b"123456789"), [])
        self.assertEqual(self.arrive(b"0"), ["pause"])
        self.assertEqual(self.arrive(b"on its way"), ["pause"])
        consumer = CollectingConsumer()
        self.receiving.receive(consumer)
        self.assertEqual(bytes(consumer.collected), b"1234567890on its way")
        self.assertEqual((self.transport.calls, self.receiving.waiting), (["pause", "resume"], 0))

    def test_paused_receiver(self) -> None:
        """A receiver's pause is the transport's; its resume too, once nothing waits."""
        consumer = PausingConsumer()
        self.receiving.receive(consumer)
        self.assertEqual(self.arrive(b"a", b"b"), ["pause"])
        consumer.resume()
        self.assertEqual((bytes(consumer.collected), self.transport.calls), (b"ab", ["pause"]))
        consumer.resume()
        self.assertEqual(self.transport.calls, ["pause", "resume"])

    def test_after_the_end(self) -> None:
        """A transport that has ended is not read from again: it would end once more."""
        consumer = PausingConsumer()
        receiving = self.receiving.receive(consumer)
        self.arrive(b"a", b"b")
        self.receiving.end()
        self.assertNoResult(receiving)
        consumer.resume()
        self.assertEqual(self.successResultOf(receiving), 2)
        self.assertEqual(self.transport.calls, ["pause"])

    def test_loss_comes_after_the_bytes(self) -> None:
        """What arrived before the connection broke is delivered before that is told."""
        consumer = PausingConsumer()
        receiving = self.receiving.receive(consumer)
        self.arrive(b"a", b"b")
        self.receiving.end(Failure(SourceLost()))
        consumer.resume()
        self.failureResultOf(receiving, SourceLost)
        self.assertEqual(bytes(consumer.collected), b"ab")

    def test_end_while_paused(self) -> None:
        """With nothing left to deliver, a paused receiver hears of the end at once."""
        consumer = PausingConsumer()
        receiving = self.receiving.receive(consumer)
        self.arrive(b"a")
        self.receiving.end()
        self.assertEqual(self.successResultOf(receiving), 1)

    def test_discard(self) -> None:
        """What nobody will want is dropped, and let through so that the end can come."""
        receiving = self.receiving.receive(PausingConsumer(from_the_start=True))
        self.arrive(b"a")
        self.receiving.discard(Failure(ReadStopped()))
        self.failureResultOf(receiving, ReadStopped)
        self.assertEqual(self.arrive(b"b" * 100), ["pause", "resume"])
        self.assertEqual(self.receiving.waiting, 0)

    def test_next_one_from_within(self) -> None:
        """Who is told of the end of one receive may begin the next at once."""
        second = CollectingConsumer()
        first = CollectingConsumer()
        receiving = self.receiving.receive(first)
        chained: Any = receiving.addErrback(lambda _: self.receiving.receive(second))
        assert first.producer is not None
        first.producer.stopProducing()
        self.arrive(b"more")
        self.receiving.end()
        self.assertEqual((self.successResultOf(chained), bytes(second.collected)), (4, b"more"))
