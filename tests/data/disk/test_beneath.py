"""What strangers name, and what they get: the two roads side by side."""

from __future__ import annotations

import os
import resource
import socket
import threading
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.disk import beneath, open_beneath, open_folder
from p2pstream.errors import BadShare, NotShared, StorageError

SECRET = b"not for anybody"


class BeneathTests(SynchronousTestCase):
    """F55, F56: only regular files below the folder, by the kernel's own check."""

    portable = "0"

    def setUp(self) -> None:
        """A folder to share, beside it what must never be read."""
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": self.portable})
        self.outside = os.path.abspath(self.mktemp())
        self.share = os.path.join(self.outside, "share")
        os.makedirs(os.path.join(self.share, "inner"))
        self.write(self.outside, "secret", SECRET)
        self.write(self.share, "film", b"film")
        self.write(self.share, "inner/film", b"inner")
        self.folder = open_folder(self.share)
        self.addCleanup(os.close, self.folder)

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Make a file."""
        with open(os.path.join(folder, name), "wb") as film:
            film.write(content)

    def read(self, relative: str) -> bytes:
        """What a stranger gets."""
        file = open_beneath(self.folder, relative)
        try:
            return file.pread(0, 100)
        finally:
            file.close()

    def refused(self, relative: str) -> str:
        """Why a stranger gets nothing."""
        return str(self.assertRaises(NotShared, open_beneath, self.folder, relative))

    def test_road(self) -> None:
        """This kernel has the call, so that both roads are really tested."""
        self.assertTrue(beneath._has_openat2())

    def test_files(self) -> None:
        """Regular files are opened, however deep."""
        self.assertEqual(self.read("film"), b"film")
        self.assertEqual(self.read("inner/film"), b"inner")

    def test_ways_out(self) -> None:
        """No path leads out of the folder, or anywhere but straight down."""
        ways = ("../secret", "inner/../../secret", "inner/../film", "./film", "inner//film", "/film", "", "/")
        for relative in (*ways, "..", ".", f"{self.outside}/secret", "film/", "film\0", "film/x"):
            self.assertIn("is not shared", self.refused(relative), relative)

    def test_links(self) -> None:
        """Symbolic links are not followed: not out, not within, not as a folder on the way."""
        os.symlink("../secret", f"{self.share}/out")
        os.symlink("film", f"{self.share}/within")
        os.symlink("inner", f"{self.share}/folder")
        os.symlink(self.outside, f"{self.share}/above")
        for relative in ("out", "within", "folder/film", "above/secret", "above/share/film"):
            self.refused(relative)

    def test_magic_links(self) -> None:
        """Nor are those of ``/proc``, which need no target on the disk."""
        os.symlink("/proc/self/fd", f"{self.share}/fd")
        self.refused(f"fd/{self.folder}")

    def test_shared_folder_may_be_a_link(self) -> None:
        """Its owner chose it."""
        os.symlink(self.share, f"{self.outside}/link")
        folder = open_folder(f"{self.outside}/link")
        self.addCleanup(os.close, folder)
        file = open_beneath(folder, "film")
        self.addCleanup(file.close)
        self.assertEqual(file.pread(0, 10), b"film")

    def test_hidden(self) -> None:
        """Whatever starts with a dot is hidden, and what lies in it."""
        os.mkdir(f"{self.share}/.git")
        self.write(self.share, ".git/config", SECRET)
        self.write(self.share, ".hidden", SECRET)
        for relative in (".hidden", ".git/config"):
            self.refused(relative)

    def test_not_regular(self) -> None:
        """A folder, a FIFO (at once: nobody writes to it) and a socket are refused."""
        os.mkfifo(f"{self.share}/fifo")
        with socket.socket(socket.AF_UNIX) as listening:
            here = os.getcwd()
            self.addCleanup(os.chdir, here)
            # The path of a socket is bounded to a hundred bytes.
            os.chdir(self.share)
            listening.bind("socket")
            os.chdir(here)
            for relative in ("inner", "fifo", "socket"):
                self.refused(relative)

    def test_fifo_on_the_way(self) -> None:
        """A FIFO is no folder, and nobody waits for it to become one."""
        os.mkfifo(f"{self.share}/fifo")
        self.refused("fifo/film")

    def test_hard_link(self) -> None:
        """A hard link is a file of the folder like any other."""
        os.link(f"{self.share}/film", f"{self.share}/twin")
        self.assertEqual(self.read("twin"), b"film")

    def test_missing(self) -> None:
        """What is missing is named, in printable form."""
        self.assertEqual(self.refused("a\x1b"), "a\\x1b is not shared: there is no such file or folder")

    def test_long(self) -> None:
        """A name that no file system holds."""
        self.refused("x" * 300)

    def test_folder_renamed(self) -> None:
        """The descriptor is the folder: its name does not matter any more."""
        os.rename(self.share, f"{self.outside}/renamed")
        self.assertEqual(self.read("film"), b"film")

    def test_no_descriptor_is_lost(self) -> None:
        """Refusals give back what they opened."""
        os.mkfifo(f"{self.share}/fifo")
        before = len(os.listdir("/proc/self/fd"))
        for relative in ("fifo", "inner", "no", "inner/no", "film/x", "inner/../x"):
            self.refused(relative)
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_F56_proc(self) -> None:
        """What leads out of /proc leads nowhere, should anybody share that."""
        proc = open_folder("/proc")
        self.addCleanup(os.close, proc)
        mine = os.getpid()
        for relative in ("self/root/etc/passwd", f"{mine}/root/etc/passwd", f"{mine}/fd/0", f"{mine}/exe"):
            self.assertRaises(NotShared, open_beneath, proc, relative)

    def test_F12_no_descriptor_left(self) -> None:
        """The machine's trouble is told as such, not as a missing file."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        faults = [
            self.assertRaises(StorageError, open_beneath, self.folder, "film"),
            self.assertRaises(StorageError, open_folder, self.share),
        ]
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for fault in faults:
            self.assertIn("too many open files", str(fault))

    def test_folder_and_link_swapped(self) -> None:
        """F56: while a folder and a link out take turns under one name, nothing outside is read."""
        os.mkdir(f"{self.outside}/inner")
        self.write(self.outside, "inner/film", SECRET)
        os.symlink(f"{self.outside}/inner", f"{self.share}/link")
        over = threading.Event()
        swapping = threading.Thread(target=self.swap, args=(over,))
        swapping.start()
        try:
            seen = set(self.attempts(3000))
        finally:
            over.set()
            swapping.join()
        self.assertLessEqual(seen, {b"inner", None})

    def swap(self, over: threading.Event) -> None:
        """Let the folder and the link change names, again and again."""
        names = [f"{self.share}/{name}" for name in ("inner", "link", "aside")]
        while not over.is_set():
            os.rename(names[0], names[2])
            os.rename(names[1], names[0])
            os.rename(names[0], names[1])
            os.rename(names[2], names[0])

    def attempts(self, count: int) -> Iterator[bytes | None]:
        """What reading ``inner/film`` gives, each time."""
        for _ in range(count):
            try:
                yield self.read("inner/film")
            except NotShared:
                yield None


