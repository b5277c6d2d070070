"""A folder of a private folder, as if it were all there is."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.state import StateFolder, Within, clear
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.state.state import DiskContract


class WithinTests(DiskContract, SynchronousTestCase):
    """It keeps the contract of a disk."""

    def make_disk(self) -> Within:
        """One in memory."""
        self.beneath = MemoryDisk()
        return Within(self.beneath, "deep/folder")

    def released(self, disk: Within, target: str) -> bytes:
        """See `DiskContract`."""
        return bytes(self.beneath.released[target])


class ClearTests(SynchronousTestCase):
    """All that is in a folder goes, folders and all, and nothing beside it."""

    def test_on_a_real_disk(self) -> None:
        """However deep it lies."""
        disk = StateFolder(self.mktemp())
        self.addCleanup(disk.close)
        for path in ("a/one", "a/b/c/two", "a/b/three", "ab/four"):
            disk.open(path).close()
        clear(disk, "a")
        self.assertEqual((disk.names("a"), disk.names("")), ([], ["a", "ab"]))
        disk.remove("a")
        self.assertEqual(disk.names(""), ["ab"])
        clear(disk, "nowhere")
