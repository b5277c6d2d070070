"""What people change of a peer while it runs, and find again after a restart."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from p2pstream.content.shown import PeerLimits, Topic
from p2pstream.data.state import seal
from p2pstream.errors import BadShare, NotShared, StorageError, UsageError
from p2pstream.limits import LIMITS
from p2pstream.peer.folders.changes_file import ChangesFile, KeptChanges
from p2pstream.testing.bytes.patterns import pattern
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.views.changes import PeerChangesContract
from p2pstream.testing.workers import HeldWorkers
from tests.peer.viewed_peer import SETTINGS, ViewedPeerCase


class ContractTests(PeerChangesContract, ViewedPeerCase):
    """Real folders, changed."""

    def make_changes(self) -> Any:
        """See `PeerChangesContract`."""
        return self.changes, self.view

    def new_folder(self) -> str:
        """See `PeerChangesContract`."""
        path = Path(self.mktemp()).resolve()
        path.mkdir(parents=True)
        return str(path)


class SlowContractTests(ContractTests):
    """The same where the disk takes its time: one change waits for the other."""

    def make_changes(self) -> Any:
        """See `PeerChangesContract`."""
        self.changes._workers = self.slow = HeldWorkers()
        return self.changes, self.view

    def settle(self) -> None:
        """See `PeerChangesContract`."""
        self.slow.flush()


class FolderTests(ViewedPeerCase):
    """Folders that come and go."""

    def setUp(self) -> None:
        """Another folder, with a film."""
        super().setUp()
        self.other = Path(self.mktemp()).resolve()
        self.other.mkdir(parents=True)
        (self.other / "z.mp4").write_bytes(pattern(0, 200_000))

    def names(self) -> list[str]:
        """What is shared."""
        return [share.name for share in self.view.shares("", "", 100).shares]

    def test_added(self) -> None:
        """What is in it is shared soon, has a key, and is listed."""
        folder = self.successResultOf(self.changes.add_folder(str(self.other)))
        self.assertEqual((folder.path, folder.added), (str(self.other), True))
        self.wait(5.0)
        self.assertIn("z.mp4", self.names())
        self.assertIn("z.mp4", self.listed(self.peer))
        self.assertEqual([each.streams for each in self.view.folders()], [3, 1])
        self.assertIn(Topic.FOLDERS, self.topics)

    def test_removed(self) -> None:
        """What is in it is shared no more, and whoever fetches from it is cut off."""
        self.successResultOf(self.changes.add_folder(str(self.other)))
        self.wait(5.0)
        opened = self.successResultOf(self.peer.shares.open("z.mp4"))
        self.addCleanup(opened.close)
        revoked = opened.when_revoked()  # type: ignore[attr-defined]
        self.successResultOf(self.changes.remove_folder(str(self.other)))
        self.successResultOf(revoked)
        self.assertNotIn("z.mp4", self.names())
        self.failureResultOf(self.peer.shares.open("z.mp4"), NotShared)
        self.wait(LIMITS.book_grace_s + 1)
        self.assertIsNone(self.listed(self.peer)["z.mp4"])
        self.assertEqual([each["name"] for each in self.peer.events.named("withdrawn")], ["z.mp4"])
        self.assertEqual(len(self.view.folders()), 1)

    def test_the_other_of_a_name_takes_over(self) -> None:
        """What was hidden behind a film of a folder that goes is shared then."""
        (self.other / "a.mp4").write_bytes(pattern(0, 50_000))
        self.successResultOf(self.changes.add_folder(str(self.other)))
        self.wait(5.0)
        self.successResultOf(self.changes.remove_folder(str(self.folder)))
        self.assertEqual(self.names(), ["a.mp4", "z.mp4"])
        self.assertEqual(self.view.shares("", "", 1).shares[0].length, 50_000)

    def test_after_a_restart(self) -> None:
        """One that was added is there again; one that was taken out is not."""
        third = Path(self.mktemp()).resolve()
        third.mkdir(parents=True)
        for folder in (self.other, third):
            self.successResultOf(self.changes.add_folder(str(folder)))
        self.successResultOf(self.changes.remove_folder(str(third)))
        self.begin()
        self.wait(1.0)
        paths = {folder.path: folder.added for folder in self.view.folders()}
        self.assertEqual(paths, {str(self.folder): False, str(self.other): True})
        self.assertIn("z.mp4", self.names())

    def test_again(self) -> None:
        """One that is shared already stays, also under another name."""
        link = self.other.parent / "link"
        os.symlink(self.other, link)
        for path in (self.other, link, self.other):
            self.successResultOf(self.changes.add_folder(str(path)))
        self.assertEqual(len(self.view.folders()), 2)
        self.successResultOf(self.changes.add_folder(str(self.folder)))
        self.assertEqual([folder.added for folder in self.view.folders()], [False, True])

    def test_wrong(self) -> None:
        """What is no folder is refused in words, and nothing changes."""
        film = self.other / "z.mp4"
        for path in ("films", "/nowhere at all", str(film), "/a\0b", "/a\ud800b", ""):
            fault = self.failureResultOf(self.changes.add_folder(path), BadShare)
            self.assertTrue(str(fault.value))
        self.failureResultOf(self.changes.remove_folder("/nowhere"), BadShare)
        self.assertEqual(len(self.view.folders()), 1)

    def test_as_many_as_there_may_be(self) -> None:
        """At the bound one more is; beyond it none."""
        self.changes._limits = replace(LIMITS, share_folders=2)
        self.successResultOf(self.changes.add_folder(str(self.other)))
        fault = self.failureResultOf(self.changes.add_folder(str(self.other.parent)), BadShare)
        self.assertIn("no more", str(fault.value))

    def test_a_disk_that_refuses(self) -> None:
        """What cannot be kept is not done."""
        self.disk.full = True
        if not hasattr(self.disk, "fail"):
            self.patch(self.disk, "replace", self.refuse)
        self.failureResultOf(self.changes.add_folder(str(self.other)), StorageError)
        self.failureResultOf(self.changes.set_limits(PeerLimits(upload=50_000)), StorageError)
        self.assertEqual((len(self.view.folders()), self.view.limits()), (1, SETTINGS))
        self.assertEqual(self.applied, [])

    def refuse(self, path: str, content: bytes) -> None:
        """As a full disk."""
        raise OSError(28, "no space")


class LimitTests(ViewedPeerCase):
    """Limits that become others."""

    def test_set(self) -> None:
        """They hold at once, and are shown."""
        wanted = PeerLimits(None, 3_000_000, 64_000_000)
        self.assertEqual(self.successResultOf(self.changes.set_limits(wanted)), wanted)
        self.assertEqual((self.view.limits(), self.applied), (wanted, [wanted]))
        self.wait(0.1)
        self.assertIn(Topic.LIMITS, self.topics)

    def test_after_a_restart(self) -> None:
        """They hold as long as the settings say what they said then."""
        self.successResultOf(self.changes.set_limits(PeerLimits(upload=50_000)))
        self.begin()
        self.assertEqual(self.view.limits(), PeerLimits(upload=50_000))
        other = PeerLimits(upload=2_000_000)
        self.begin(other)
        self.assertEqual(self.view.limits(), other)

    def test_at_the_bounds(self) -> None:
        """The least that can work is taken, and one less refused in words."""
        least, cache = LIMITS.uplink_least, LIMITS.store_cache_least
        self.successResultOf(self.changes.set_limits(PeerLimits(least, least, cache)))
        for wrong in (PeerLimits(least - 1), PeerLimits(None, least - 1), PeerLimits(None, None, cache - 1)):
            fault = self.failureResultOf(self.changes.set_limits(wrong), UsageError)
            self.assertIn("least", str(fault.value))
        self.assertEqual(self.view.limits(), PeerLimits(least, least, cache))

    def test_a_file_that_is_damaged(self) -> None:
        """It is as if nothing had been changed; one of a newer program is left alone."""
        for raw in (b"nonsense", seal("changes", 1, b"[]"), seal("changes", 1, b'{"folders": 1}')):
            self.disk.replace("peer/changes", raw)
            self.begin()
            self.assertEqual(self.view.limits(), SETTINGS)
        self.disk.replace("peer/changes", seal("changes", 2, b"{}"))
        self.assertRaises(StorageError, self.begin)

    def test_a_file_that_is_too_long(self) -> None:
        """At the bound it is read, one byte past it is refused: no program of ours wrote that."""
        kept, disk = KeptChanges(("/films",), PeerLimits(2**20)), MemoryDisk()

        def file(**limits: int) -> ChangesFile:
            means: Any = FakeNode(HeapClock(), limits=replace(LIMITS, **limits))
            return ChangesFile(means, disk)

        self.successResultOf(file().save(kept))
        length = len(disk.read("peer/changes", LIMITS.changes_bytes))
        self.assertEqual(file(changes_bytes=length).load(), kept)
        fault = self.assertRaises(StorageError, file(changes_bytes=length - 1).load)
        self.assertIn("changed of this peer: it is longer than any", str(fault))
