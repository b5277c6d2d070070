"""Files that are read."""

from __future__ import annotations

import os
from typing import Any

from twisted.internet import reactor
from twisted.trial.unittest import TestCase

from p2pstream.data.disk import open_file
from p2pstream.data.file import READ, FileData, FileReader
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import Gone, StorageError
from p2pstream.interfaces import IWorkers
from p2pstream.testing.bytes.consumers import CollectingConsumer, PausingConsumer
from p2pstream.testing.bytes.data import CONTENT, SMALL, OpenedContract
from p2pstream.testing.bytes.spans import SpansContract
from p2pstream.testing.workers import InlineWorkers


class FileReaderTests(OpenedContract, SpansContract, TestCase):
    """`FileData` with READ keeps the contract."""

    portable = "0"

    def setUp(self) -> None:
        """Start afresh."""
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": self.portable})
        self.path = os.path.abspath(self.mktemp())

    def make_workers(self) -> IWorkers:
        """Who does the work."""
        return InlineWorkers()

    async def make_data(self, content: bytes) -> FileReader:
        """A provider with ``content`` in it."""
        with open(self.path, "wb") as film:
            film.write(content)
        data = FileData(self.path, READ, self.make_workers(), SMALL)
        self.addCleanup(data.close)
        return data

    async def make_spans(self, content: bytes) -> FileReader:
        """See `SpansContract`."""
        return await self.make_data(content)

    async def test_spans(self) -> None:
        """Any part is one span of the open file, until that is closed."""
        data = await self.make_data(CONTENT)
        self.assertEqual([length for _, _, length in data.spans(3, 10)], [7])
        data.close()
        self.assertEqual(data.spans(3, 10), [])

    async def change_midway(self, change: Any) -> Any:
        """Read one chunk, then let ``change`` happen to the file, then read on."""
        data = await self.make_data(CONTENT)
        consumer = PausingConsumer()
        reading = data.read_to(consumer)
        await consumer.reached(1)
        data.check()
        change()
        await consumer.drip()
        await self.assertFailure(reading, Gone)
        self.assertRaises(Gone, data.check)
        self.assertEqual(bytes(consumer.collected), CONTENT[: len(consumer.collected)])
        return data

    async def test_truncated_while_read(self) -> None:
        """F08: a file that is cut short ends the reading with `Gone`."""
        await self.change_midway(lambda: os.truncate(self.path, 100))

    async def test_extended_while_read(self) -> None:
        """F08: so does one that grows."""

        def extend() -> None:
            with open(self.path, "ab") as film:
                film.write(b"more")

        await self.change_midway(extend)

    async def test_overwritten_while_read(self) -> None:
        """F08: so does one that is overwritten in place; none of its new bytes is delivered."""

        def overwrite() -> None:
            with open(self.path, "r+b") as film:
                film.write(bytes(len(CONTENT)))

        await self.change_midway(overwrite)

    async def test_replaced_while_read(self) -> None:
        """F08: so does one that another file took the name of."""

        def replace() -> None:
            with open(self.path + ".new", "wb") as film:
                film.write(CONTENT)
            os.replace(self.path + ".new", self.path)

        await self.change_midway(replace)

    async def test_removed_while_read(self) -> None:
        """F07: so does one that was removed."""
        await self.change_midway(lambda: os.unlink(self.path))

    async def test_closed_while_read(self) -> None:
        """Closing ends a reading under way."""
        data = await self.make_data(CONTENT)
        consumer = PausingConsumer()
        reading = data.read_to(consumer)
        await consumer.reached(1)
        data.close()
        await consumer.drip()
        await self.assertFailure(reading, Gone)
        data.close()

    async def test_open_file(self) -> None:
        """A file that is open already is data too."""
        await self.make_data(CONTENT)
        data = FileData(open_file(self.path), READ, self.make_workers(), SMALL)
        self.addCleanup(data.close)
        consumer = CollectingConsumer()
        await data.read_to(consumer)
        self.assertEqual(bytes(consumer.collected), CONTENT)


class PortableFileReaderTests(FileReaderTests):
    """So it does without ``preadv2``."""

    portable = "1"


class ThreadedFileReaderTests(FileReaderTests):
    """So it does with real threads."""

    portable = "1"

    def make_workers(self) -> IWorkers:
        """Who does the work."""
        workers = ThreadWorkers(reactor)
        self.addCleanup(workers.close)
        return workers


class UnreadableTests(TestCase):
    """What cannot be read is refused at once, in words."""

    def refuse(self, path: str, why: str) -> None:
        """Expect that one line."""
        fault = self.assertRaises(StorageError, FileData, path, READ, InlineWorkers())
        self.assertEqual(str(fault), f"cannot read {path}: {why}")

    def test_missing(self) -> None:
        """No such file."""
        self.refuse("no/such/film", "there is no such file or folder")

    def test_folder(self) -> None:
        """A folder."""
        self.refuse(os.getcwd(), "it is not a regular file")

    def test_fifo(self) -> None:
        """A FIFO, without waiting for its writer."""
        path = self.mktemp()
        os.mkfifo(path)
        self.refuse(path, "it is not a regular file")

    def test_escapes(self) -> None:
        """What a name would do to a terminal is shown, not done."""
        fault = self.assertRaises(StorageError, FileData, "a\x1b[2Jb", READ, InlineWorkers())
        self.assertIn("a\\x1b[2Jb", str(fault))
