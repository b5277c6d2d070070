"""Streams that still arrive."""

from __future__ import annotations

import os

from twisted.internet import reactor
from twisted.internet.defer import gatherResults
from twisted.python.failure import Failure
from twisted.trial.unittest import TestCase

from p2pstream.data.disk import open_draft, scratch_file
from p2pstream.data.memory import BufferData, MemoryFile
from p2pstream.data.partial import PartialData
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import ReadStopped, SessionError, SourceLost, StorageError
from p2pstream.interfaces import IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.testing.bytes.arriving import ArrivingContract
from p2pstream.testing.bytes.consumers import CollectingConsumer, CountingProducer, PausingConsumer
from p2pstream.testing.bytes.data import CONTENT, SMALL, DataContract
from p2pstream.testing.bytes.sinks import RoomyContract, SinkContract
from p2pstream.testing.bytes.spans import SpansContract
from p2pstream.testing.workers import HeldWorkers, InlineWorkers
from tests.data.kept import KeptFilmTestCase


class CompletePartialTests(DataContract, TestCase):
    """A stream that has arrived is ordinary data."""

    async def make_data(self, content: bytes) -> PartialData:
        """A provider with ``content`` in it."""
        data = PartialData(MemoryFile(), InlineWorkers(), SMALL)
        await BufferData(content, SMALL).read_to(data)
        await data.finish()
        return data


class ScratchPartialTests(DataContract, SpansContract, TestCase):
    """So it is on a disk, with real threads."""

    async def make_data(self, content: bytes) -> PartialData:
        """A provider with ``content`` in it."""
        workers = ThreadWorkers(reactor)
        self.addCleanup(workers.close)
        data = PartialData(scratch_file(os.getcwd()), workers, SMALL)
        self.addCleanup(data.close)
        await BufferData(content, SMALL).read_to(data)
        await data.finish()
        return data

    async def make_spans(self, content: bytes) -> PartialData:
        """See `SpansContract`."""
        return await self.make_data(content)


class WaitingPartialTests(ArrivingContract, TestCase):
    """`PartialData` keeps the contract of what arrives."""

    async def make_arriving(self) -> PartialData:
        """A stream with nothing in it."""
        return PartialData(MemoryFile(), InlineWorkers(), SMALL)


class ThreadedWaitingPartialTests(ArrivingContract, TestCase):
    """So it does on a disk, with real threads."""

    async def make_arriving(self) -> PartialData:
        """A stream with nothing in it."""
        workers = ThreadWorkers(reactor)
        self.addCleanup(workers.close)
        data = PartialData(scratch_file(os.getcwd()), workers, SMALL)
        self.addCleanup(data.close)
        return data


class DraftPartialTests(KeptFilmTestCase, SinkContract, RoomyContract):
    """A stream that arrives in a file with a final name keeps the contracts of sinks."""

    async def make_sink(self, workers: IWorkers, limits: Limits = LIMITS) -> PartialData:
        """An empty sink."""
        data = PartialData(open_draft(self.path), workers, limits)
        if isinstance(workers, InlineWorkers):
            self.addCleanup(data.close)
        return data

    async def test_read_after_abort(self) -> None:
        """What was there when it was given up is still delivered; then the reason."""
        data = await self.make_sink(InlineWorkers())
        await BufferData(CONTENT).read_to(data)
        await data.abort(Failure(SourceLost()))
        consumer = CollectingConsumer()
        await self.assertFailure(data.read_to(consumer), SourceLost)
        self.assertEqual(bytes(consumer.collected), CONTENT)

    async def test_closed_unfinished(self) -> None:
        """Closing what was not finished leaves nothing behind, and stops whoever reads."""
        data = await self.make_sink(InlineWorkers())
        await BufferData(CONTENT).read_to(data)
        consumer = PausingConsumer()
        readings = [data.read_to(CollectingConsumer()), data.read_to(consumer, 5)]
        await data.close()
        self.assertEqual(os.listdir(self.folder), [])
        consumer.resume()
        for reading in (*readings, data.read_to(CollectingConsumer())):
            await self.assertFailure(reading, ReadStopped)
        await data.close()

    async def test_closed_finished(self) -> None:
        """Closing what was finished keeps it."""
        data = await self.make_sink(InlineWorkers())
        await BufferData(CONTENT).read_to(data)
        await data.finish()
        await data.close()
        self.assertEqual(self.kept(data), CONTENT)
        await self.assertFailure(data.read_to(CollectingConsumer()), ReadStopped)

    async def test_readers_end_before_the_disk_is_done(self) -> None:
        """A viewer at the end does not wait for the file to be made durable."""
        workers = HeldWorkers()
        data = await self.make_sink(workers)
        consumer = CollectingConsumer()
        reading = data.read_to(consumer)
        data.registerProducer(CountingProducer(), True)
        data.write(CONTENT)
        data.unregisterProducer()
        workers.flush()
        finished = data.finish()
        self.assertEqual(await reading, len(CONTENT))
        self.assertFalse(finished.called)
        workers.flush()
        await finished


