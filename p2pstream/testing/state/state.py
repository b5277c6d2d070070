"""What every provider of the disk seam must do."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

from zope.interface.verify import verifyObject

from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk, IStateFile
from p2pstream.testing.bytes.sinks import FileContract

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["DiskContract"]


class DiskContract(FileContract, _Case):
    """The contract of `IDisk` and of the files that it opens."""

    def make_disk(self) -> Any:
        """An empty `IDisk`."""
        raise NotImplementedError

    def make_target(self) -> str:
        """A path of the user's, where nothing stands yet."""
        return "/home/user/film.mp4"

    def released(self, disk: Any, target: str) -> bytes:
        """What stands there after a release."""
        return bytes(disk.released[target])

    def make_file(self) -> Any:
        """As `FileContract` says."""
        return self.make_disk().open("folder/file")

    def test_provides_disk(self) -> None:
        """The provider has all that the interfaces promise."""
        disk = self.make_disk()
        self.assertTrue(verifyObject(IDisk, disk))
        self.assertTrue(verifyObject(IStateFile, disk.open("a")))

    def test_open_again(self) -> None:
        """A file that was written is found again, beside its folder's other files."""
        disk = self.make_disk()
        for name in ("one", "two"):
            file = disk.open(f"folder/deep/{name}")
            file.pwrite(0, name.encode())
            file.sync()
            file.close()
        self.assertEqual(disk.open("folder/deep/one").pread(0, 10), b"one")
        self.assertEqual(disk.read("folder/deep/two", 3), b"two")

    def test_resize(self) -> None:
        """A longer file ends in zeros, a shorter one has lost its end."""
        file = self.make_disk().open("file")
        file.pwrite(0, b"abc")
        file.resize(5)
        self.assertEqual(file.pread(0, 9), b"abc\0\0")
        file.resize(1)
        self.assertEqual((file.size(), file.pread(0, 9)), (1, b"a"))

    def test_allocate_and_punch(self) -> None:
        """Neither changes the length, nor any byte outside what is punched."""
        file = self.make_disk().open("file")
        file.pwrite(0, b"x" * 200_000)
        file.allocate(200_000, 4096)
        file.punch(65_536, 65_536)
        self.assertEqual(file.size(), 200_000)
        self.assertEqual(file.pread(0, 65_536), b"x" * 65_536)
        self.assertEqual(file.pread(131_072, 100_000), b"x" * 68_928)
        self.assertIn(file.pread(65_536, 65_536), (bytes(65_536), b"x" * 65_536))

    def test_filled(self) -> None:
        """What was written takes room; what was cut away does not, or it cannot be told."""
        file = self.make_disk().open("file")
        self.assertEqual(list(file.filled()), [])
        file.pwrite(0, b"x" * 200_000)
        self.assertEqual(list(file.filled()), [(0, 200_000)])
        file.resize(65_536)
        file.resize(400_000)
        self.assertIn(list(file.filled()), ([(0, 65_536)], [(0, 400_000)]))
        file.pwrite(327_680, b"x" * 72_320)
        self.assertTrue(file.filled().covers(327_680, 400_000))
        self.assertIn(file.filled().total, (65_536 + 72_320, 400_000))

    def test_lock(self) -> None:
        """One opening holds a file at a time; closing lets go."""
        disk = self.make_disk()
        first, second = disk.open("file"), disk.open("file")
        self.assertTrue(first.lock())
        self.assertTrue(first.lock())
        self.assertFalse(second.lock())
        self.assertTrue(disk.open("other").lock())
        first.close()
        self.assertTrue(second.lock())

    def test_shared_lock(self) -> None:
        """Many openings share a file; nobody has it alone meanwhile."""
        disk = self.make_disk()
        first, second, alone = (disk.open("file") for _ in range(3))
        self.assertTrue(first.lock(shared=True))
        self.assertTrue(second.lock(shared=True))
        self.assertFalse(alone.lock())
        first.close()
        self.assertFalse(alone.lock())
        second.close()
        self.assertTrue(alone.lock())
        self.assertFalse(disk.open("file").lock(shared=True))

    def test_open_what_is_there(self) -> None:
        """Who asks for it is told that there is no file, and makes none."""
        disk = self.make_disk()
        self.assertRaises(FileNotFoundError, disk.open, "file", make=False)
        self.assertRaises(FileNotFoundError, disk.open, "folder/file", make=False)
        self.assertEqual(list(disk.names("")), [])
        disk.open("folder/file").pwrite(0, b"x")
        self.assertEqual(disk.open("folder/file", make=False).pread(0, 9), b"x")

    def test_lock_of_what_was_removed(self) -> None:
        """A file without a name is nobody's."""
        disk = self.make_disk()
        file = disk.open("file")
        disk.remove("file")
        self.assertFalse(file.lock())

    def test_replace(self) -> None:
        """The new content is there, at once; who has the old one open keeps it."""
        disk = self.make_disk()
        disk.replace("folder/file", b"old")
        file = disk.open("folder/file")
        disk.replace("folder/file", b"newer")
        self.assertEqual(disk.read("folder/file", 5), b"newer")
        self.assertEqual(file.pread(0, 9), b"old")

    def test_read(self) -> None:
        """What is missing or too long is said."""
        disk = self.make_disk()
        self.assertRaises(FileNotFoundError, disk.read, "file", 10)
        self.assertRaises(FileNotFoundError, disk.read, "folder/file", 10)
        disk.replace("file", b"12345")
        error = self.assertRaises(OSError, disk.read, "file", 4)
        self.assertEqual(error.errno, errno.EFBIG)

    def test_remove(self) -> None:
        """It is gone; doing so twice is harmless."""
        disk = self.make_disk()
        disk.replace("folder/file", b"")
        for _ in range(2):
            disk.remove("folder/file")
        disk.remove("nowhere/file")
        self.assertEqual(list(disk.names("folder")), [])

    def test_rename(self) -> None:
        """Also over what is there, and into another folder."""
        disk = self.make_disk()
        disk.replace("one/file", b"1")
        disk.replace("two/file", b"2")
        disk.rename("one/file", "two/file")
        self.assertEqual(disk.read("two/file", 5), b"1")
        self.assertRaises(FileNotFoundError, disk.read, "one/file", 5)
        self.assertRaises(FileNotFoundError, disk.rename, "one/file", "two/file")

    def test_names(self) -> None:
        """Sorted, files and folders alike."""
        disk = self.make_disk()
        for path in ("b/2", "b/10", "b/c/3", "a"):
            disk.replace(path, b"")
        self.assertEqual(list(disk.names("b")), ["10", "2", "c"])
        self.assertEqual(list(disk.names("")), ["a", "b"])
        self.assertEqual(list(disk.names("nowhere")), [])

    def test_paths(self) -> None:
        """Nothing leads out of the folder, and no stranger's name gets in."""
        disk = self.make_disk()
        for path in (
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "../a",
            "a/../b",
            ".hidden",
            "a b",
            "é",
            "a\0",
            "a\n",
        ):
            for call in (disk.open, disk.remove, lambda path: disk.read(path, 1)):
                with self.assertRaises(ValueError, msg=path):
                    call(path)

    def test_release(self) -> None:
        """The user has the file; the disk has it no more."""
        disk, target = self.make_disk(), self.make_target()
        file = disk.open("folder/film")
        file.pwrite(0, b"a film")
        disk.release("folder/film", target)
        self.assertEqual(self.released(disk, target), b"a film")
        self.assertEqual(file.pread(0, 10), b"a film")
        self.assertEqual(list(disk.names("folder")), [])
        self.assertRaises(FileNotFoundError, disk.release, "folder/film", target)

    def test_release_beside_another(self) -> None:
        """What may not be replaced is not, and the file is ours still."""
        disk, target = self.make_disk(), self.make_target()
        disk.replace("first", b"first")
        disk.replace("second", b"second")
        disk.release("first", target, replace=False)
        self.assertRaises(StorageError, disk.release, "second", target, replace=False)
        self.assertEqual((self.released(disk, target), disk.read("second", 6)), (b"first", b"second"))

    def test_free(self) -> None:
        """There is a number for it."""
        self.assertGreaterEqual(self.make_disk().free(), 0)
