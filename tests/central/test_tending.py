"""What a central does by itself, and what outlives it."""

from __future__ import annotations

from typing import Any

from p2pstream.central.names.catalogue_memory import MemoryCatalogue
from p2pstream.central.tending import Tending
from p2pstream.data.state import seal
from p2pstream.errors import StorageError
from p2pstream.limits import LIMITS
from p2pstream.protocols.central import messages as say
from p2pstream.testing.state.disks import MemoryDisk
from tests.central.rooms import KEYS, CentralCase, record

PATH = "central/leases"


class TendingTests(CentralCase):
    def setUp(self) -> None:
        """A disk."""
        super().setUp()
        self.disk = MemoryDisk()

    def tend(self, disk: Any = "") -> Tending:
        """Begin, as the program does."""
        disk = self.disk if disk == "" else disk
        tending = Tending(self.means, self.directory, self.desk.watchers, disk)
        tending.load()
        tending.start()
        self.addCleanup(tending.stop)
        return tending

    def test_leases_end(self) -> None:
        """Those that are not renewed; whoever watches is told."""
        self.tend()
        peer, watcher = self.visit(1), self.visit(2)
        self.ask(watcher, say.Watch(1, True, say.Subject(key=KEYS[0].encode())))
        self.announce(peer, KEYS[0])
        self.clock.advance(LIMITS.lease_sweep_s)
        self.clock.advance(200)
        self.assertEqual(len(self.directory.leases), 0)
        self.assertEqual(len(watcher.told), 2)

    def test_names_end(self) -> None:
        """Those that are not renewed."""
        self.tend()
        self.publish(self.visit(1), record("film"))
        self.wall_ms += 31 * 86_400_000
        self.clock.advance(LIMITS.catalogue_purge_s - 0.1)
        self.assertIn("film", self.node.names)
        self.clock.advance(0.1)
        self.assertNotIn("film", self.node.names)

    def test_remembered(self) -> None:
        """Every half minute, and at the end; the next run takes them up."""
        tending = self.tend()
        self.announce(self.visit(1), *KEYS[:3])
        self.clock.advance(31)
        kept = self.disk.read(PATH, 10_000)
        self.announce(self.visit(1), *KEYS[:5])
        self.successResultOf(tending.stop())
        self.assertGreater(len(self.disk.read(PATH, 10_000)), len(kept))
        self.build(MemoryCatalogue())
        self.tend()
        self.assertEqual(len(self.directory.leases), 5)
        self.assertEqual(len(self.ask(self.visit(2), say.Peers(4, 9, KEYS[4].encode())).peers), 1)

    def test_F10_damaged(self) -> None:
        """Cut or changed, it is told and left: leases come back by themselves."""
        tending = self.tend()
        self.announce(self.visit(1), *KEYS[:3])
        self.successResultOf(tending.stop())
        whole = self.disk.read(PATH, 10_000)
        for raw in (
            whole[:50],
            whole[:-1],
            whole[:-40] + b"x" + whole[-39:],
            b"",
            seal("leases", 1, b"short"),
        ):
            self.disk.replace(PATH, raw)
            self.build(MemoryCatalogue())
            self.tend()
            self.assertEqual(len(self.directory.leases), 0)
            self.assertEqual(len(self.events.named("leases_lost")), 1)

    def test_F10_too_long(self) -> None:
        """A snapshot at the bound is read; one byte past it, it is none of ours."""
        tending = self.tend()
        self.announce(self.visit(1), *KEYS[:3])
        self.successResultOf(tending.stop())
        length = len(self.disk.read(PATH, 10_000))
        for most, leases in ((length, 3), (length - 1, 0)):
            self.build(MemoryCatalogue(), lease_snapshot_bytes=most)
            self.tend()
            self.assertEqual(len(self.directory.leases), leases)

    def test_F19_newer(self) -> None:
        """A newer program's is refused in words."""
        self.disk.replace(PATH, seal("leases", 2, b""))
        said = str(self.assertRaises(StorageError, self.tend))
        self.assertIn("newer p2pstream", said)

    def test_F05_disk_full(self) -> None:
        """A snapshot that cannot be kept is told once, and again when it could be meanwhile."""
        self.tend()
        self.announce(self.visit(1), KEYS[0])
        self.clock.advance(31)
        kept = self.disk.read(PATH, 10_000)
        self.disk.room = 10
        self.clock.advance(100)
        self.assertEqual(self.events.named("leases_not_kept"), [{"reason": "disk full"}])
        self.assertEqual(self.disk.read(PATH, 10_000), kept)
        self.disk.room = None
        self.clock.advance(31)
        self.disk.room = 10
        self.clock.advance(31)
        self.assertEqual(len(self.events.named("leases_not_kept")), 2)

    def test_nowhere_to_keep_it(self) -> None:
        """Without a disk it is all in memory."""
        tending = self.tend(None)
        self.clock.advance(100)
        self.successResultOf(tending.stop())
        self.assertEqual(self.clock.getDelayedCalls(), [])
