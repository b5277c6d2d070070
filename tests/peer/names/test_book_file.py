"""Records that outlive a process."""

from __future__ import annotations

import errno
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.state import seal, unseal
from p2pstream.errors import StorageError
from p2pstream.limits import LIMITS
from p2pstream.peer.names.book import Book
from p2pstream.peer.names.book_file import BookFile
from p2pstream.protocols.node import Means
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.state.faults import FaultyDisk
from p2pstream.testing.workers import HeldWorkers
from tests.peer.names.test_book import NOW_MS, US, key

PATH = "peer/records"


class BookFileTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A disk as slow as the test wants."""
        self.clock = HeapClock()
        self.disk: Any = MemoryDisk()
        self.workers = HeldWorkers()
        self.events = HeardEvents()
        self.start()

    def start(self) -> None:
        """A new run."""
        self.book = Book(US, lambda: NOW_MS)
        self.file = BookFile(Means(self.clock, self.events, self.workers), self.book, self.disk)
        self.file.load()

    def enter(self, *names: str) -> None:
        """Something new."""
        for name in names:
            self.book.enter(name, key())
            self.file.changed()

    def end(self) -> None:
        """The run ends."""
        closed = self.file.close()
        self.workers.flush()
        self.successResultOf(closed)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def names(self) -> list[str]:
        """What is known."""
        return [record.name for record in self.book]

    def test_kept(self) -> None:
        """The next run knows what this one signed, in that order."""
        self.enter("b", "a", "c")
        self.end()
        self.start()
        self.assertEqual(self.names(), ["b", "a", "c"])
        self.end()

    def test_F02_killed(self) -> None:
        """What was written before a kill is there; it is written at once."""
        self.enter("a")
        self.workers.flush()
        self.start()
        self.assertEqual(self.names(), ["a"])

    def test_seldom(self) -> None:
        """Many changes are few writes; the last of them is written, too."""
        disk = self.disk = FaultyDisk(MemoryDisk())
        self.start()
        for number in range(100):
            self.enter(f"film {number}")
            self.workers.flush()
            self.clock.advance(LIMITS.book_save_s / 50)
        self.clock.advance(1)
        self.workers.flush()
        self.assertLessEqual(disk.calls.count("replace"), 5)
        self.end()
        self.start()
        self.assertEqual(len(self.names()), 100)

    def test_F05_disk_full(self) -> None:
        """A full disk is told once, and written to again with the next change."""
        full = True
        self.disk = FaultyDisk(
            MemoryDisk(), lambda _, call: errno.ENOSPC if full and call == "replace" else None
        )
        self.start()
        for name in ("a", "b"):
            self.enter(name)
            self.workers.flush()
            self.clock.advance(1)
        self.assertEqual(len(self.events.named("state_refused")), 1)
        full = False
        self.enter("c")
        self.end()
        self.start()
        self.assertEqual(self.names(), ["a", "b", "c"])

    def test_F09_F10_damaged(self) -> None:
        """Whatever happened to the file, it is begun anew or read right, and never ends the program."""
        self.enter("a", "b")
        self.end()
        raw = self.disk.read(PATH, 10_000)
        for place in range(0, len(raw), 7):
            self.disk.replace(PATH, raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :])
            self.start()
            self.assertEqual(self.names(), [])
            self.disk.replace(PATH, raw[:place])
            self.start()
            self.assertEqual(self.names(), [])

    def test_F10_cut_behind_a_seal(self) -> None:
        """Records that somebody else cut and sealed are left out."""
        self.enter("a")
        self.end()
        body = unseal("records", 1, self.disk.read(PATH, 10_000), "records")
        for stop in (1, 2, 3, len(body) - 1):
            self.disk.replace(PATH, seal("records", 1, body[:stop]))
            self.start()
            self.assertEqual(self.names(), [])

    def test_F19_newer(self) -> None:
        """What a newer program wrote is left alone, in words."""
        self.disk.replace(PATH, seal("records", 2, b""))
        said = str(self.assertRaises(StorageError, self.start))
        self.assertIn("newer p2pstream", said)
