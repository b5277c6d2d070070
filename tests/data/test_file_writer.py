"""Files that are written."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable

from twisted.internet import reactor
from twisted.internet.defer import CancelledError
from twisted.python.failure import Failure
from twisted.trial.unittest import TestCase

from p2pstream.data.disk import scratch_file
from p2pstream.data.file import WRITE, FileData, FileWriter
from p2pstream.data.memory import BufferData
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import ReadStopped, SourceLost, StorageError
from p2pstream.interfaces import IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.testing.bytes.consumers import CountingProducer
from p2pstream.testing.bytes.data import CONTENT, SMALL
from p2pstream.testing.bytes.sinks import RoomyContract, SinkContract
from p2pstream.testing.workers import HeldWorkers, InlineWorkers
from tests.data.kept import KeptFilmTestCase


class FileWriterTests(KeptFilmTestCase, SinkContract, RoomyContract):
    """`FileData` with WRITE keeps the contracts."""

    async def make_sink(self, workers: IWorkers, limits: Limits = LIMITS) -> FileWriter:
        """An empty sink."""
        return FileData(self.path, WRITE, workers, limits)

    async def test_hidden_until_finished(self) -> None:
        """Before `finish` nobody else sees it; after it, it is a plain file."""
        sink = await self.make_sink(InlineWorkers())
        await BufferData(CONTENT).read_to(sink)
        self.assertTrue(all(name.startswith(".") for name in os.listdir(self.folder)))
        await sink.finish()
        mask = os.umask(0o022)
        os.umask(mask)
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o666 & ~mask)

    async def test_replaces(self) -> None:
        """A file of that name stays as it was until the new one is whole."""
        with open(self.path, "wb") as film:
            film.write(b"old")
        sink = await self.make_sink(InlineWorkers())
        await BufferData(CONTENT).read_to(sink)
        with open(self.path, "rb") as film:
            self.assertEqual(film.read(), b"old")
        await sink.finish()
        self.assertEqual(self.kept(sink), CONTENT)

    async def test_real_threads(self) -> None:
        """All of it arrives, in order, when a thread writes."""
        workers = ThreadWorkers(reactor)
        self.addCleanup(workers.close)
        sink = await self.make_sink(workers, SMALL)
        await BufferData(CONTENT * 50, SMALL).read_to(sink)
        await sink.finish()
        self.assertEqual(self.kept(sink), CONTENT * 50)

    async def test_cancelled_while_published(self) -> None:
        """Giving up while a worker gives it its name waits for that worker, and breaks nothing."""
        workers = HeldWorkers()
        sink = await self.make_sink(workers)
        sink.registerProducer(CountingProducer(), True)
        sink.write(CONTENT)
        sink.unregisterProducer()
        workers.flush()
        finished = sink.finish()
        finished.cancel()
        self.assertEqual(len(workers), 1)
        workers.flush()
        await self.assertFailure(finished, CancelledError)
        self.assertEqual(self.kept(sink), CONTENT)

    async def test_open_file(self) -> None:
        """A file that is open already is filled, and has no final name to take."""
        file = scratch_file(self.folder)
        copy = os.dup(file.fileno() or 0)
        self.addCleanup(os.close, copy)
        sink = FileData(file, WRITE, InlineWorkers())
        await BufferData(CONTENT).read_to(sink)
        await sink.finish()
        self.assertEqual(os.pread(copy, len(CONTENT), 0), CONTENT)
        self.assertEqual(os.listdir(self.folder), [])

    async def test_abort_after_failure(self) -> None:
        """Giving up what has failed already is harmless."""
        sink = FileData("/dev/full", WRITE, InlineWorkers())
        await self.assertFailure(BufferData(CONTENT).read_to(sink), ReadStopped)
        await sink.abort(Failure(SourceLost()))
        await sink.abort(Failure(SourceLost()))


class DiskTroubleTests(TestCase):
    """A disk that says no is quoted in one line."""

    def setUp(self) -> None:
        """Start afresh."""
        self.folder = os.path.abspath(self.mktemp())
        os.mkdir(self.folder)

    def refuse(self, path: str, why: str) -> None:
        """Expect that one line."""
        fault = self.assertRaises(StorageError, FileData, path, WRITE, InlineWorkers())
        self.assertEqual(str(fault), f"cannot write {path}: {why}")

    def test_folder_at_the_final_name(self) -> None:
        """A folder is not replaced."""
        self.refuse(self.folder, "there is a folder of that name")

    def test_missing_folder(self) -> None:
        """Folders are not made."""
        self.refuse(f"{self.folder}/no/film", "there is no such file or folder")

    def test_file_as_folder(self) -> None:
        """A file is no folder."""
        open(f"{self.folder}/file", "wb").close()
        self.refuse(f"{self.folder}/file/film", "a part of that path is not a folder")

    def test_long_name(self) -> None:
        """A name that the file system cannot hold is refused now, not after the film."""
        path = f"{self.folder}/{'x' * 256}"
        fault = self.assertRaises(StorageError, FileData, path, WRITE, InlineWorkers())
        self.assertTrue(str(fault).endswith(": the name is too long for this file system"))

    def test_fifo(self) -> None:
        """A FIFO is neither replaced nor waited for."""
        os.mkfifo(f"{self.folder}/pipe")
        self.refuse(f"{self.folder}/pipe", "it is not a regular file")

    async def test_disk_full(self) -> None:
        """A full disk stops the producer, and is told once, by `finish`."""
        sink = FileData("/dev/full", WRITE, InlineWorkers())
        await self.assertFailure(BufferData(CONTENT).read_to(sink), ReadStopped)
        fault = await self.assertFailure(sink.finish(), StorageError)
        self.assertEqual(str(fault), "cannot write /dev/full: disk full (need at least 1.0 kB)")

    async def test_disk_full_while_writing(self) -> None:
        """What comes after the trouble is taken and dropped; nothing piles up."""
        workers = HeldWorkers()
        sink = FileData("/dev/full", WRITE, workers, SMALL)
        reading = BufferData(CONTENT, SMALL).read_to(sink)
        workers.flush()
        await self.assertFailure(reading, ReadStopped)
        sink.write(CONTENT)
        self.assertEqual(len(workers), 0)
        finished = sink.finish()
        workers.flush()
        await self.assertFailure(finished, StorageError)

    async def test_device(self) -> None:
        """A device is written to, and still there afterwards."""
        sink = FileData("/dev/null", WRITE, InlineWorkers())
        await BufferData(CONTENT).read_to(sink)
        await sink.finish()
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))

    async def test_folder_appears_at_the_final_name(self) -> None:
        """What cannot take its name in the end vanishes, and says why."""
        path = f"{self.folder}/film"
        await self.spoil(path, lambda: os.mkdir(path), "there is a folder of that name")
        self.assertEqual(os.listdir(self.folder), ["film"])

    async def test_folder_vanishes(self) -> None:
        """A folder that was removed with the unfinished file in it is told too."""
        path = f"{self.folder}/film"

        def remove() -> None:
            shutil.rmtree(self.folder)

        await self.spoil(path, remove, "there is no such file or folder")

    async def spoil(self, path: str, trouble: Callable[[], None], why: str) -> None:
        """Fill a file, let ``trouble`` happen, and expect `finish` to say ``why``."""
        sink = FileData(path, WRITE, InlineWorkers())
        await BufferData(CONTENT).read_to(sink)
        trouble()
        fault = await self.assertFailure(sink.finish(), StorageError)
        self.assertEqual(str(fault), f"cannot write {path}: {why}")
