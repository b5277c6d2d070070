"""A mapping file that people edit while the central runs."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.central.mappings.mapping_file import MappingFile
from p2pstream.central.mappings.table import Table
from p2pstream.errors import StorageError
from p2pstream.limits import LIMITS, Limits
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.workers import HeldWorkers, InlineWorkers


class MappingFileTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        """A folder for the file."""
        folder = Path(self.mktemp()).resolve()
        folder.mkdir(parents=True)
        self.path = folder / "fileToIP.txt"
        self.clock = Clock()
        self.events = HeardEvents()
        self.table = Table()

    def load(self, content: str | None, required: bool = False, limits: Limits = LIMITS) -> MappingFile:
        """Read the file as a central does that starts; None: there is none."""
        if content is not None:
            self.path.write_text(content)
        file = MappingFile(str(self.path), required, self.table, self.events, limits)
        file.load()
        file.start(self.clock, InlineWorkers())
        self.addCleanup(file.stop)
        return file

    def known(self, name: str) -> str:
        """Who has it."""
        return " ".join(address.host for address in self.table.lookup(name))

    def wait(self, seconds: float = 1.5) -> None:
        """Let time pass."""
        self.clock.pump([0.1] * round(seconds * 10))


class StartTests(MappingFileTestCase):
    def test_read(self) -> None:
        """Names are known, and bad lines told by number."""
        self.load("film 10.0.0.1\nbad\n")
        self.assertEqual(self.known("film"), "10.0.0.1")
        self.assertIn("film", self.table)
        self.assertTrue(self.table.is_proper_prefix("fil"))
        self.assertEqual(self.events.named("mapping_read"), [{"path": str(self.path), "names": 1}])
        self.assertEqual([told["line"] for told in self.events.named("mapping_line_bad")], [2])

    def test_many_bad_lines(self) -> None:
        """The first bad lines are told one by one, the rest as a number."""
        self.load("bad\n" * 30)
        told = self.events.named("mapping_line_bad")
        self.assertEqual(len(told), LIMITS.mapping_told + 1)
        self.assertEqual(told[-1]["reason"], "20 more lines after it are bad too")

    def test_none_there(self) -> None:
        """Without a file the central begins empty, says so, and reads the file when it comes."""
        self.load(None)
        self.assertEqual(len(self.events.named("mapping_missing")), 1)
        self.path.write_text("film 10.0.0.1")
        self.wait()
        self.assertEqual(self.known("film"), "10.0.0.1")

    def test_must_be_there(self) -> None:
        """A file that was asked for by name and is not there is an error of one line."""
        error = self.assertRaises(StorageError, self.load, None, True)
        self.assertEqual(str(error), f"cannot read {self.path}: there is no such file or folder")

    def test_is_a_folder(self) -> None:
        """What is no regular file is an error, whether asked for or not."""
        self.path.mkdir()
        error = self.assertRaises(StorageError, self.load, None)
        self.assertIn("not a regular file", str(error))

    def test_F56_fifo(self) -> None:
        """A FIFO is refused, and nobody waits for its other end."""
        os.mkfifo(self.path)
        self.assertRaises(StorageError, self.load, None)

    def test_size(self) -> None:
        """A file of the limit's size is read, a larger one is an error."""
        limits = replace(LIMITS, mapping_bytes=13)
        self.load("film 10.0.0.1", limits=limits)
        error = self.assertRaises(StorageError, self.load, "film 10.0.0.12", limits=limits)
        self.assertEqual(str(error), f"cannot read {self.path}: it has 14 B, and 13 B are the most")


class ChangeTests(MappingFileTestCase):
    def setUp(self) -> None:
        """A central that knows one film."""
        super().setUp()
        self.file = self.load("film 10.0.0.1")

    def test_changed(self) -> None:
        """A change counts a second and a half later, as a whole."""
        self.path.write_text("other 10.0.0.2")
        self.wait()
        self.assertEqual((self.known("film"), self.known("other")), ("", "10.0.0.2"))
        self.assertNotIn("film", self.table)

    def test_replaced(self) -> None:
        """A file moved over it counts."""
        new = self.path.with_name("new")
        new.write_text("film 10.0.0.3")
        new.rename(self.path)
        self.wait()
        self.assertEqual(self.known("film"), "10.0.0.3")

    def test_not_while_it_is_written(self) -> None:
        """A file that differs at each look is not read before it rests."""
        for number in range(8):
            self.path.write_text("film 10.0.0.2\n" * number)
            self.wait(LIMITS.mapping_check_s)
            self.assertEqual(self.known("film"), "10.0.0.1")
        self.wait()
        self.assertEqual(self.known("film"), "10.0.0.2")

    def test_unchanged(self) -> None:
        """A file that rests is not read again, unless that is asked for."""
        self.wait(5)
        self.assertEqual(len(self.events.named("mapping_read")), 1)
        self.file.read_again()
        self.wait()
        self.assertEqual(len(self.events.named("mapping_read")), 2)

    def test_F07_gone(self) -> None:
        """A file that goes is told once; what it said still counts, and it counts when it is back."""
        self.path.unlink()
        self.wait(5)
        self.assertEqual(self.known("film"), "10.0.0.1")
        (told,) = self.events.named("mapping_kept")
        self.assertIn("there is no such file", told["reason"])
        self.path.write_text("film 10.0.0.4")
        self.wait()
        self.assertEqual(self.known("film"), "10.0.0.4")

    def test_changes_again_before_it_is_read(self) -> None:
        """A change between the look and the reading counts, and is not read twice."""
        workers = HeldWorkers()
        self.file.stop()
        self.file.start(self.clock, workers)
        self.path.write_text("film 10.0.0.5")
        self.wait(0.6)
        workers.step()
        self.wait(0.6)
        workers.step()
        self.path.write_text("film 10.0.0.66")
        for _ in range(5):
            workers.flush()
            self.wait(0.6)
        self.assertEqual(self.known("film"), "10.0.0.66")
        self.assertEqual(len(self.events.named("mapping_read")), 2)

    def test_nothing_left(self) -> None:
        """After the stop no timer is left."""
        self.file.stop()
        self.assertEqual(self.clock.getDelayedCalls(), [])