class PortableBeneathTests(BeneathTests):
    """F55, F56: the same without the kernel's check, step by step."""

    portable = "1"


class RoadsAgreeTests(SynchronousTestCase):
    """Both roads give the same answer for every path there is."""

    def test_any_path(self) -> None:
        """Paths of awkward parts: either both open the same file, or both refuse."""
        self.patch(os, "environ", dict(os.environ))
        share = os.path.abspath(self.mktemp())
        os.makedirs(f"{share}/a/b")
        for name in ("f", "a/f", "a/b/f"):
            with open(f"{share}/{name}", "wb") as film:
                film.write(name.encode())
        os.symlink("a", f"{share}/l")
        os.symlink("../f", f"{share}/a/l")
        folder = open_folder(share)
        self.addCleanup(os.close, folder)
        awkward = ("a", "b", "f", "l", "..", ".", "", "\0", "\udcff", "a\\b", "%2e%2e", "∕", "CON", "x" * 256)

        @given(st.lists(st.sampled_from(awkward), max_size=5).map("/".join))
        def agree(relative: str) -> None:
            self.assertEqual(*(self.answer(folder, relative, road) for road in "01"))

        agree()

    def answer(self, folder: int, relative: str, portable: str) -> bytes | None:
        """The file's content; None when it is refused."""
        os.environ["P2PSTREAM_PORTABLE"] = portable
        try:
            file = open_beneath(folder, relative)
        except NotShared:
            return None
        try:
            return file.pread(0, 100)
        finally:
            file.close()


class FolderTests(SynchronousTestCase):
    """Folders that cannot be shared."""

    def test_not_a_folder(self) -> None:
        """One line says which, and why."""
        open("file", "wb").close()
        os.symlink("nowhere", "link")
        for path, why in (
            ("no", "there is no such file or folder"),
            ("file", "it is a file, not a folder"),
            ("file/in", "a part of that path is not a folder"),
            ("/dev/null", "it is not a folder"),
            ("link", "it is a link to nowhere, which is not there"),
        ):
            fault = self.assertRaises(BadShare, open_folder, path)
            self.assertEqual(str(fault), f"cannot share {path}: {why}")
