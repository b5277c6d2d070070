"""What the system's notices are made of, with a real folder and no reactor that runs."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.peer.folders.watch import FolderWatch


class WatchTests(SynchronousTestCase):
    if sys.platform != "linux":
        skip = "only Linux has inotify"

    def setUp(self) -> None:
        """A watched folder with one folder in it."""
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": ""})
        self.folder = Path(self.mktemp()).resolve()
        (self.folder / "sub").mkdir(parents=True)
        self.reactor = MemoryReactorClock()
        self.count = 0
        self.watch = FolderWatch(self.reactor, str(self.folder), self.noticed)
        self.watch.follow((1, 1), ["", "sub"])
        self.addCleanup(self.watch.close)

    def noticed(self) -> None:
        """Count a notice."""
        self.count += 1

    def listen(self) -> None:
        """Read what the system has to say now."""
        for reader in self.reactor.getReaders():
            reader.doRead()
        self.reactor.advance(0)

    def test_written_and_closed(self) -> None:
        """A file is being written from its creation until its writer closes it."""
        with (self.folder / "sub/film").open("wb") as file:
            file.write(b"some")
            self.listen()
            self.assertEqual((self.watch.take(), self.watch.writing), (frozenset(), {"sub/film"}))
        self.listen()
        self.assertEqual((self.watch.take(), self.watch.writing), (frozenset({"sub/film"}), set()))
        self.assertEqual(self.watch.take(), frozenset())
        self.assertGreaterEqual(self.count, 2)

    def test_moved(self) -> None:
        """A file that is moved in is whole; one that is moved out is forgotten."""
        outside = self.folder.with_name("outside")
        outside.write_bytes(b"film")
        outside.rename(self.folder / "film")
        self.listen()
        self.assertEqual(self.watch.closed, {"film"})
        (self.folder / "film").rename(outside)
        self.listen()
        self.assertEqual(self.watch.closed, set())

    def test_deleted_while_written(self) -> None:
        """A file that goes before it was closed is forgotten."""
        (self.folder / "film").touch()
        os.mknod(self.folder / "half")
        self.listen()
        self.assertEqual(self.watch.writing, {"half"})
        (self.folder / "half").unlink()
        self.listen()
        self.assertEqual(self.watch.writing, set())

    def test_names_that_are_no_text(self) -> None:
        """A file name of any bytes is noticed under the name that a scan gives it."""
        (self.folder / os.fsdecode(b"\xff")).touch()
        self.listen()
        self.assertEqual(self.watch.take(), frozenset({os.fsdecode(b"\xff")}))

    def test_folders_that_move(self) -> None:
        """After a folder moved, the next scan's folders are watched at their new paths."""
        (self.folder / "sub").rename(self.folder / "new")
        self.listen()
        self.watch.follow((1, 1), ["", "new"])
        (self.folder / "new/film").touch()
        self.listen()
        self.assertEqual(self.watch.take(), frozenset({"new/film"}))

    def test_another_folder_of_the_same_name(self) -> None:
        """A new folder where a watched one was is watched in its stead."""
        (self.folder / "sub").rename(self.folder.with_name("away"))
        (self.folder / "sub").mkdir()
        self.listen()
        self.watch.follow((1, 1), ["", "sub"])
        (self.folder / "sub/film").touch()
        self.listen()
        self.assertEqual(self.watch.take(), frozenset({"sub/film"}))

    def test_F07_the_folder_goes_and_comes_back(self) -> None:
        """Removing what is watched ends in a notice and in one closed descriptor, no error."""
        before = len(os.listdir("/proc/self/fd"))
        shutil.rmtree(self.folder)
        self.listen()
        self.assertGreater(self.count, 0)
        self.assertEqual(self.reactor.getReaders(), [])
        self.assertEqual(len(os.listdir("/proc/self/fd")), before - 1)
        self.folder.mkdir()
        self.watch.follow((1, 2), [""])
        (self.folder / "film").touch()
        self.listen()
        self.assertEqual(self.watch.take(), frozenset({"film"}))

    def test_no_such_folder(self) -> None:
        """A folder that went before it could be watched is left to the scans."""
        self.watch.follow((1, 1), ["", "gone"])
        self.assertEqual(self.reactor.getReaders(), [])

    def test_more_folders_than_may_be_watched(self) -> None:
        """Only so many are watched; what happens in the next one is left to the scans."""
        self.watch.close()
        self.watch = FolderWatch(
            self.reactor, str(self.folder), self.noticed, replace(LIMITS, share_watched=1)
        )
        self.addCleanup(self.watch.close)
        self.watch.follow((1, 1), ["", "sub"])
        (self.folder / "sub/film").write_bytes(b"x")
        self.listen()
        self.assertEqual(self.count, 0)
        (self.folder / "film").write_bytes(b"x")
        self.listen()
        self.assertGreater(self.count, 0)

    def test_portable(self) -> None:
        """With the portable switch on there are no notices, and taking them says so."""
        os.environ["P2PSTREAM_PORTABLE"] = "1"
        self.watch.close()
        self.watch.follow((1, 1), [""])
        self.assertEqual((self.reactor.getReaders(), self.watch.take()), ([], frozenset()))

    def test_two_who_watch(self) -> None:
        """Whoever watches on one reactor has one descriptor; who ends keeps nothing from the others."""
        before = len(os.listdir("/proc/self/fd"))
        other = FolderWatch(self.reactor, str(self.folder), self.noticed)
        self.addCleanup(other.close)
        other.follow((1, 1), [""])
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)
        (self.folder / "film").touch()
        (self.folder / "sub/film").touch()
        self.listen()
        self.assertEqual((self.watch.take(), other.take()), ({"film", "sub/film"}, {"film"}))
        self.watch.close()
        (self.folder / "more").touch()
        self.listen()
        self.assertEqual((self.watch.take(), other.take()), (frozenset(), {"more"}))

    def test_notices_lost(self) -> None:
        """Where the system had more to tell than it keeps, everybody hears that something was lost."""
        (self.folder.with_name("quiet")).mkdir(exist_ok=True)
        told: list[None] = []
        other = FolderWatch(self.reactor, str(self.folder.with_name("quiet")), lambda: told.append(None))
        self.addCleanup(other.close)
        other.follow((2, 2), [""])
        names = [self.folder / "film", self.folder / "sub/film"]
        for name in names:
            name.touch()
        most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
        for step in range(most + 1):
            # Two that are alike in turn would be one.
            os.chmod(names[step % 2], 0o600)
        while not told:
            self.listen()
        self.assertEqual(told, [None])
        self.assertGreaterEqual(self.count, most)

    def test_close(self) -> None:
        """Nothing is left after closing, however often."""
        before = len(os.listdir("/proc/self/fd"))
        self.watch.close()
        self.watch.close()
        self.assertEqual(len(os.listdir("/proc/self/fd")), before - 1)
        self.assertEqual((self.reactor.getReaders(), self.reactor.getDelayedCalls()), ([], []))
