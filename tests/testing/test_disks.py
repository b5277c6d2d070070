"""Disks in memory are disks, and fail as told."""

from __future__ import annotations

import errno
from random import Random

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.state.faults import FaultyDisk
from p2pstream.testing.state.power import SECTOR, PowerCutDisk
from p2pstream.testing.state.state import DiskContract


class MemoryDiskTests(DiskContract, SynchronousTestCase):
    """Memory keeps the contract."""

    def make_disk(self) -> MemoryDisk:
        """An empty one."""
        return MemoryDisk()

    def test_full(self) -> None:
        """What does not fit is refused, and what was there stays."""
        disk = MemoryDisk(room=10)
        file = disk.open("a")
        file.pwrite(0, b"12345678")
        for refused in (lambda: file.pwrite(8, b"123"), lambda: disk.replace("b", b"123")):
            self.assertEqual(self.assertRaises(OSError, refused).errno, errno.ENOSPC)
        self.assertEqual((disk.read("a", 10), disk.free(), list(disk.names(""))), (b"12345678", 2, ["a"]))


class FaultyDiskTests(DiskContract, SynchronousTestCase):
    """Without a fault it is like the disk beneath."""

    def make_disk(self) -> FaultyDisk:
        """One without faults."""
        self.beneath = MemoryDisk()
        return FaultyDisk(self.beneath)

    def released(self, disk: FaultyDisk, target: str) -> bytes:
        """It went out of the disk beneath."""
        return self.beneath.released[target]

    def test_once(self) -> None:
        """One call fails; the next works."""
        disk = FaultyDisk.once(MemoryDisk(), 2, errno.EIO)
        file = disk.open("a")
        self.assertEqual(self.assertRaises(OSError, file.pwrite, 0, b"x").errno, errno.EIO)
        file.pwrite(0, b"x")
        self.assertEqual((file.pread(0, 1), disk.calls), (b"x", ["open", "pwrite", "pwrite", "pread"]))

    def test_from_then_on(self) -> None:
        """Nothing works any more."""
        disk = FaultyDisk.from_then_on(MemoryDisk(), 2, errno.EROFS)
        disk.replace("a", b"")
        for _ in range(2):
            self.assertEqual(self.assertRaises(OSError, disk.replace, "a", b"x").errno, errno.EROFS)


class PowerCutDiskTests(DiskContract, SynchronousTestCase):
    """While the power is on it is like any other."""

    def make_disk(self) -> PowerCutDisk:
        """One whose power stays on."""
        return PowerCutDisk()

    def test_synced_bytes_survive(self) -> None:
        """Whatever the chance."""
        for seed in range(50):
            disk = PowerCutDisk()
            file = disk.open("a")
            file.pwrite(0, b"1" * 2000)
            file.sync()
            disk.replace("b", b"2")
            found = disk.after_the_cut(Random(seed))
            self.assertEqual((found.read("a", 2000), found.read("b", 1)), (b"1" * 2000, b"2"))

    def test_unsynced_bytes_may_not(self) -> None:
        """They are lost, or torn between sectors, or the later ones are there alone."""
        seen = set()
        for seed in range(200):
            disk = PowerCutDisk()
            file = disk.open("a")
            disk.replace("b", b"")
            file.pwrite(0, b"1" * 2 * SECTOR)
            file.pwrite(0, b"2" * 2 * SECTOR)
            content = disk.after_the_cut(Random(seed)).read("a", 2 * SECTOR)
            seen.add(content[:1] + content[SECTOR : SECTOR + 1])
        self.assertLessEqual({b"", b"11", b"22", b"12", b"21", b"2", b"\x002"}, seen)

    def test_unsynced_names_may_not(self) -> None:
        """A file that was made is there or not, until it is synced, or something beside it is."""
        for settle, expected in (
            (lambda disk, file: None, {True, False}),
            (lambda disk, file: disk.replace("else/b", b""), {True, False}),
            (lambda disk, file: disk.replace("where/b", b""), {True}),
            (lambda disk, file: file.sync(), {True}),
        ):
            found = set()
            for seed in range(20):
                disk = PowerCutDisk()
                settle(disk, disk.open("where/a"))
                found.add("a" in disk.after_the_cut(Random(seed)).names("where"))
            self.assertEqual(found, expected)

    def test_cut_inside_replace(self) -> None:
        """The old content is there, or the new; and afterwards nothing works."""
        seen = set()
        for seed in range(20):
            for moments in (2, 3):
                disk = PowerCutDisk(moments)
                disk.replace("a", b"old")
                self.assertRaises(OSError, disk.replace, "a", b"new")
                self.assertRaises(OSError, disk.read, "a", 9)
                seen.add((moments, disk.after_the_cut(Random(seed)).read("a", 9)))
        self.assertEqual(seen, {(2, b"old"), (3, b"old"), (3, b"new")})
