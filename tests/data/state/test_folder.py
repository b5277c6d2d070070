"""The private folder on a real disk."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.disk.leftovers import open_hidden
from p2pstream.data.disk.private import PRIVATE
from p2pstream.data.state import StateFolder, hold, holes
from p2pstream.data.state import folder as module
from p2pstream.data.state.folder import unfinished_name
from p2pstream.errors import StorageError
from p2pstream.testing.state.state import DiskContract


class StateFolderTests(DiskContract, SynchronousTestCase):
    """The real disk keeps the contract."""

    def make_disk(self) -> StateFolder:
        """A new folder."""
        self.path = os.path.abspath(os.path.join(self.mktemp(), "deep", "state"))
        return self.opened()

    def opened(self) -> StateFolder:
        """The same folder, once more."""
        disk = StateFolder(self.path)
        self.addCleanup(disk.close)
        return disk

    def make_target(self) -> str:
        """A path in the user's own folder."""
        folder = os.path.abspath(self.mktemp())
        os.mkdir(folder)
        return os.path.join(folder, "film.mp4")

    def released(self, disk: StateFolder, target: str) -> bytes:
        """What stands there."""
        with open(target, "rb") as file:
            return file.read()

    def test_private(self) -> None:
        """Nobody else can look in, whatever the umask, and whatever was there before."""
        for mask in (0o000, 0o022, 0o777):
            before = os.umask(mask)
            try:
                disk = self.make_disk()
                os.chmod(self.path, 0o755)
                disk = self.opened()
                disk.open("a/b").close()
                disk.replace("c/d", b"")
            finally:
                os.umask(before)
            for path, mode in (("", 0o700), ("a", 0o700), ("a/b", 0o600), ("c", 0o700), ("c/d", 0o600)):
                found = stat.S_IMODE(os.stat(os.path.join(self.path, path)).st_mode)
                self.assertEqual(oct(found), oct(mode), path)

    def test_a_file(self) -> None:
        """What is a file is no folder, and that is said."""
        path = self.mktemp()
        with open(path, "wb"):
            fault = self.assertRaises(StorageError, StateFolder, path)
        self.assertEqual(str(fault), f"cannot use {path}: it is a file, and a folder is needed")

    def test_moved(self) -> None:
        """A folder that is moved meanwhile stays the same."""
        disk = self.make_disk()
        disk.replace("a", b"1")
        os.rename(self.path, f"{self.path}-moved")
        disk.replace("b", b"2")
        self.assertEqual(disk.read("a", 1), b"1")
        self.assertEqual(sorted(os.listdir(f"{self.path}-moved")), [PRIVATE, "a", "b"])

    def test_links(self) -> None:
        """A link inside is never followed."""
        disk = self.make_disk()
        os.mkdir(f"{self.path}-other")
        os.symlink(f"{self.path}-other", f"{self.path}/folder")
        os.symlink(f"{self.path}-other/file", f"{self.path}/file")
        for call in (disk.open, lambda path: disk.read(path, 1)):
            for path in ("folder/a", "file"):
                self.assertRaises(OSError, call, path)
        self.assertEqual(os.listdir(f"{self.path}-other"), [])

    def test_odd_things(self) -> None:
        """A FIFO blocks nobody, a folder is no file."""
        disk = self.make_disk()
        os.mkfifo(f"{self.path}/fifo")
        os.mkdir(f"{self.path}/folder")
        for path in ("fifo", "folder"):
            self.assertRaises(OSError, disk.open, path)
            self.assertRaises(OSError, disk.read, path, 1)

    def test_cannot(self) -> None:
        """A file in its place is told in words."""
        disk = self.make_disk()
        disk.open("file").close()
        error = self.assertRaises(StorageError, StateFolder, f"{self.path}/file/deeper")
        self.assertIn("a part of that path is not a folder", str(error))

    def test_unfinished(self) -> None:
        """What a killed writer left is removed; what another process is writing is not."""
        disk = self.make_disk()
        disk.replace("folder/file", b"whole")
        for name in (".new-0123", "folder/.new-4567"):
            with open(os.path.join(self.path, name), "wb") as file:
                file.write(b"ha")
        self.assertEqual(list(disk.names("")), ["folder"])
        folder = os.open(self.path, os.O_RDONLY)
        self.addCleanup(os.close, folder)
        descriptor, name = open_hidden(folder, unfinished_name)
        self.opened()
        self.assertEqual(sorted(os.listdir(self.path)), [name, PRIVATE, "folder"])
        os.close(descriptor)
        self.opened()
        left = sorted(os.listdir(self.path)), os.listdir(f"{self.path}/folder")
        self.assertEqual(left, ([PRIVATE, "folder"], ["file"]))

    def test_hold(self) -> None:
        """A second service on a folder is refused in words, until the first has ended."""
        first, second = self.make_disk(), self.opened()
        held = hold(first, "service.lock", "the state in /x")
        error = self.assertRaises(StorageError, hold, second, "service.lock", "the state in /x")
        self.assertIn("another process", str(error))
        held.close()
        hold(second, "service.lock", "the state in /x").close()

    def test_room(self) -> None:
        """Room is had ahead, and given back, where the system can do that."""
        file = self.make_disk().open("file")
        file.resize(8 << 20)
        path = f"{self.path}/file"
        self.assertEqual(os.stat(path).st_blocks, 0)
        descriptor = file.fileno()
        assert descriptor is not None
        if not holes.allocate(descriptor, 0, 1 << 20):
            file.allocate(0, 1 << 20)
            file.punch(0, 1 << 20)
            self.assertEqual(os.stat(path).st_blocks, 0)
            return
        self.assertEqual(os.stat(path).st_blocks * 512, 1 << 20)
        file.allocate(1 << 20, 1 << 20)
        file.punch(0, 1 << 20)
        self.assertEqual((os.stat(path).st_blocks * 512, file.size()), (1 << 20, 8 << 20))

    def test_release_replaces(self) -> None:
        """A regular file is replaced; anything else is left alone, and the stream stays ours."""
        disk, target = self.make_disk(), self.make_target()
        with open(target, "wb") as file:
            file.write(b"older")
        disk.replace("film", b"newer")
        disk.release("film", target)
        self.assertEqual(self.released(disk, target), b"newer")
        disk.replace("film", b"newest")
        for odd in (os.path.dirname(target), f"{target}/x", f"{os.path.dirname(target)}/none/x"):
            self.assertRaises(StorageError, disk.release, "film", odd)
        self.assertEqual(disk.read("film", 10), b"newest")

    def test_release_follows_no_link(self) -> None:
        """What somebody put in the place of a film is not handed on, nor is what it points to touched."""
        disk, target = self.make_disk(), self.make_target()
        other = f"{target}.other"
        with open(other, "wb"):
            os.chmod(other, 0o600)
        os.symlink(other, f"{self.path}/film")
        self.assertRaises(OSError, disk.release, "film", target)
        self.assertEqual((stat.S_IMODE(os.stat(other).st_mode), os.path.lexists(target)), (0o600, False))

    def test_release_gives_usual_permissions(self) -> None:
        """What the user has is like any other file of the user's."""
        disk, target = self.make_disk(), self.make_target()
        disk.replace("film", b"")
        disk.release("film", target)
        with open(f"{target}.other", "wb"):
            self.assertEqual(os.stat(target).st_mode, os.stat(f"{target}.other").st_mode)

    def test_release_to_another_file_system(self) -> None:
        """It is copied there, and then gone here."""
        disk = self.make_disk()
        if not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat(self.path).st_dev:
            self.skipTest("there is no other file system")
        content = os.urandom(3 << 20)
        disk.replace("film", content)
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            target = os.path.join(folder, "film.mp4")
            disk.release("film", target, replace=False)
            self.assertEqual((self.released(disk, target), os.listdir(folder)), (content, ["film.mp4"]))
            disk.replace("film", b"newer")
            self.assertRaises(StorageError, disk.release, "film", target, replace=False)
            self.assertEqual(disk.read("film", 10), b"newer")
            disk.release("film", target)
            self.assertEqual((self.released(disk, target), os.listdir(folder)), (b"newer", ["film.mp4"]))
        self.assertEqual(list(disk.names("")), [])

    def test_file_that_went(self) -> None:
        """What another process removed under our hands is said."""
        disk = self.make_disk()
        error = self.assertRaises(OSError, disk.rename, "a", "b")
        self.assertEqual(error.errno, errno.ENOENT)

    def test_located(self) -> None:
        """The system finds a file by a short name, where it lets a folder be named by its descriptor."""
        folder = StateFolder(os.path.join(self.mktemp(), "y" * 200))
        self.addCleanup(folder.close)
        folder.replace("peer/one", b"1")
        self.assertEqual(Path(folder.locate("peer/one")).read_bytes(), b"1")
        self.patch(module, "DESCRIPTORS", "/nowhere")
        self.assertEqual(Path(folder.locate("peer/one")).read_bytes(), b"1")
        self.assertTrue(folder.locate("peer/one").endswith(f"{'y' * 200}/peer/one"))
        self.assertRaises(ValueError, folder.locate, "../one")
