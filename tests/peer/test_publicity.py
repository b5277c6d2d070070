"""From a file in a folder to what a central knows; real folders, a stepped clock, no threads."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.records import read_record
from p2pstream.data.disk import open_file
from p2pstream.data.hash_cache import HashCache
from p2pstream.data.state import seal
from p2pstream.data.store import Store
from p2pstream.data.store.reader import StoreReader
from p2pstream.data.trees import Trees
from p2pstream.errors import Gone, NotShared
from p2pstream.limits import LIMITS
from p2pstream.peer.announcer import Announcer
from p2pstream.peer.book import Book
from p2pstream.peer.book_file import BookFile
from p2pstream.peer.doubts import Doubts
from p2pstream.peer.hashes import SharedHashes
from p2pstream.peer.keyed_streams import KeyedStreams
from p2pstream.peer.keying import Keying
from p2pstream.peer.publicity import Ours, Publicity
from p2pstream.peer.reachability import Reachability
from p2pstream.peer.shares import Shares
from p2pstream.peer.stored import Stored
from p2pstream.testing.consumers import CollectingConsumer
from p2pstream.testing.disks import MemoryDisk
from p2pstream.testing.faults import FaultyDisk
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.patterns import pattern
from p2pstream.testing.proven import film_of, prove
from p2pstream.testing.workers import InlineWorkers
from tests.peer.central_lines import FakeLine
from tests.peer.test_book import US

CENTRAL = Address("10.0.0.1", 2045)


class Peer:
    """All that makes known what one folder holds."""

    def __init__(self, folder: Path, disk: Any, reactor: MemoryReactorClock, wall_ns: Any) -> None:
        self.events = HeardEvents()
        self.line = FakeLine()
        workers = InlineWorkers()
        self.shares = Shares([str(folder)], reactor, workers, self.events, "you")
        self.hashes = SharedHashes(
            self.shares, HashCache(disk, workers), Trees(disk, workers), workers, self.events, wall_ns
        )
        self.keying = Keying(reactor, self.hashes, self.shares.look_again, self.events, wall_ns)
        self.book = Book(US, lambda: wall_ns() // 1_000_000)
        self.file = BookFile(reactor, self.book, disk, workers, self.events)
        reader = StoreReader(disk, workers, reactor)
        stored = Stored(reader, reactor, self.events)
        self.announcer = Announcer(
            reactor, [CENTRAL], self.dial, Ours(self.keying.keyed, self.book, stored), self.events,
            Reachability(self.events, "10.0.0.7"),
        )  # fmt: skip
        self.publicity = Publicity(
            reactor, self.shares, self.hashes, self.keying, self.book, self.file, self.announcer, self.events,
            stored=stored,
        )  # fmt: skip
        self.streams = KeyedStreams(self.shares, self.keying.keyed, self.hashes, workers, reader)
        self.doubts = Doubts(reactor, self.shares, self.keying, reader)

    def dial(self, address: Address, listener: Any) -> FakeLine:
        """A central that is there."""
        self.line.up = True
        self.listener = listener
        return self.line

    async def start(self) -> None:
        """As the service does."""
        self.file.load()
        await self.publicity.start()
        await self.shares.start()
        self.publicity.looked()
        self.listener.connected()

    async def stop(self) -> None:
        """As the service does."""
        self.shares.stop()
        await self.publicity.stop()


class PublicityTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        """An empty folder, whose files seem to be old."""
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": "1"})
        self.folder = Path(self.mktemp()).resolve()
        self.folder.mkdir(parents=True)
        self.disk: Any = MemoryDisk()
        self.reactor = MemoryReactorClock()
        # Files that a test writes bear the system's times; the test is over before these.
        self.began_ns = self.folder.stat().st_ctime_ns + 60 * 10**9

    def wall_ns(self) -> int:
        """Later than any file here was written; on with our clock."""
        return self.began_ns + round(self.reactor.seconds() * 1e9)

    def run_peer(self) -> Peer:
        """Start one."""
        peer = Peer(self.folder, self.disk, self.reactor, self.wall_ns)
        self.successResultOf(Deferred.fromCoroutine(peer.start()))
        self.addCleanup(self.end, peer)
        self.wait(0.1)
        return peer

    def end(self, peer: Peer) -> None:
        """Stop it."""
        self.successResultOf(Deferred.fromCoroutine(peer.stop()))

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        for _ in range(round(seconds / 0.05)):
            self.reactor.advance(0.05)

    def put(self, name: str, size: int = 100_000) -> None:
        """A file."""
        (self.folder / name).write_bytes(pattern(0, size))

    def listed(self, peer: Peer) -> dict[str, FileKey | None]:
        """What the central knows by name; what was withdrawn is None."""
        records = [read_record(raw, self.wall_ns() // 1_000_000) for raw in peer.line.records]
        return {record.name: record.key for record in records}


class ListedTests(PublicityTestCase):
    def test_listed(self) -> None:
        """A folder's films are known by key and by name, in one breath."""
        self.put("film.mp4")
        self.put("other.txt", 5)
        peer = self.run_peer()
        self.assertEqual(set(self.listed(peer)), {"film.mp4", "other.txt"})
        self.assertEqual(peer.line.keys, set(self.listed(peer).values()))
        self.assertEqual(len(peer.events.named("listed")), 1)

    def test_comes_and_goes(self) -> None:
        """A file that comes is listed within seconds, and one that goes is listed no more."""
        peer = self.run_peer()
        self.put("film")
        self.wait(3)
        (key,) = peer.line.keys
        self.assertEqual(self.listed(peer), {"film": key})
        (self.folder / "film").unlink()
        self.wait(2)
        self.assertEqual(peer.line.keys, set())
        self.wait(LIMITS.book_grace_s)
        self.assertEqual(self.listed(peer), {"film": None})

    def test_F08_replaced(self) -> None:
        """Another film under the name: the old key goes at once, the name is never withdrawn."""
        self.put("film")
        peer = self.run_peer()
        (old,) = peer.line.keys
        self.put("film", 300_000)
        self.wait(3)
        (new,) = peer.line.keys
        self.assertNotEqual(old, new)
        self.assertEqual(self.listed(peer), {"film": new})
        self.assertNotIn(None, [read_record(raw, self.wall_ns() // 10**6).key for raw in peer.line.records])

    def test_one_film_two_names(self) -> None:
        """The key stays until the last of its names goes."""
        self.put("a")
        self.put("b")
        peer = self.run_peer()
        (key,) = peer.line.keys
        (self.folder / "a").unlink()
        self.wait(2 + LIMITS.book_grace_s)
        self.assertEqual((peer.line.keys, self.listed(peer)), ({key}, {"a": None, "b": key}))

    def test_forgotten(self) -> None:
        """The hashes of a file that went or was replaced are kept no more, unless another has its key."""
        for name, size in (("a", 100_000), ("b", 100_000), ("c", 200_000), ("d", 300_000), ("e", 10)):
            self.put(name, size)
        peer = self.run_peer()
        self.assertEqual(len(self.disk.names("trees")), 4)
        for name in ("a", "d"):
            (self.folder / name).unlink()
        self.put("c", 400_000)
        self.wait(2 + LIMITS.book_grace_s)
        kept = {FileKey(key.root, key.length) for key in peer.line.keys}
        self.assertEqual({key.length for key in kept}, {10, 100_000, 400_000})
        self.assertEqual(len(self.disk.names("trees")), 3)
        # The same film is back: what proves it is found out when it is asked for.
        self.put("d", 300_000)
        self.wait(3)
        (key,) = (key for key in peer.line.keys if key.length == 300_000)
        self.assertEqual(self.successResultOf(peer.streams.open(key)).units.total, key.units)

    def test_F07_the_folder_goes(self) -> None:
        """Of a share that is gone as a whole everything is kept: it may only be unmounted."""
        self.put("film")
        self.put("other", 10)
        peer = self.run_peer()
        away = self.folder.with_name("away")
        self.folder.rename(away)
        self.wait(3 + LIMITS.book_grace_s)
        self.assertEqual((peer.line.keys, len(self.disk.names("trees"))), (set(), 2))
        away.rename(self.folder)
        self.wait(3)
        self.assertEqual(len(peer.line.keys), 2)

    def test_stop(self) -> None:
        """Claims are taken back at the end; names stay ours, and no timer is left."""
        self.put("film")
        peer = self.run_peer()
        self.end(peer)
        self.assertEqual(peer.line.keys, set())
        self.assertNotIn(None, self.listed(peer).values())
        self.assertEqual(self.reactor.getDelayedCalls(), [])


class StoredTests(PublicityTestCase):
    """What another program of the user fetched into the same folder."""

    def test_comes_and_goes(self) -> None:
        """It is claimed and served under its key, first in part; no name is signed for it."""
        peer = self.run_peer()
        film = film_of(pattern(0, 300_000))
        store = Store(self.disk, InlineWorkers(), self.reactor)
        stream = self.successResultOf(store.open(film.key))
        prove(stream, film)
        for stop, have in ((3, 153), (5, 255)):
            self.successResultOf(stream.put_units(0, film.units(0, stop)))
            self.wait(6)
            self.assertEqual((peer.line.have, peer.line.records), ({film.key: have}, []))
        self.assertEqual(self.served(peer, film.key), film.content)
        self.successResultOf(store.release(film.key, "/film"))
        self.wait(3)
        self.assertEqual(peer.line.keys, set())
        self.failureResultOf(peer.streams.open(film.key), NotShared)

    def test_shared_as_well(self) -> None:
        """What lies in a share, too, is claimed once, and goes when both are gone."""
        self.put("film", 300_000)
        peer = self.run_peer()
        film = film_of(pattern(0, 300_000))
        store = Store(self.disk, InlineWorkers(), self.reactor)
        stream = self.successResultOf(store.open(film.key))
        prove(stream, film)
        self.successResultOf(stream.put_units(0, film.units(0, 5)))
        self.wait(6)
        self.assertEqual(peer.line.take(), [("announce", 1), ("publish", 1)])
        (self.folder / "film").unlink()
        self.wait(2)
        self.assertEqual((peer.line.take(), self.served(peer, film.key)), ([], film.content))

    def served(self, peer: Peer, key: FileKey) -> bytes:
        """What a viewer gets."""
        stream = self.successResultOf(peer.streams.open(key))
        consumer = CollectingConsumer()
        self.successResultOf(stream.read_to(consumer))
        stream.close()
        return bytes(consumer.collected)


class DoubtTests(PublicityTestCase):
    """What somebody found wrong."""

    def test_b3_as_it_was(self) -> None:
        """It is read once more, once an hour whoever doubts it, and served all the time."""
        self.put("film")
        peer = self.run_peer()
        (key,) = peer.line.keys
        stream = self.successResultOf(peer.streams.open(key))
        for hashed, pause in ((2, 1.0), (2, LIMITS.doubt_s - 2), (3, 1.0)):
            peer.doubts.doubt(key)
            peer.doubts.doubt(FileKey(b"x" * 32, 5))
            self.wait(0.5)
            self.assertEqual(sum(event["files"] for event in peer.events.named("hashed")), hashed)
            self.reactor.advance(pause)
        self.assertEqual((peer.line.keys, stream.units.total), ({key}, key.units))
        stream.close()

    def test_b3_rotten(self) -> None:
        """What is not what it was is withdrawn, and known by the key that it has now."""
        self.put("film")
        peer = self.run_peer()
        (old,) = peer.line.keys
        stream = self.successResultOf(peer.streams.open(old))
        # As a disk does it: the file changes, and all its stamps stay.
        opened = peer.shares.file
        with open(self.folder / "other", "wb") as other:
            other.write(pattern(1, 100_000))
        peer.shares.file = lambda offer: succeed(open_file(self.folder / "other"))  # type: ignore[method-assign]
        peer.doubts.doubt(old)
        self.wait(0.5)
        peer.shares.file = opened  # type: ignore[method-assign]
        self.assertEqual((stream.units.total, old in peer.line.keys), (0, False))
        self.assertNotEqual(self.listed(peer)["film"], old)
        self.assertRaises(Gone, stream.check)
        stream.close()


class RestartTests(PublicityTestCase):
    def test_F02_no_rehash(self) -> None:
        """After a kill the next run knows all keys without reading a byte, and signs nothing anew."""
        self.put("film")
        self.put("other", 10)
        first = self.run_peer()
        self.wait(LIMITS.book_save_s)
        first.shares.stop()
        first.keying.stop()
        second = self.run_peer()
        self.assertEqual(second.line.keys, first.line.keys)
        self.assertEqual(second.events.named("hashed"), [])
        self.assertEqual(sorted(second.line.records), sorted(first.line.records))

    def test_gone_meanwhile(self) -> None:
        """What went while nobody looked is withdrawn by the next run."""
        self.put("film")
        self.end(self.run_peer())
        (self.folder / "film").unlink()
        self.assertEqual(self.listed(self.run_peer()), {"film": None})

    def test_changed_meanwhile(self) -> None:
        """What changed while nobody looked is read again."""
        self.put("film")
        self.end(self.run_peer())
        self.put("film", 5)
        peer = self.run_peer()
        (key,) = peer.line.keys
        self.assertEqual((key.length, len(peer.events.named("hashed"))), (5, 1))

    def test_F05_nothing_can_be_kept(self) -> None:
        """With a full disk all is listed and served; that nothing is kept is told, not repeated."""
        for name in "abc":
            self.put(name)
        self.disk = FaultyDisk(
            MemoryDisk(), lambda _, call: errno.ENOSPC if call in ("open", "replace") else None
        )
        peer = self.run_peer()
        (key,) = peer.line.keys
        self.assertEqual(set(self.listed(peer)), set("abc"))
        self.successResultOf(peer.streams.open(key)).close()
        self.assertLessEqual(len(peer.events.named("state_refused")), 2)

    def test_F19_newer_cache(self) -> None:
        """A cache that a newer program wrote is neither used nor overwritten."""
        newer = seal("hashes", 9, b"")
        self.disk.replace("hashes", newer)
        self.put("film")
        peer = self.run_peer()
        self.assertEqual(len(peer.line.keys), 1)
        self.assertEqual(self.disk.read("hashes", 1000), newer)
        (told,) = peer.events.named("state_refused")
        self.assertIn("newer p2pstream", str(told["reason"]))


class OpenTests(PublicityTestCase):
    def read(self, stream: Any) -> bytes:
        """All of it."""
        consumer = CollectingConsumer()
        self.successResultOf(stream.read_to(consumer))
        return bytes(consumer.collected)

    def test_by_key(self) -> None:
        """Who has a key gets the bytes, and their proofs, in this run and the next."""
        self.put("film")
        self.end(self.run_peer())
        peer = self.run_peer()
        (key,) = peer.line.keys
        stream: Any = self.successResultOf(peer.streams.open(key))
        self.assertEqual((stream.key, self.read(stream)), (key, pattern(0, 100_000)))
        self.successResultOf(stream.hashes(0, 0, 1, 0))
        stream.close()

    def test_unknown(self) -> None:
        """A key that nothing here has is not shared."""
        peer = self.run_peer()
        self.failureResultOf(peer.streams.open(FileKey(b"x" * 32, 5)), NotShared)

    def test_F08_goes_while_open(self) -> None:
        """Who reads a film that goes is told, and finds nothing of it here any more."""
        self.put("film")
        peer = self.run_peer()
        (key,) = peer.line.keys
        stream: Any = self.successResultOf(peer.streams.open(key))
        told: list[None] = []
        stream.watch(lambda: told.append(None))
        (self.folder / "film").unlink()
        self.wait(2)
        self.assertEqual((bool(stream.units), told), (False, [None]))
        self.failureResultOf(peer.streams.open(key), NotShared)
        stream.close()

    def test_F08_changed_a_moment_ago(self) -> None:
        """A file that changed since the last look is not opened under its old key."""
        self.put("film")
        peer = self.run_peer()
        (key,) = peer.line.keys
        self.put("film", 100_001)
        self.failureResultOf(peer.streams.open(key), NotShared)

    def test_other_file_of_that_key(self) -> None:
        """While one of two equal files is there, their key can be opened."""
        self.put("a")
        self.put("b")
        peer = self.run_peer()
        (key,) = peer.line.keys
        self.put("a", 7)
        stream: Any = self.successResultOf(peer.streams.open(key))
        self.assertEqual(self.read(stream), pattern(0, 100_000))
        stream.close()

    def test_F09_hashes_lost(self) -> None:
        """Where the kept hashes are damaged or gone the file is read again."""
        self.put("film")
        self.end(self.run_peer())
        (name,) = self.disk.names("trees")
        for harm in (
            lambda path: self.disk.remove(path),
            lambda path: self.disk.replace(path, b"x" * len(self.disk.read(path, 10**6))),
        ):
            harm(f"trees/{name}")
            peer = self.run_peer()
            (key,) = peer.line.keys
            stream: Any = self.successResultOf(peer.streams.open(key))
            self.assertEqual(self.read(stream), pattern(0, 100_000))
            stream.close()
            self.end(peer)

    def test_limits(self) -> None:
        """A thousand records fit the file that they are kept in."""
        self.assertGreaterEqual(LIMITS.book_bytes, LIMITS.book_names * LIMITS.central_record_bytes)
