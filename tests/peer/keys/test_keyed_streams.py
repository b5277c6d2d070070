"""What whoever has a key gets."""

from __future__ import annotations

from typing import Any

from p2pstream.content.keys import FileKey
from p2pstream.errors import NotShared
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.patterns import pattern
from tests.peer.folder_peer import PublicityTestCase


class OpenTests(PublicityTestCase):
    """Opened by its key."""

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
