"""What whatever is filled, and the files beneath, must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from zope.interface.verify import verifyObject

from p2pstream.data.memory import BufferData
from p2pstream.errors import SourceLost
from p2pstream.interfaces import IFile, IRoomyConsumer, ISink, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.testing.bytes.consumers import CountingProducer
from p2pstream.testing.bytes.data import CONTENT, SMALL
from p2pstream.testing.workers import HeldWorkers, InlineWorkers

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["FileContract", "RoomyContract", "SinkContract"]


class SinkContract(_Case):
    """The contract of `ISink`."""

    async def make_sink(self, workers: IWorkers, limits: Limits = LIMITS) -> Any:
        """An empty `ISink`."""
        raise NotImplementedError

    def kept(self, sink: Any) -> bytes | None:
        """What stands under the final name; None if nothing does."""
        raise NotImplementedError

    async def test_provides_sink(self) -> None:
        """The provider has all that the interfaces promise."""
        sink = await self.make_sink(InlineWorkers())
        self.assertTrue(verifyObject(ISink, sink))
        self.assertTrue(verifyObject(IConsumer, sink))

    async def test_fill(self) -> None:
        """What is written in order is there after `finish`, byte for byte."""
        sink = await self.make_sink(InlineWorkers())
        await BufferData(CONTENT, SMALL).read_to(sink)
        await sink.finish()
        self.assertEqual(self.kept(sink), CONTENT)

    async def test_fill_with_nothing(self) -> None:
        """A stream of no bytes can be finished."""
        sink = await self.make_sink(InlineWorkers())
        await BufferData(b"").read_to(sink)
        await sink.finish()
        self.assertEqual(self.kept(sink), b"")

    async def test_abort(self) -> None:
        """What is given up leaves nothing behind."""
        sink = await self.make_sink(InlineWorkers())
        await BufferData(CONTENT, SMALL).read_to(sink)
        await sink.abort(Failure(SourceLost()))
        self.assertIsNone(self.kept(sink))

    async def test_abort_while_writing(self) -> None:
        """Giving up waits for the worker that writes, and spares it the rest."""
        workers = HeldWorkers()
        sink = await self.make_sink(workers, SMALL)
        sink.registerProducer(CountingProducer(), True)
        sink.write(CONTENT[:10])
        sink.write(CONTENT[10:20])
        sink.unregisterProducer()
        aborted = sink.abort(Failure(SourceLost()))
        workers.step()
        self.assertEqual(len(workers), 1)
        workers.step()
        await aborted
        self.assertIsNone(self.kept(sink))

    async def test_one_producer(self) -> None:
        """A second producer is refused."""
        sink = await self.make_sink(InlineWorkers())
        sink.registerProducer(CountingProducer(), True)
        self.assertRaises(RuntimeError, sink.registerProducer, CountingProducer(), True)
        sink.unregisterProducer()
        await sink.abort(Failure(SourceLost()))

    async def test_push_back(self) -> None:
        """With too much unwritten the producer is paused, and resumed when that was written."""
        workers = HeldWorkers()
        sink = await self.make_sink(workers, SMALL)
        producer = CountingProducer()
        sink.registerProducer(producer, True)
        taken = 0
        while not producer.paused:
            sink.write(CONTENT[taken : taken + 16])
            taken += 16
        self.assertLessEqual(taken, SMALL.unwritten_bytes)
        workers.flush()
        self.assertEqual(producer.calls, ["pause", "resume"])
        sink.write(CONTENT[taken : taken + 16])
        sink.unregisterProducer()
        finished = sink.finish()
        workers.flush()
        await finished
        self.assertEqual(self.kept(sink), CONTENT[: taken + 16])

    async def test_large_write(self) -> None:
        """One write far beyond the bound is taken too: it cannot be refused."""
        sink = await self.make_sink(InlineWorkers(), SMALL)
        sink.registerProducer(CountingProducer(), True)
        sink.write(CONTENT)
        sink.unregisterProducer()
        await sink.finish()
        self.assertEqual(self.kept(sink), CONTENT)


class RoomyContract(_Case):
    """The contract of `IRoomyConsumer`, for a provider that is an `ISink` too."""

    async def make_sink(self, workers: IWorkers, limits: Limits = LIMITS) -> Any:
        """An empty `ISink`."""
        raise NotImplementedError

    def kept(self, sink: Any) -> bytes | None:
        """What stands under the final name; None if nothing does."""
        raise NotImplementedError

    async def test_provides_roomy(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(IRoomyConsumer, await self.make_sink(InlineWorkers())))

    async def test_lend_and_write(self) -> None:
        """Lending and writing may be mixed; the bytes stay in order."""
        workers = HeldWorkers()
        sink = await self.make_sink(workers, SMALL)
        sink.registerProducer(CountingProducer(), True)
        rest = memoryview(CONTENT)
        while rest:
            room = sink.lend()
            count = min(len(room), len(rest), 13)
            room[:count] = rest[:count]
            sink.filled(count)
            sink.write(bytes(rest[count : count + 7]))
            rest = rest[count + 7 :]
            if len(workers) and len(rest) % 3 == 0:
                workers.step()
        sink.unregisterProducer()
        finished = sink.finish()
        workers.flush()
        await finished
        self.assertEqual(self.kept(sink), CONTENT)

    async def test_room_stays(self) -> None:
        """What was lent stays the same, and writable, until it is filled."""
        workers = HeldWorkers()
        sink = await self.make_sink(workers, SMALL)
        sink.registerProducer(CountingProducer(), True)
        sink.write(b"before")
        room = sink.lend()
        workers.flush()
        room[:5] = b"after"
        self.assertEqual(bytes(sink.lend()[:5]), b"after")
        sink.filled(5)
        sink.unregisterProducer()
        finished = sink.finish()
        workers.flush()
        await finished
        self.assertEqual(self.kept(sink), b"beforeafter")

    async def test_nothing_filled(self) -> None:
        """Zero is harmless."""
        sink = await self.make_sink(InlineWorkers(), SMALL)
        sink.registerProducer(CountingProducer(), True)
        for _ in range(3):
            self.assertGreaterEqual(len(sink.lend()), 1)
            sink.filled(0)
        sink.unregisterProducer()
        await sink.finish()
        self.assertEqual(self.kept(sink), b"")

    async def test_more_than_was_lent(self) -> None:
        """Claiming more than was lent is refused."""
        sink = await self.make_sink(InlineWorkers(), SMALL)
        sink.registerProducer(CountingProducer(), True)
        self.assertRaises(ValueError, sink.filled, len(sink.lend()) + 1)
        sink.unregisterProducer()
        await sink.abort(Failure(SourceLost()))


class FileContract(_Case):
    """The contract of `IFile`."""

    def make_file(self) -> Any:
        """An empty `IFile`."""
        raise NotImplementedError

    def test_provides_file(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(IFile, self.make_file()))

    def test_write_anywhere(self) -> None:
        """What is written at an offset is read there; gaps are zeros."""
        file = self.make_file()
        file.pwrite(10, b"later")
        file.pwrite(0, memoryview(b"now"))
        self.assertEqual(file.size(), 15)
        self.assertEqual(file.pread(0, 15), b"now" + bytes(7) + b"later")

    def test_overwrite(self) -> None:
        """Bytes are replaced in place."""
        file = self.make_file()
        file.pwrite(0, b"abcdef")
        file.pwrite(2, b"XY")
        self.assertEqual(file.pread(0, 6), b"abXYef")

    def test_read_at_the_end(self) -> None:
        """A read is short at the end, and empty beyond it."""
        file = self.make_file()
        file.pwrite(0, b"abc")
        self.assertEqual(file.pread(1, 100), b"bc")
        self.assertEqual(file.pread(3, 100), b"")
        self.assertEqual(file.pread(100, 1), b"")

    def test_close(self) -> None:
        """It may be closed twice; then it is of no use any more."""
        file = self.make_file()
        file.close()
        file.close()
        self.assertRaises(OSError, file.pread, 0, 1)
        self.assertRaises(OSError, file.pwrite, 0, b"x")
        self.assertRaises(OSError, file.size)
        self.assertIsNone(file.fileno())
