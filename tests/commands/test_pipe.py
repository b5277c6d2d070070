"""Data to a pipe: all of it, in order, no faster than it is read."""

from __future__ import annotations

import os
import threading
import time

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.trial.unittest import TestCase

from p2pstream.commands.pipe import pour
from p2pstream.data.memory import BufferData
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import ReadStopped

CONTENT = bytes(range(256)) * 16384


class PourTests(TestCase):
    """Over real pipes, with real threads."""

    def setUp(self) -> None:
        """Make a pipe, and threads to fill it."""
        self.workers = ThreadWorkers(reactor)
        self.addCleanup(self.workers.close)
        self.reading, self.writing = os.pipe()

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
        os.close(self.writing)
        reader.join()
        os.close(self.reading)
        self.assertTrue(received == CONTENT)

    async def test_reader_gone(self) -> None:
        """A reader that leaves ends it with what its owner may take for a quiet end."""
        os.close(self.reading)
        with self.assertRaises(BrokenPipeError):
            await self.pour()
        os.close(self.writing)

    async def test_cancelled(self) -> None:
        """With a reader that reads nothing it can still be given up at once."""
        pouring = self.pour()
        reactor.callLater(0.05, pouring.cancel)
        began = time.monotonic()
        with self.assertRaises(ReadStopped):
            await pouring
        await self.workers.close()
        self.assertLess(time.monotonic() - began, 1.0)
        os.close(self.reading)
        os.close(self.writing)

    async def test_file(self) -> None:
        """Stdout may be a file."""
        path = self.mktemp()
        with open(path, "wb") as file:
            await Deferred.fromCoroutine(pour(BufferData(CONTENT), file.fileno(), self.workers))
        with open(path, "rb") as file:
            self.assertTrue(file.read() == CONTENT)
        os.close(self.reading)
        os.close(self.writing)
