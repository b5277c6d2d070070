"""A store that others fill, read by who serves what lies in it."""

from __future__ import annotations

import errno
from typing import Any

from zope.interface.verify import verifyObject

from p2pstream.content.units import UNIT
from p2pstream.data.store import Store
from p2pstream.data.store.reader import StoreReader
from p2pstream.errors import NotShared, StorageError
from p2pstream.interfaces import IStream
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.state.faults import FaultyDisk
from tests.data.store.stores import FEW, StoreTestCase

FILM = proven_film(9 * UNIT + 1234)
OTHER = proven_film(4 * UNIT, seed=1)


class ReaderTests(StoreTestCase):
    def reader(self, disk: Any = None) -> StoreReader:
        """One that has looked."""
        reader = StoreReader(disk or self.disk, self.workers, self.clock, FEW)
        self.now(reader.look())
        return reader

    def checkpointed(self, store: Store, *spans: tuple[int, int]) -> Any:
        """A stream of which these units are claimed."""
        stream = self.filled(store, FILM, *spans)
        self.clock.advance(FEW.store_checkpoint_s)
        return stream

    def read(self, reader: StoreReader) -> Any:
        """The film, opened."""
        return self.now(reader.open(FILM.key))

    def test_what_is_there(self) -> None:
        """What others keep is known, served and proven; nothing is written."""
        self.now(self.reader().close())
        store = self.store()
        self.checkpointed(store, (0, 10))
        before = {path: bytes(node.content) for path, node in self.disk.files.items()}
        reader = self.reader()
        self.assertEqual((reader.keys(), list(reader.units(FILM.key))), ([FILM.key], [(0, 10)]))
        one, two = self.read(reader), self.read(reader)
        self.assertIs(one.stored, two.stored)
        self.assertTrue(verifyObject(IStream, one))
        self.assertEqual(self.content(one), FILM.content)
        self.assertEqual(self.now(one.hashes(2, 0, 8, 1)), FILM.tree.page(2, 0, 8, 1))
        one.close()
        one.close()
        self.assertEqual(self.content(two), FILM.content)
        two.close()
        self.now(reader.close())
        self.assertEqual({path: bytes(node.content) for path, node in self.disk.files.items()}, before)

    def test_not_there(self) -> None:
        """What is not there is not shared; also when it went a moment ago."""
        reader = self.reader()
        self.assertEqual((reader.keys(), list(reader.units(FILM.key))), ([], []))
        self.failureResultOf(reader.open(FILM.key), NotShared)
        store = self.store()
        self.checkpointed(store, (0, 10))
        self.assertTrue(self.now(reader.look()))
        self.now(store.release(FILM.key, "/film"))
        self.failureResultOf(reader.open(FILM.key), NotShared)
        self.assertTrue(self.now(reader.look()))
        self.assertFalse(self.now(reader.look()))
        self.assertEqual(reader.keys(), [])

    def test_grows(self) -> None:
        """What comes while it is served is served, too; whoever watches is told."""
        store = self.store()
        stream = self.checkpointed(store, (0, 3))
        reader = self.reader()
        served, told = self.read(reader), list[Any]()
        served.watch(lambda: told.append(list(served.units)))
        self.put(stream, FILM, 5, 7)
        self.now(reader.look())
        self.clock.advance(FEW.store_checkpoint_s)
        self.put(stream, FILM, 7, 10)
        self.clock.advance(FEW.store_checkpoint_s)
        self.now(reader.look())
        self.assertEqual(told, [[(0, 3), (5, 7)], [(0, 3), (5, 10)]])
        self.assertEqual(self.content(served, 5 * UNIT), FILM.content[5 * UNIT :])
        self.assertEqual(list(reader.units(FILM.key)), [(0, 3), (5, 10)])

    def test_withdrawn(self) -> None:
        """What is moved out, or given up as a whole, is withdrawn from whoever is served."""
        store = self.store(quota=12 * UNIT)
        for way in ("released", "evicted"):
            stream = self.checkpointed(store, (0, 10))
            reader = self.reader()
            served, told = self.read(reader), list[Any]()
            served.watch(lambda told=told, served=served: told.append(list(served.units)))
            if way == "released":
                self.now(store.release(FILM.key, "/film"))
                stream.close()
            else:
                stream.close()
                self.filled(store, OTHER, (0, 4))
            self.assertEqual(told, [])
            self.now(reader.look())
            self.assertEqual((told, reader.units(FILM.key).total), ([[]], 0), way)
            self.now(reader.look())
            served.close()
            self.failureResultOf(reader.open(FILM.key), NotShared)

    def test_F09_damaged(self) -> None:
        """A unit that is damaged on the disk is withdrawn, and no byte of it served."""
        self.checkpointed(self.store(), (0, 10))
        (path,) = (path for path in self.disk.files if path.endswith(".data"))
        reader = self.reader()
        served = self.read(reader)
        self.disk.open(path).pwrite(4 * UNIT, b"?")
        self.assertEqual(list(served.units), [(0, 10)])
        self.now(served.stored.keeping.check(0, 10))
        self.assertEqual(list(served.units), [(0, 4), (5, 10)])
        self.now(reader.look())
        self.assertEqual(self.content(served, 0, 4 * UNIT), FILM.content[: 4 * UNIT])

    def test_b3_doubted(self) -> None:
        """What was handed out already is hashed once more when somebody found it wrong."""
        self.checkpointed(self.store(), (0, 10))
        (path,) = (path for path in self.disk.files if path.endswith(".data"))
        reader = self.reader()
        served = self.read(reader)
        self.assertEqual(self.content(served), FILM.content)
        self.disk.open(path).pwrite(4 * UNIT, b"?")
        reader.doubt(FILM.key)
        reader.doubt(OTHER.key)
        self.now(served.stored.keeping.check(0, 10))
        self.assertEqual(list(served.units), [(0, 4), (5, 10)])

    def test_F09_claims_damaged(self) -> None:
        """What nobody can be sure of is not offered."""
        self.now(self.checkpointed(self.store(), (0, 10)).stored.keeping.end())
        (path,) = (path for path in self.disk.files if path.endswith(".units"))
        self.disk.open(path).pwrite(60, b"?")
        self.assertEqual(self.reader().keys(), [])

    def test_F03_disk_refuses(self) -> None:
        """A disk that refuses is told; later it is looked at again."""
        self.checkpointed(self.store(), (0, 10))
        disk = FaultyDisk(self.disk, lambda number, call: errno.EIO if call == "names" else None)
        reader = StoreReader(disk, self.workers, self.clock, FEW)
        self.failureResultOf(reader.look(), StorageError)
        disk.fails = lambda number, call: None
        self.assertTrue(self.now(reader.look()))
        disk.fails = lambda number, call: errno.EIO if call == "open" else None
        self.failureResultOf(reader.open(FILM.key), StorageError)
        disk.fails = lambda number, call: None
        self.assertEqual(self.content(self.read(reader)), FILM.content)

    def test_closed(self) -> None:
        """After the end there is nothing, and nobody holds anything."""
        self.checkpointed(self.store(), (0, 10))
        reader = self.reader()
        served = self.read(reader)
        self.now(reader.close())
        served.close()
        self.assertEqual((list(served.units), reader.keys()), ([], []))
        self.assertEqual([node.sharers for node in self.disk.files.values() if node.sharers], [])
