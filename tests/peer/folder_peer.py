"""All of a peer that makes known what one folder holds; real folders, a stepped clock, no threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.signed.records import read_record
from p2pstream.data.hash_cache import HashCache
from p2pstream.data.store.reader import StoreReader
from p2pstream.data.trees import Trees
from p2pstream.peer.centrals.announcer import Announcer
from p2pstream.peer.centrals.reachability import Reachability
from p2pstream.peer.fetching.stored import Stored
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.keys.doubts import Doubts
from p2pstream.peer.keys.hashes import SharedHashes
from p2pstream.peer.keys.keyed_streams import KeyedStreams
from p2pstream.peer.keys.keying import Keying
from p2pstream.peer.names.book import Book
from p2pstream.peer.names.book_file import BookFile
from p2pstream.peer.publicity import Ours, Publicity
from p2pstream.peer.side.kept import KeptSides
from p2pstream.peer.side.sides import Sides
from p2pstream.protocols.node import Means
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.bytes.patterns import pattern
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.peer.central_lines import FakeLine
from tests.peer.names.test_book import US

CENTRAL = Address("10.0.0.1", 2045)


class Peer:
    """All that makes known what one folder holds.

    :cvar new_line: makes the line to its central.
    """

    new_line: Callable[[], FakeLine] = FakeLine

    def __init__(
        self,
        folder: Path,
        disk: Any,
        reactor: MemoryReactorClock,
        wall_ns: Any,
        added: Sequence[str] = (),
        media: Any = None,
    ) -> None:
        self.events = HeardEvents()
        self.line = self.new_line()
        workers = InlineWorkers()
        means = Means(reactor, self.events, workers, wall_ns=wall_ns)
        self.shares = Shares(means, [str(folder)], "you", added)
        self.hashes = SharedHashes(means, self.shares, HashCache(disk, workers), Trees(disk, workers))
        self.keying = Keying(means, self.hashes, self.shares.look_again)
        self.book = Book(US, means.wall_ms)
        self.file = BookFile(means, self.book, disk)
        reader = StoreReader(disk, workers, reactor)
        stored = Stored(means, reader)
        #: What makes side content, where there is anything to open films with.
        self.sides: Any = None
        if media is not None:
            self.sides = Sides(means, self.shares, self.keying, KeptSides(disk, workers), media)
        ours = Ours(self.keying.keyed, self.book, stored, None, self.sides)
        reachability = Reachability(self.events, "10.0.0.7")
        self.announcer = Announcer(means, [CENTRAL], self.dial, ours, reachability)
        self.publicity = Publicity(
            means, self.shares, self.hashes, self.keying, self.file, self.announcer, stored, self.sides
        )
        self.streams = KeyedStreams(
            self.shares, self.keying.keyed, self.hashes, workers, reader, sides=self.sides
        )
        self.doubts = Doubts(means, self.shares, self.keying, reader)

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
    """One folder, and what a central is told of it."""

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

    def run_peer(self, added: Sequence[str] = (), media: Any = None) -> Peer:
        """Start one."""
        peer = Peer(self.folder, self.disk, self.reactor, self.wall_ns, added, media)
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

    def read(self, stream: Any) -> bytes:
        """All of it."""
        consumer = CollectingConsumer()
        self.successResultOf(stream.read_to(consumer))
        return bytes(consumer.collected)
