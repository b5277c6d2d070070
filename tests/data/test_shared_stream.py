"""Shared files are streams with a key, for as long as they stay what they were."""

from __future__ import annotations

import os
from typing import Any

from twisted.internet import reactor
from twisted.trial.unittest import SynchronousTestCase, TestCase

from p2pstream.content.units import UNIT
from p2pstream.data.disk import open_file
from p2pstream.data.file import READ, FileData, FileReader
from p2pstream.data.shared_stream import SharedStream
from p2pstream.data.trees import Trees
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import Gone, StorageError
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.bytes.data import SMALL, OpenedContract
from p2pstream.testing.proofs.proven import LENGTHS, ProvenFilm, film_of, proven_film
from p2pstream.testing.proofs.streams import StreamContract
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.state.faults import FaultyDisk
from p2pstream.testing.workers import InlineWorkers


def shared(path: str, film: ProvenFilm, workers: Any, limits: Any = SMALL) -> SharedStream:
    """That film in a file, opened."""
    with open(path, "wb") as file:
        file.write(film.content)
    reader: FileReader = FileData(open_file(path), READ, workers, limits)
    return SharedStream(reader, film.tree, workers)


class SharedStreamTests(StreamContract, TestCase):
    """The contract of `IStream`, with threads."""

    async def make_stream(self, film: ProvenFilm) -> SharedStream:
        """As the contract says."""
        workers = ThreadWorkers(reactor)
        stream = shared(self.mktemp(), film, workers)
        self.addCleanup(workers.close)
        self.addCleanup(stream.close)
        return stream


class SharedDataTests(OpenedContract, TestCase):
    """The contract of `IData`."""

    async def make_data(self, content: bytes) -> SharedStream:
        """As the contract says."""
        stream = shared(self.mktemp(), film_of(content), InlineWorkers())
        self.addCleanup(stream.close)
        return stream


class ChangeTests(SynchronousTestCase):
    """A file that changes under our hands."""

    def test_F08_changed_while_served(self) -> None:
        """Appended to, cut, written over or touched: found at the next check, and nothing more is told."""
        film = proven_film(2 * UNIT)
        for change in (self.append, self.cut, self.overwrite, self.touch):
            path = self.mktemp()
            stream = shared(path, film, InlineWorkers())
            told: list[int] = []
            stream.watch(lambda told=told, stream=stream: told.append(stream.units.total))
            stream.check()
            change(path)
            self.assertRaises(Gone, stream.check)
            self.assertRaises(Gone, stream.check)
            self.assertEqual(told, [0])
            self.failureResultOf(stream.read_to(CollectingConsumer()), Gone)
            self.failureResultOf(stream.hashes(0, 0, 4, 1), Gone)
            stream.close()

    def test_replaced(self) -> None:
        """A file that another was moved over is still the same bytes to whoever has it open."""
        film, path = proven_film(UNIT), self.mktemp()
        stream = shared(path, film, InlineWorkers())
        with open(f"{path}.new", "wb") as file:
            file.write(b"other")
        os.rename(f"{path}.new", path)
        # Its name went, which is a change of the file: whether it is told depends on the system.
        consumer = CollectingConsumer()
        try:
            stream.check()
            self.successResultOf(stream.read_to(consumer))
            self.assertEqual(bytes(consumer.collected), film.content)
        except Gone:
            pass
        stream.close()

    def test_other_length(self) -> None:
        """A file that does not fit its tree is not shared at all."""
        path = self.mktemp()
        with open(path, "wb") as file:
            file.write(b"short")
        reader = FileData(open_file(path), READ, InlineWorkers())
        self.assertRaises(Gone, SharedStream, reader, proven_film(UNIT).tree, InlineWorkers())

    def append(self, path: str) -> None:
        """One byte more."""
        with open(path, "ab") as file:
            file.write(b"!")

    def cut(self, path: str) -> None:
        """One byte less."""
        os.truncate(path, os.path.getsize(path) - 1)

    def overwrite(self, path: str) -> None:
        """Other bytes in place."""
        with open(path, "r+b") as file:
            file.write(b"!")
        os.utime(path, ns=(5, 5))

    def touch(self, path: str) -> None:
        """Another time stamp may mean anything."""
        os.utime(path, ns=(7, 7))


class TreesTests(SynchronousTestCase):
    """Trees that were kept are found, whole, or not at all."""

    def setUp(self) -> None:
        """Start afresh."""
        self.disk = MemoryDisk()
        self.trees = Trees(self.disk, InlineWorkers())

    def test_round_trip(self) -> None:
        """Trees of every shape, in another process."""
        for length in LENGTHS:
            film = proven_film(length)
            self.assertIsNone(self.successResultOf(self.trees.find(film.key)))
            self.successResultOf(self.trees.keep(film.tree))
            found = self.successResultOf(Trees(self.disk, InlineWorkers()).find(film.key))
            self.assertEqual((found.key, found.lowest), (film.key, film.key.unit_layer))
            self.successResultOf(self.trees.forget(film.key))
        self.assertEqual(self.disk.files, {})

    def test_F09_every_byte_and_F10_every_length(self) -> None:
        """A file that is not what was written is not used."""
        film = proven_film(5 * UNIT)
        self.successResultOf(self.trees.keep(film.tree))
        (path,) = self.disk.files
        whole = self.disk.read(path, 1 << 20)
        for at in range(len(whole)):
            torn = bytearray(whole)
            torn[at] ^= 0x01
            for content in (bytes(torn), whole[:at]):
                self.disk.replace(path, content)
                self.assertIsNone(self.successResultOf(self.trees.find(film.key)), at)
        self.disk.replace(path, whole)
        self.assertIsNotNone(self.successResultOf(self.trees.find(film.key)))

    def test_refused(self) -> None:
        """A disk that refuses is told."""
        film = proven_film(UNIT)
        trees = Trees(FaultyDisk(MemoryDisk(), lambda number, call: 5), InlineWorkers())
        for work in (trees.keep(film.tree), trees.find(film.key), trees.forget(film.key)):
            self.failureResultOf(work, StorageError)
