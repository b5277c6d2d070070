"""What a `p2pstream.transport.connection.Connection` does over any transport."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IHalfCloseableProtocol, IProtocol, IPushProducer
from zope.interface.verify import verifyObject

from p2pstream.data.memory import BufferData
from p2pstream.errors import Gone, ReadStopped, SessionError, SourceLost
from p2pstream.testing.bytes.consumers import (
    CollectingConsumer,
    MarkedConsumer,
)
from p2pstream.testing.bytes.patterns import PatternData, pattern
from p2pstream.testing.bytes.roomy import RoomyCollector
from p2pstream.testing.wires.pairs import MiB, PairCase
from p2pstream.testing.wires.transport_ending import EndingContract
from p2pstream.testing.wires.transport_receiving import ReceivingContract
from p2pstream.transport.connection import Connection

__all__ = ["ConnectionContract"]


class SendingContract(PairCase):
    """What is sent, in what order, and what is told of it."""

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

    async def test_not_connected(self) -> None:
        """Before there is a transport nothing can be done, and nothing hangs."""
        connection = Connection()
        connection.abort()
        asked: list[Deferred[Any]] = [connection.send(BufferData(b"x")), connection.close()]
        for failing in (*asked, connection.receive(CollectingConsumer())):
            await self.assertFailure(failing, SessionError)


class ConnectionContract(SendingContract, ReceivingContract, EndingContract):
    """All of it.  Mix it into a `TestCase` that says how to `join` two connections."""
