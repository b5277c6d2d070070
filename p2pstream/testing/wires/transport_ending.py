"""How connections end: the contract."""

from __future__ import annotations

from dataclasses import replace

from twisted.internet.defer import CancelledError
from twisted.internet.error import ConnectionClosed

from p2pstream.data.memory import BufferData
from p2pstream.errors import SessionError, SourceLost
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.consumers import (
    CollectingConsumer,
    MarkedConsumer,
)
from p2pstream.testing.bytes.patterns import PatternData, pattern
from p2pstream.testing.wires.pairs import MiB, PairCase

__all__ = ["EndingContract"]


class EndingContract(PairCase):
    """Closing in good order, and not."""

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
