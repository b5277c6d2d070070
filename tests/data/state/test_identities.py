"""Private keys that outlive a process."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.state import StateFolder, kept_identity, seal, state_place
from p2pstream.errors import StorageError
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.state.faults import FaultyDisk


class KeptTests(SynchronousTestCase):
    def test_made_once(self) -> None:
        """The first run makes it, the next one has the same; two keys are two."""
        disk = MemoryDisk()
        first = kept_identity(disk, "peer/identity", os.urandom)
        self.assertEqual(kept_identity(disk, "peer/identity", os.urandom), first)
        self.assertNotEqual(kept_identity(disk, "peer/publisher", os.urandom), first)

    def test_F09_damaged(self) -> None:
        """Whichever byte of it changed: it is told, and nobody new is made in its place."""
        disk = MemoryDisk()
        kept_identity(disk, "key", os.urandom)
        raw = disk.read("key", 1000)
        for place in range(len(raw)):
            disk.replace("key", raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
            fault = self.assertRaises(StorageError, kept_identity, disk, "key", os.urandom)
            self.assertIn("move it away to be somebody new", str(fault))
        disk.replace("key", seal("identity", 1, b"short"))
        self.assertIn("5 bytes", str(self.assertRaises(StorageError, kept_identity, disk, "key", os.urandom)))

    def test_F19_newer(self) -> None:
        """A key that a newer program keeps in another way is refused in words."""
        disk = MemoryDisk()
        disk.replace("key", seal("identity", 2, bytes(40)))
        said = str(self.assertRaises(StorageError, kept_identity, disk, "key", os.urandom))
        self.assertIn("newer p2pstream", said)

    def test_F03_disk_refuses(self) -> None:
        """An error of the disk is told in words, whenever it comes."""
        for number in range(1, 3):
            disk = FaultyDisk.once(MemoryDisk(), number, errno.EIO)
            fault = self.assertRaises(StorageError, kept_identity, disk, "key", os.urandom)
            self.assertIsInstance(fault.__cause__, OSError)

    def test_F58_private(self) -> None:
        """Nobody else can read it, whatever the umask."""
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        path = Path(self.mktemp())
        kept_identity(StateFolder(path), "peer/identity", os.urandom)
        modes = [stat.S_IMODE((path / part).stat().st_mode) for part in ("", "peer", "peer/identity")]
        self.assertEqual(modes, [0o700, 0o700, 0o600])


class PlaceTests(SynchronousTestCase):
    def test_place(self) -> None:
        """The XDG folder, if it is absolute; else the one in the home folder."""
        self.assertEqual(state_place({"XDG_STATE_HOME": "/var/x"}), "/var/x/p2pstream")
        for environ in ({}, {"XDG_STATE_HOME": ""}, {"XDG_STATE_HOME": "x"}):
            self.assertEqual(state_place(environ), os.path.expanduser("~/.local/state/p2pstream"))
