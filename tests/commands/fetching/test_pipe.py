"""Data to a pipe: all of it, in order, no faster than it is read."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.trial.unittest import SynchronousTestCase, TestCase
from zope.interface import implementer

from p2pstream.commands.fetching.pipe import pour
from p2pstream.data.memory import BufferData
from p2pstream.data.store import Store
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import NoSource, ReadStopped, StorageError
from p2pstream.interfaces import IData
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.proven import prove, proven_film
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.commands.opened import Opened

CONTENT = bytes(range(256)) * 16384


def opened(data: IData) -> Any:
    """A stream with these data, on its way without an end."""
    return Opened(data)


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
        return Deferred.fromCoroutine(pour(opened(BufferData(CONTENT)), self.writing, self.workers))

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
        pouring = Deferred.fromCoroutine(pour(opened(data), self.writing, self.workers))
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
            await Deferred.fromCoroutine(pour(opened(BufferData(CONTENT)), file.fileno(), self.workers))
        with open(path, "rb") as file:
            self.assertTrue(file.read() == CONTENT)

    async def test_full(self) -> None:
        """A full disk behind stdout is said in one line."""
        with open("/dev/full", "wb") as file, self.assertRaises(StorageError) as caught:
            await pour(opened(BufferData(CONTENT)), file.fileno(), self.workers)
        self.assertEqual(str(caught.exception), "cannot write to stdout: disk full")


class DesertedTests(SynchronousTestCase):
    """A film of which half is here when the last of its sources fails."""

    def setUp(self) -> None:
        """Begin to write it to a file."""
        film = proven_film(400_000)
        store = Store(MemoryDisk(), InlineWorkers(), HeapClock())
        self.stream = opened(self.successResultOf(store.open(film.key)))
        prove(self.stream.data, film)
        self.half = film.units(0, 3)
        self.successResultOf(self.stream.data.put_units(0, self.half))
        self.path = self.mktemp()
        file = open(self.path, "wb")  # noqa: SIM115
        self.addCleanup(file.close)
        self.pouring = Deferred.fromCoroutine(pour(self.stream, file.fileno(), InlineWorkers()))
        self.assertNoResult(self.pouring)

    def test_nobody_left(self) -> None:
        """What came was written; the rest is not waited for, and it is said why."""
        self.stream.done.errback(NoSource("nobody has it"))
        self.assertIn("nobody", str(self.failureResultOf(self.pouring, NoSource).value))
        self.failureResultOf(self.stream.done, NoSource)
        with open(self.path, "rb") as file:
            self.assertTrue(file.read() == self.half)
        self.assertEqual(list(self.stream.data.cursors), [])

    def test_cancelled(self) -> None:
        """Given up by its owner it fails as one that was stopped."""
        self.pouring.cancel()
        self.failureResultOf(self.pouring, ReadStopped)