class SpanTests(TestCase):
    """What ``sendfile`` may take."""

    async def test_spans(self) -> None:
        """Only what is there is given, up to the first gap."""
        data = PartialData(scratch_file(os.getcwd()), InlineWorkers())
        self.addCleanup(data.close)
        await data.put(10, CONTENT[10:20])
        self.assertEqual(data.spans(0, 20), [])
        self.assertEqual(data.spans(12, 12), [])
        ((descriptor, offset, length),) = data.spans(12, 30)
        self.assertEqual(os.pread(descriptor, length, offset), CONTENT[12:20])
        data.check()

    async def test_memory(self) -> None:
        """Memory has no descriptor to give."""
        data = PartialData(MemoryFile(), InlineWorkers())
        await data.put(0, CONTENT)
        self.assertEqual(data.spans(0, 20), [])


class PutTests(TestCase):
    """Filling anywhere."""

    async def test_any_order(self) -> None:
        """A reader gets bytes in order, however they come."""
        data = PartialData(MemoryFile(), InlineWorkers(), SMALL)
        consumer = CollectingConsumer()
        reading = data.read_to(consumer)
        for start in (600, 0, 900, 300, 301):
            await data.put(start, CONTENT[start : start + 300])
        await data.finish()
        self.assertEqual(await reading, len(CONTENT))
        self.assertEqual(bytes(consumer.collected), CONTENT)

    async def test_gap(self) -> None:
        """What has a gap cannot be finished, and stays as it is."""
        data = PartialData(MemoryFile(), InlineWorkers())
        await data.put(0, b"abc")
        await data.put(4, b"efg")
        fault = await self.assertFailure(data.finish(), SessionError)
        self.assertIn("byte 3", str(fault))
        await data.put(3, b"d")
        await data.finish()
        self.assertEqual(data.length, 7)

    async def test_after_the_end(self) -> None:
        """Nothing can be put into a complete stream, nor into one that was given up."""
        data = PartialData(MemoryFile(), InlineWorkers())
        await data.finish()
        await self.assertFailure(data.put(0, b"x"), SessionError)
        await self.assertFailure(data.finish(), SessionError)
        data = PartialData(MemoryFile(), InlineWorkers())
        await data.abort(Failure(SourceLost()))
        await self.assertFailure(data.put(0, b"x"), SourceLost)
        await self.assertFailure(data.finish(), SourceLost)

    async def test_bad_offset(self) -> None:
        """A negative offset is refused at once."""
        self.assertRaises(ValueError, PartialData(MemoryFile(), InlineWorkers()).put, -1, b"x")

    async def test_cancel_keeps_order(self) -> None:
        """A put that is cancelled while a worker writes still ends before the next begins."""
        workers = HeldWorkers()
        data = PartialData(MemoryFile(), workers)
        first, second = data.put(0, b"first"), data.put(0, b"first, second")
        first.cancel()
        self.failureResultOf(first)
        self.assertEqual(len(workers), 1)
        workers.flush()
        await second
        self.assertEqual(list(data.have), [(0, 13)])


class StorageTroubleTests(TestCase):
    """A disk that says no."""

    async def test_disk_full(self) -> None:
        """Everybody is told: the producer, waiting readers, `settled`, `finish`, and who comes later."""
        data = PartialData(open_draft("/dev/full"), InlineWorkers())
        self.addCleanup(data.close)
        waiting = [data.read_to(CollectingConsumer(), start) for start in (0, 500)]
        producer = CountingProducer()
        data.registerProducer(producer, True)
        data.write(CONTENT)
        self.assertEqual(producer.calls, ["stop"])
        data.unregisterProducer()
        assert data.pass_failure is not None
        self.assertIn("disk full", data.pass_failure.getErrorMessage())
        for told in (*waiting, data.settled(), data.finish(), data.read_to(CollectingConsumer())):
            await self.assertFailure(told, StorageError)
        late = CountingProducer()
        data.registerProducer(late, True)
        self.assertEqual(late.calls, ["stop"])

    async def test_put_on_a_full_disk(self) -> None:
        """So they are when it is found by `put`."""
        data = PartialData(open_draft("/dev/full"), InlineWorkers())
        self.addCleanup(data.close)
        waiting = data.read_to(CollectingConsumer())
        puts = [data.put(0, b"x"), data.put(1, b"x")]
        for told in (*puts, waiting, data.finish()):
            await self.assertFailure(told, StorageError)

    async def test_readers_leave_together(self) -> None:
        """One reader's end may be another's: each is told once."""
        data = PartialData(MemoryFile(), InlineWorkers())
        readings = [data.read_to(CollectingConsumer()) for _ in range(3)]
        readings[0].addErrback(lambda _: readings[1].cancel())
        await data.abort(Failure(SourceLost()))
        ended = await gatherResults([each.addBoth(lambda result: result) for each in readings[:1]])
        self.assertEqual(ended, [None])
        await self.assertFailure(readings[1], SourceLost, ReadStopped)
        await self.assertFailure(readings[2], SourceLost)
