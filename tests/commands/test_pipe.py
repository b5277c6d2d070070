"""Data to a pipe: all of it, in order, no faster than it is read."""

from __future__ import annotations

import os
import threading
import time

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.trial.unittest import TestCase
from zope.interface import implementer

from p2pstream.commands.pipe import pour
from p2pstream.data.memory import BufferData
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import ReadStopped, StorageError
from p2pstream.interfaces import IData

CONTENT = bytes(range(256)) * 16384


@implementer(IPushProducer)
class Held:
    """A producer that notes what it is told."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.resumed: Deferred[None] = Deferred()

    def pauseProducing(self) -> None:
        """Noted."""
        self.calls.append("pause")

    def resumeProducing(self) -> None:
        """Noted."""
        self.calls.append("resume")
        self.resumed.callback(None)

    def stopProducing(self) -> None:
        """Noted."""
        self.calls.append("stop")


@implementer(IData)
class ChunkData:
    """Data that gives one chunk and ends when it is told."""

    length = None
    seekable = False

    def __init__(self, chunk: bytes) -> None:
        self.producer = Held()
        self._chunk = chunk

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """One chunk, at once."""
        self._consumer = consumer
        self._done: Deferred[int] = Deferred()
        consumer.registerProducer(self.producer, True)
        consumer.write(self._chunk)
        return self._done

    def end(self) -> None:
        """That was all."""
        self._consumer.unregisterProducer()
        self._done.callback(len(self._chunk))


class PourTests(TestCase):
    """Over real pipes, with real threads."""

    def setUp(self) -> None:
        """Make a pipe, and threads to fill it."""
        self.workers = ThreadWorkers(reactor)
        self.addCleanup(self.workers.close)
        self.reading, self.writing = os.pipe()
        # Before the threads are waited for: one may be writing.
        self.addCleanup(self.shut, self.reading, self.writing)
        self.open = {self.reading, self.writing}

    def shut(self, *descriptors: int) -> None:
        """Close these ends; harmless for those that are."""
        for descriptor in self.open.intersection(descriptors):
            self.open.remove(descriptor)
            os.close(descriptor)

    def pour(self) -> Deferred[None]:
        """Begin to write."""
        return Deferred.fromCoroutine(pour(BufferData(CONTENT), self.writing, self.workers))

    async def test_all_of_it(self) -> None:
        """A slow reader gets every byte; our own end of the pipe still blocks, as its owner left it."""
        received = bytearray()

        def read() -> None:
            while part := os.read(self.reading, 100_000):
                received.extend(part)
                time.sleep(0.0005)

        reader = threading.Thread(target=read)
        reader.start()
        await self.pour()
        self.assertTrue(os.get_blocking(self.writing))
        self.shut(self.writing)
        reader.join()
        self.assertTrue(received == CONTENT)

    async def test_reader_gone(self) -> None:
        """A reader that leaves ends it with what its owner may take for a quiet end."""
        self.shut(self.reading)
        with self.assertRaises(BrokenPipeError):
            await self.pour()

    async def test_cancelled(self) -> None:
        """With a reader that reads nothing it can still be given up at once."""
        pouring = self.pour()
        reactor.callLater(0.05, pouring.cancel)
        began = time.monotonic()
        with self.assertRaises(ReadStopped):
            await pouring
        await self.workers.close()
        self.assertLess(time.monotonic() - began, 1.0)

    async def test_back_pressure(self) -> None:
        """While a chunk waits for the reader the film's producer is held; afterwards it goes on."""
        data = ChunkData(bytes(1_000_000))
        pouring = Deferred.fromCoroutine(pour(data, self.writing, self.workers))
        self.assertEqual(data.producer.calls, ["pause"])
        received = 0
        while received < 1_000_000:
            received += len(await self.workers.run(os.read, self.reading, 1_000_000))
        await data.producer.resumed
        self.assertEqual(data.producer.calls, ["pause", "resume"])
        data.end()
        await pouring

    async def test_file(self) -> None:
        """Stdout may be a file."""
        path = self.mktemp()
        with open(path, "wb") as file:
            await Deferred.fromCoroutine(pour(BufferData(CONTENT), file.fileno(), self.workers))
        with open(path, "rb") as file:
            self.assertTrue(file.read() == CONTENT)

    async def test_full(self) -> None:
        """A full disk behind stdout is said in one line."""
        with open("/dev/full", "wb") as file, self.assertRaises(StorageError) as caught:
            await pour(BufferData(CONTENT), file.fileno(), self.workers)
        self.assertEqual(str(caught.exception), "cannot write to stdout: disk full")
