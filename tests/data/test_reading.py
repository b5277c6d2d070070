"""The one producer behind every reader: how much it holds, and how long it keeps the reactor."""

from __future__ import annotations

import os
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.data.disk import DiskFile, scratch_file
from p2pstream.data.file import READ, FileData
from p2pstream.data.memory import BufferData, MemoryFile
from p2pstream.data.partial import PartialData
from p2pstream.interfaces import IFile, IWorkers
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.consumers import CollectingConsumer, CountingProducer, MarkedConsumer
from p2pstream.testing.bytes.data import CONTENT, SMALL
from p2pstream.testing.workers import HeldWorkers, InlineWorkers

FILM = 64 * 1024 * 1024


@implementer(IFile)
class CountedFile(MemoryFile):
    """Counts what is read from it."""

    taken = 0

    def pread(self, offset: int, length: int) -> bytes:
        """Read, and count it."""
        chunk = super().pread(offset, length)
        self.taken += len(chunk)
        return chunk


class HoldingTests(SynchronousTestCase):
    """64 MiB through a reader that pauses never hold more than one chunk beyond the mark."""

    def drain(self, data: Any, taken: Any = None) -> None:
        """Read it all through a consumer with a mark, checking every step."""
        mark = 1024 * 1024
        consumer = MarkedConsumer(mark)
        reading = data.read_to(consumer)
        while not reading.called:
            self.assertLessEqual(consumer.most, mark + LIMITS.chunk_bytes)
            if taken is not None:
                self.assertLessEqual(taken() - consumer.total, LIMITS.chunk_bytes)
            consumer.take()
        self.assertEqual(self.successResultOf(reading), FILM)
        self.assertEqual(consumer.total, FILM)

    def test_buffer(self) -> None:
        """From memory."""
        self.drain(BufferData(bytes(FILM)))

    def test_file(self) -> None:
        """From a file."""
        file = scratch_file(os.getcwd())
        self.addCleanup(file.close)
        os.truncate(file.fileno() or 0, FILM)
        file = DiskFile(os.dup(file.fileno() or 0), "film")
        self.addCleanup(file.close)
        self.drain(FileData(file, READ, InlineWorkers()))

    def test_partial(self) -> None:
        """From a stream that arrived, counting what is fetched ahead of the consumer."""
        file = CountedFile()
        data = PartialData(file, InlineWorkers())
        data.registerProducer(CountingProducer(), True)
        part = bytes(1024 * 1024)
        for _ in range(FILM // len(part)):
            data.write(part)
        data.unregisterProducer()
        self.successResultOf(data.finish())
        self.drain(data, lambda: file.taken)


class PatienceTests(SynchronousTestCase):
    """A disk that is slow, and a reader that is not."""

    def test_paused_while_fetching(self) -> None:
        """A chunk that arrives after a pause is held, and nothing more is fetched."""
        workers = HeldWorkers()
        data = self.make(workers)
        consumer = CollectingConsumer()
        reading = data.read_to(consumer)
        producer: Any = consumer.producer
        producer.pauseProducing()
        workers.flush()
        self.assertEqual((bytes(consumer.collected), len(workers)), (b"", 0))
        producer.resumeProducing()
        self.assertEqual(bytes(consumer.collected), CONTENT[:64])
        workers.flush()
        self.assertEqual(self.successResultOf(reading), len(CONTENT))

    def test_paused_and_resumed_while_fetching(self) -> None:
        """Only one fetch is ever under way."""
        workers = HeldWorkers()
        consumer = CollectingConsumer()
        reading = self.make(workers).read_to(consumer)
        for _ in range(3):
            consumer.producer.pauseProducing()  # type: ignore[union-attr]
            consumer.producer.resumeProducing()  # type: ignore[union-attr]
        self.assertEqual(len(workers), 1)
        workers.flush()
        self.assertEqual(bytes(consumer.collected), CONTENT)
        self.successResultOf(reading)

    def test_stopped_while_fetching(self) -> None:
        """A stop does not wait for the disk; what arrives later is dropped."""
        workers = HeldWorkers()
        consumer = CollectingConsumer()
        reading = self.make(workers).read_to(consumer)
        consumer.producer.stopProducing()  # type: ignore[union-attr]
        self.assertEqual(consumer.calls, ["register", "unregister"])
        self.failureResultOf(reading)
        workers.flush()
        self.assertEqual(consumer.calls, ["register", "unregister"])

    def test_a_turn_has_an_end(self) -> None:
        """A consumer that never pauses gets so much at once; then the reactor has a turn."""
        workers = HeldWorkers()
        file = scratch_file(os.getcwd())
        self.addCleanup(file.close)
        file.pwrite(0, CONTENT)
        if file.at_hand(0, 1) is None:
            raise self.skipTest("this file system cannot tell what is at hand")
        file = DiskFile(os.dup(file.fileno() or 0), "film")
        self.addCleanup(file.close)
        consumer = CollectingConsumer()
        reading = FileData(file, READ, workers, SMALL).read_to(consumer)
        self.assertEqual((len(consumer.collected), len(workers)), (SMALL.span_bytes, 1))
        workers.flush()
        self.assertEqual(self.successResultOf(reading), len(CONTENT))

    def make(self, workers: IWorkers) -> PartialData:
        """A stream in memory whose reads go through ``workers``."""
        data = PartialData(MemoryFile(), workers, SMALL)
        data.registerProducer(CountingProducer(), True)
        data.write(CONTENT)
        data.unregisterProducer()
        finished: Deferred[None] = data.finish()
        if isinstance(workers, HeldWorkers):
            workers.flush()
        self.successResultOf(finished)
        return data
