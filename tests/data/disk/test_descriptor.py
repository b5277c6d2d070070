"""Open files."""

from __future__ import annotations

import os
import threading

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.disk import DiskFile, open_file, scratch_file
from p2pstream.errors import Gone
from p2pstream.testing.bytes.sinks import FileContract


class DiskFileTests(FileContract, SynchronousTestCase):
    """`DiskFile` keeps the contract."""

    portable = "0"

    def setUp(self) -> None:
        """Choose the road."""
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": self.portable})

    def make_file(self) -> DiskFile:
        """A file without a name."""
        file = scratch_file(os.getcwd())
        self.addCleanup(file.close)
        return file

    def test_nameless(self) -> None:
        """A scratch file leaves nothing in its folder, even while it is open."""
        self.make_file().pwrite(0, b"x")
        self.assertEqual([name for name in os.listdir() if name.startswith(".p2pstream")], [])

    def test_closed_in_use(self) -> None:
        """The descriptor is given back only when no thread is inside a call any more."""
        file = self.make_file()
        descriptor = file.fileno() or 0
        with file._in_use():
            file.close()
            self.assertIsNone(file.fileno())
            os.fstat(descriptor)
        self.assertRaises(OSError, os.fstat, descriptor)

    def test_threads(self) -> None:
        """Threads that write side by side do not disturb each other."""
        file = self.make_file()

        def write(mine: int) -> None:
            for at in range(50):
                file.pwrite((at * 4 + mine) * 100, bytes([mine]) * 100)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(file.pread(0, 20_000), b"".join(bytes([number]) * 100 for number in range(4)) * 50)

    def test_at_hand(self) -> None:
        """Bytes in memory are had at once, if the system can tell; never wrong ones."""
        file = self.make_file()
        file.pwrite(0, b"abcdef")
        self.assertIn(file.at_hand(2, 10), (b"cdef", None))
        self.assertIn(file.at_hand(6, 10), (b"", None))


class PortableDiskFileTests(DiskFileTests):
    """So it does without O_TMPFILE and ``preadv2``."""

    portable = "1"

    def test_nothing_is_at_hand(self) -> None:
        """Where the system cannot tell, a worker has to read."""
        file = self.make_file()
        file.pwrite(0, b"abcdef")
        self.assertIsNone(file.at_hand(0, 1))


class CheckTests(SynchronousTestCase):
    """Whether a file is still what it was."""

    def setUp(self) -> None:
        """An open file."""
        self.path = self.mktemp()
        with open(self.path, "wb") as film:
            film.write(b"film")
        self.file = open_file(self.path)
        self.addCleanup(self.file.close)

    def test_unchanged(self) -> None:
        """Being read, or looked at, changes nothing."""
        with open(self.path, "rb") as film:
            film.read()
        self.file.check()
        self.assertEqual(self.file.stamp.size, 4)

    def test_changed(self) -> None:
        """Another size, another time or another name does; the error names the file."""
        os.utime(self.path, ns=(1, 1))
        fault = self.assertRaises(Gone, self.file.check)
        self.assertIn(self.path, str(fault))

    def test_same_size_and_time(self) -> None:
        """A change whose traces in size and mtime were covered up is found as well."""
        status = os.stat(self.path)
        with open(self.path, "r+b") as film:
            film.write(b"lies")
        os.utime(self.path, ns=(status.st_atime_ns, status.st_mtime_ns))
        self.assertRaises(Gone, self.file.check)
