"""The receiving half of the contract of a connection."""

from __future__ import annotations

from dataclasses import replace

from p2pstream.data.memory import BufferData
from p2pstream.errors import ReadStopped, SessionError, SourceLost
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.consumers import (
    CollectingConsumer,
    MarkedConsumer,
    PausingConsumer,
    RefusingConsumer,
    RestlessConsumer,
    StoppingConsumer,
)
from p2pstream.testing.bytes.patterns import PatternData, pattern
from p2pstream.testing.bytes.roomy import Raising, RoomyCollector, RoomyPauser, RoomyStopper
from p2pstream.testing.wires.pairs import MiB, PairCase

__all__ = ["ReceivingContract"]


class ReceivingContract(PairCase):
    """What a receiver may do, and what becomes of its bytes."""

    async def test_slow_consumer(self) -> None:
        """A consumer that pauses stops the sender; nothing piles up, and nothing is lost."""
        near, far = await self.pair()
        length = 2 * self.slack
        data = PatternData(length)
        consumer = MarkedConsumer(100_000)
        receiving = far.receive(consumer)
        sending = near.send(data)
        await self.until(lambda: consumer.held >= 100_000)
        await self.pause(0.2)
        self.assertLessEqual(data.produced - consumer.total, self.slack)
        self.assertFalse(sending.called)
        near.close()
        while not receiving.called:
            consumer.take()
            await self.pause(0)
        self.assertEqual((await sending, await receiving, consumer.total), (length, length, length))
        self.assertLessEqual(consumer.most, 100_000 + LIMITS.receive_bytes)

    async def test_chunk_by_chunk(self) -> None:
        """A consumer that pauses inside every call gets every byte, lent or written."""
        for consumer in (PausingConsumer(from_the_start=True), RoomyPauser((40_000,)), RestlessConsumer()):
            near, far = await self.pair()
            receiving = far.receive(consumer)
            near.send(PatternData(MiB))
            near.close()
            while not receiving.called:
                if consumer.producer is not None:
                    getattr(consumer, "resume", consumer.producer.resumeProducing)()
                await self.pause(0)
            self.assertEqual(await receiving, MiB)
            self.assertEqual(bytes(consumer.collected), pattern(0, MiB))

    async def test_nobody_receives(self) -> None:
        """What arrives before anybody receives waits, and no more of it than may."""
        near, far = await self.pair(replace(LIMITS, inbox_bytes=10_000))
        data = PatternData(2 * self.slack)
        near.send(data).addErrback(lambda failure: failure.trap(SourceLost))
        await self.pause(0.2)
        self.assertGreaterEqual(far.waiting, 10_000)
        self.assertLess(far.waiting, 10_000 + 65_536 + 16_384)
        self.assertLessEqual(data.produced, self.slack)
        consumer = StoppingConsumer(1)
        await self.assertFailure(far.receive(consumer), ReadStopped)
        self.assertEqual(bytes(consumer.collected), pattern(0, len(consumer.collected)))

    async def test_receive_late(self) -> None:
        """Who receives after the end has come gets all, and then the end."""
        near, far = await self.pair()
        near.send(BufferData(b"early"))
        near.close()
        await self.pause(0.05)
        consumer = CollectingConsumer()
        self.assertEqual(await far.receive(consumer), 5)
        self.assertEqual((bytes(consumer.collected), consumer.calls[-1]), (b"early", "unregister"))
        self.assertEqual(await far.receive(CollectingConsumer()), 0)

    async def test_receive_after_a_reset(self) -> None:
        """Who receives after the connection broke is told that it broke."""
        near, far = await self.pair()
        near.abort()
        await far.when_lost()
        await self.assertFailure(far.receive(CollectingConsumer()), SourceLost)

    async def test_one_receiver(self) -> None:
        """A second receiver is refused, and one that has a producer refuses."""
        near, far = await self.pair()
        with self.assertRaises(RuntimeError):
            await far.receive(RefusingConsumer())
        consumer = CollectingConsumer()
        receiving = far.receive(consumer)
        await self.assertFailure(far.receive(CollectingConsumer()), SessionError)
        near.send(BufferData(b"still fine"))
        near.close()
        self.assertEqual(await receiving, 10)

    async def test_cancel_receive(self) -> None:
        """After a cancel the next receiver goes on where the first stopped; no byte is lost."""
        near, far = await self.pair()
        first, second = PausingConsumer(), RoomyCollector()
        receiving = far.receive(first)
        near.send(PatternData(MiB))
        await first.moved()
        receiving.cancel()
        await self.assertFailure(receiving, ReadStopped)
        receiving = far.receive(second)
        near.close()
        await receiving
        self.assertEqual(bytes(first.collected + second.collected), pattern(0, MiB))

    async def test_stop_inside_calls(self) -> None:
        """A consumer that stops inside registerProducer, write or filled is unregistered once."""
        for consumer in (StoppingConsumer(0), StoppingConsumer(2), RoomyStopper()):
            near, far = await self.pair()
            near.send(PatternData(MiB)).addErrback(lambda failure: failure.trap(SourceLost))
            rest = CollectingConsumer()
            await self.assertFailure(far.receive(consumer), ReadStopped)
            receiving = far.receive(rest)
            near.close()
            await receiving
            self.assertEqual(bytes(consumer.collected + rest.collected), pattern(0, MiB))
            self.assertEqual(consumer.calls.count("unregister"), 1)

    async def test_consumer_closes(self) -> None:
        """A consumer may close or abort the connection from inside write; it hears no more."""
        for how in ("close", "abort"):
            near, far = await self.pair()
            consumer = CollectingConsumer()
            consumer.wrote = lambda producer, how=how, far=far: getattr(far, how)()  # type: ignore
            receiving = far.receive(consumer)
            near.send(PatternData(4 * MiB)).addErrback(lambda failure: failure.trap(SourceLost))
            await self.assertFailure(receiving, ReadStopped, SourceLost)
            near.abort()
            await far.when_lost()
            self.assertEqual(consumer.calls, ["register", "write", "unregister"])

    async def test_consumer_raises(self) -> None:
        """A consumer with a bug gets its own error back, and the connection is reset."""
        near, far = await self.pair()
        receiving = far.receive(Raising())
        near.send(BufferData(b"x"))
        await self.assertFailure(receiving, ZeroDivisionError)
        await self.assertFailure(near.receive(CollectingConsumer()), SourceLost)

    async def test_stalled_sender(self) -> None:
        """A sender from whom nothing comes is given up; the receiver's own pauses do not count."""
        _, far = await self.pair(stall_s=0.15)
        consumer = PausingConsumer(from_the_start=True)
        receiving = far.receive(consumer)
        await self.pause(0.3)
        self.assertFalse(receiving.called)
        consumer.resume()
        await self.assertFailure(receiving, SourceLost)
