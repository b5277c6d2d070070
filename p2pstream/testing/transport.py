"""What a `p2pstream.transport.connection.Connection` does over any transport."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectionClosed
from twisted.internet.interfaces import IHalfCloseableProtocol, IProtocol, IPushProducer, IReactorTime
from twisted.internet.task import deferLater
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.data.memory import BufferData
from p2pstream.errors import Gone, ReadStopped, SessionError, SourceLost
from p2pstream.interfaces import IRoomyConsumer
from p2pstream.limits import LIMITS, Limits
from p2pstream.testing.consumers import (
    CollectingConsumer,
    MarkedConsumer,
    PausingConsumer,
    RefusingConsumer,
    RestlessConsumer,
    StoppingConsumer,
)
from p2pstream.testing.patterns import PatternData, pattern
from p2pstream.transport.connection import Connection

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["ConnectionContract", "RoomyCollector"]

MiB = 1 << 20


@implementer(IRoomyConsumer)
class RoomyCollector(CollectingConsumer):
    """Lends room, a different amount each time.

    :ivar lent: how often room was filled.
    """

    def __init__(self, sizes: tuple[int, ...] = (1, 1000, 65_536, 3)) -> None:
        super().__init__()
        self._sizes = sizes
        self._room = bytearray(max(sizes))
        self.lent = 0

    def lend(self) -> memoryview:
        """See `IRoomyConsumer.lend`."""
        return memoryview(self._room)[: self._sizes[self.lent % len(self._sizes)]]

    def filled(self, count: int) -> None:
        """See `IRoomyConsumer.filled`."""
        self.lent += 1
        if count:
            self.write(bytes(self._room[:count]))


class RoomyStopper(RoomyCollector):
    """Stops inside the third ``filled``."""

    def wrote(self, producer: IPushProducer) -> None:
        """Enough."""
        if self.calls.count("write") == 3:
            producer.stopProducing()


class RoomyPauser(RoomyCollector):
    """Pauses inside every ``filled``; `resume` takes one more."""

    def wrote(self, producer: IPushProducer) -> None:
        """Enough for now."""
        producer.pauseProducing()


class Raising(CollectingConsumer):
    """Has a bug."""

    def wrote(self, producer: IPushProducer) -> None:
        """The bug."""
        raise ZeroDivisionError("a bug")


class ConnectionContract(_Case):
    """Sending, receiving, closing and breaking.  Mix it into a `TestCase`.

    :cvar slack: how many bytes may lie between two ends when neither moves.
    :cvar half_closes: whether the transport can end one direction alone.
    """

    timeout = 30
    reactor: IReactorTime
    slack = 16 * MiB
    half_closes = True

    def join(self, near: Connection, far: Connection) -> Deferred[Any]:
        """Connect the two; what that takes is cleaned up after them."""
        raise NotImplementedError

    async def pair(self, limits: Limits = LIMITS, **options: Any) -> tuple[Connection, Connection]:
        """Two connections that are joined; `options` go to both."""
        near, far = (Connection(limits, **options) for _ in range(2))
        await self.join(near, far)
        self.addCleanup(self._hang_up, near, far)
        return near, far

    def _hang_up(self, *connections: Connection) -> Deferred[None]:
        async def gone() -> None:
            for connection in connections:
                connection.abort()
            for connection in connections:
                await connection.when_lost()

        return Deferred.fromCoroutine(gone())

    async def pause(self, seconds: float) -> None:
        """Let time pass."""
        await deferLater(self.reactor, seconds)  # type: ignore[arg-type]

    async def until(self, reached: Any) -> None:
        """Let time pass until that is so; the test's own time-out bounds it."""
        while not reached():
            await self.pause(0.005)

    async def test_interfaces(self) -> None:
        """It is a protocol that knows halves, and a push producer to whom it fills."""
        near, far = await self.pair()
        for interface in (IProtocol, IHalfCloseableProtocol):
            verifyObject(interface, near)
        consumer = CollectingConsumer()
        receiving = far.receive(consumer)
        self.assertTrue(verifyObject(IPushProducer, consumer.producer))
        near.abort()
        await self.assertFailure(receiving, SourceLost)

    async def test_order(self) -> None:
        """What is sent arrives whole and in order; each send fires with its length, in order."""
        near, far = await self.pair()
        fired: list[int] = []
        for data in (BufferData(b"one"), BufferData(b""), PatternData(3 * MiB), BufferData(b"last")):
            near.send(data).addCallback(fired.append)
        consumer = CollectingConsumer()
        receiving = far.receive(consumer)
        near.close()
        self.assertEqual(await receiving, 3 * MiB + 7)
        self.assertEqual(bytes(consumer.collected), b"one" + pattern(0, 3 * MiB) + b"last")
        self.assertEqual(fired, [3, 0, 3 * MiB, 4])
        self.assertEqual((near.sent, far.received), (3 * MiB + 7, 3 * MiB + 7))

    async def test_many_small(self) -> None:
        """A thousand sends, half of them empty, given at once."""
        near, far = await self.pair()
        sends = [near.send(BufferData(bytes([index % 256]) * (index % 2))) for index in range(1000)]
        consumer = CollectingConsumer()
        receiving = far.receive(consumer)
        await near.close()
        await receiving
        self.assertEqual(bytes(consumer.collected), bytes(range(1, 256, 2)) * 3 + bytes(range(1, 232, 2)))
        self.assertEqual([await send for send in sends], [0, 1] * 500)

    async def test_both_ways(self) -> None:
        """Both directions at once, without waiting for each other."""
        near, far = await self.pair()
        consumers = CollectingConsumer(), RoomyCollector()
        sends = [end.send(PatternData(2 * MiB, at_once=False)) for end in (near, far)]
        for end, consumer in zip((near, far), consumers, strict=True):
            end.receive(consumer).addErrback(lambda failure: failure.trap(ReadStopped, SourceLost))
        for send in sends:
            await send
        for consumer in consumers:
            await consumer.reached(2 * MiB)
            self.assertEqual(bytes(consumer.collected), pattern(0, 2 * MiB))

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

    async def test_fin_and_reset(self) -> None:
        """A FIN is an end, a reset is a loss: they are never taken for each other."""
        near, far = await self.pair()
        receiving = far.receive(CollectingConsumer())
        near.send(BufferData(b"all of it"))
        near.close()
        self.assertEqual(await receiving, 9)
        near, far = await self.pair()
        consumer = CollectingConsumer()
        receiving = far.receive(consumer)
        near.send(BufferData(b"a part of"))
        await consumer.reached(9)
        near.abort()
        await self.assertFailure(receiving, SourceLost)
        self.assertEqual(consumer.calls[-1], "unregister")

    async def test_abort(self) -> None:
        """An abort fails what is under way at both ends, and what comes later."""
        near, far = await self.pair()
        sending = near.send(PatternData(2 * self.slack))
        queued = near.send(BufferData(b"never"))
        receiving = near.receive(CollectingConsumer())
        await self.pause(0.01)
        near.abort()
        near.abort()
        for failing in (sending, queued, receiving, near.send(BufferData(b"late"))):
            await self.assertFailure(failing, SourceLost)
        self.assertIsInstance(await near.when_lost(), ConnectionClosed)
        await self.assertFailure(far.receive(MarkedConsumer(1 << 40)), SourceLost)

    async def test_cancel_send(self) -> None:
        """A send cancelled before its turn is forgotten; one under way breaks the connection."""
        near, far = await self.pair()
        sending = near.send(PatternData(2 * self.slack))
        queued = near.send(BufferData(b"never"))
        queued.cancel()
        await self.assertFailure(queued, CancelledError)
        await self.pause(0.01)
        sending.cancel()
        await self.assertFailure(sending, ReadStopped)
        await self.assertFailure(far.receive(MarkedConsumer(1 << 40)), SourceLost)

    async def test_data_breaks(self) -> None:
        """Data that fails midway resets the connection: a part is not the whole."""
        for breaks_at in (0, 300_000):
            near, far = await self.pair()
            consumer = CollectingConsumer()
            receiving = far.receive(consumer)
            sending = near.send(PatternData(MiB, breaks_at=breaks_at))
            await self.assertFailure(sending, Gone)
            await self.assertFailure(receiving, SourceLost)
            self.assertLessEqual(len(consumer.collected), breaks_at)

    async def test_close_delivers(self) -> None:
        """A close comes after all that was given before; nothing can be given after."""
        near, far = await self.pair()
        consumer = CollectingConsumer()
        receiving = far.receive(consumer)
        sending = near.send(PatternData(5 * MiB, at_once=False))
        closing = near.close()
        await self.assertFailure(near.send(BufferData(b"late")), SessionError)
        self.assertEqual((await sending, await receiving), (5 * MiB, 5 * MiB))
        far.close()
        await closing
        self.assertEqual(bytes(consumer.collected), pattern(0, 5 * MiB))

    async def test_close_with_bytes_unread(self) -> None:
        """What the other end said and nobody read does not turn a close into a reset."""
        near, far = await self.pair()
        await far.send(BufferData(b"\n"))
        await self.pause(0.02)
        near.send(PatternData(MiB))
        near.close()
        consumer = CollectingConsumer()
        self.assertEqual(await far.receive(consumer), MiB)

    async def test_close_patience(self) -> None:
        """An other end that never closes is not waited for longer than may be."""
        near, _ = await self.pair(replace(LIMITS, close_s=0.1))
        closing = near.close()
        await self.pause(0.02)
        self.assertEqual(closing.called, not self.half_closes)
        await closing

    async def test_close_of_both(self) -> None:
        """Two ends that close at once are both gone at once."""
        near, far = await self.pair()
        closing = near.close(), far.close()
        for closed in closing:
            await closed
        self.assertIsInstance(await near.when_lost(), ConnectionClosed)

    async def test_half_close(self) -> None:
        """Who hears the other's end may still send, and is heard."""
        if not self.half_closes:
            return
        near, far = await self.pair()
        near.transport.loseWriteConnection()
        self.assertEqual(await far.receive(CollectingConsumer()), 0)
        consumer = CollectingConsumer()
        receiving = near.receive(consumer)
        await far.send(PatternData(MiB))
        await far.close()
        self.assertEqual(await receiving, MiB)

    async def test_when_lost(self) -> None:
        """Everybody who asks has a Deferred of his own; cancelling one concerns nobody else."""
        near, _ = await self.pair()
        lost, cancelled = near.when_lost(), near.when_lost()
        cancelled.cancel()
        await self.assertFailure(cancelled, CancelledError)
        near.abort()
        self.assertIsInstance(await lost, ConnectionClosed)
        self.assertIsInstance(await near.when_lost(), ConnectionClosed)

    async def test_F41_stalled_reader(self) -> None:
        """A reader that takes nothing is given up after the time; one that is only slow is not."""
        near, far = await self.pair(stall_s=0.5)
        consumer = MarkedConsumer(1)
        receiving = far.receive(consumer)
        sending = near.send(PatternData(1 << 40))
        receiving.addErrback(lambda failure: failure.trap(SourceLost))
        before = self.reactor.seconds()
        while self.reactor.seconds() < before + 1:
            consumer.take()
            await self.pause(0.001)
        self.assertFalse(sending.called)
        fault: Any = await self.assertFailure(sending, SourceLost)
        self.assertIn("0.5 s", str(fault))

    async def test_stalled_sender(self) -> None:
        """A sender from whom nothing comes is given up; the receiver's own pauses do not count."""
        _, far = await self.pair(stall_s=0.15)
        consumer = PausingConsumer(from_the_start=True)
        receiving = far.receive(consumer)
        await self.pause(0.3)
        self.assertFalse(receiving.called)
        consumer.resume()
        await self.assertFailure(receiving, SourceLost)

    async def test_not_connected(self) -> None:
        """Before there is a transport nothing can be done, and nothing hangs."""
        connection = Connection()
        connection.abort()
        asked: list[Deferred[Any]] = [connection.send(BufferData(b"x")), connection.close()]
        for failing in (*asked, connection.receive(CollectingConsumer())):
            await self.assertFailure(failing, SessionError)
