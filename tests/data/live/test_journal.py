"""How slices are written down, and what of it is believed after a crash."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.data.live.files import EpochFiles, epochs_of
from p2pstream.data.live.journal import ENTRY_MOST, Slice, entry_bytes
from p2pstream.data.live.timeline import Timeline
from p2pstream.testing.state.disks import MemoryDisk
from tests.content.broadcasts import KEY, Signed, pattern


def slices(count: int, leaves: int = 2) -> list[Slice]:
    """So many, with the tree at the end of each."""
    signed, made = Signed(), []
    for _ in range(count):
        head = signed.slice(leaves)
        made.append(Slice(head, leaf_hashes(pattern(head.first, leaves)), signed.peaks.copy()))
    return made


class EntryTests(SynchronousTestCase):
    """One slice."""

    def test_round(self) -> None:
        """With and without the tree before it."""
        for entry in slices(5, 3):
            for written in (entry, Slice(entry.head, entry.leaves)):
                raw = written.encode()
                self.assertEqual(entry_bytes(raw), len(raw))
                read = Slice.decode(raw)
                assert read is not None
                self.assertEqual((read.head, read.leaves), (entry.head, entry.leaves))
                self.assertEqual(read.peaks and read.peaks.root(), written.peaks and written.peaks.root())

    def test_the_longest(self) -> None:
        """Fits its bound, and one byte more is none."""
        entry = slices(1, 256)[0]
        self.assertLessEqual(len(entry.encode()), ENTRY_MOST)
        self.assertEqual(entry_bytes((ENTRY_MOST - 12).to_bytes(4, "big") + bytes(8)), ENTRY_MOST)
        self.assertEqual(entry_bytes((ENTRY_MOST - 11).to_bytes(4, "big") + bytes(8)), 0)

    @given(st.binary(min_size=12, max_size=60))
    def test_garbage(self, raw: bytes) -> None:
        """Is none."""
        self.assertIsNone(Slice.decode(raw))


class FilesTests(SynchronousTestCase):
    """An epoch on a disk."""

    def test_entries_by_leaf(self) -> None:
        """Each leaf leads to its slice, also after the files were closed."""
        disk, entries = MemoryDisk(), slices(6)
        files = EpochFiles(disk, KEY, 7)
        for entry in entries:
            files.put_entry(entry)
        files.close()
        files = EpochFiles(disk, KEY, 7)
        for leaf in range(14):
            found = files.entry(leaf)
            self.assertEqual(found and found.head, entries[leaf // 2].head if leaf < 12 else None)
        self.assertEqual(b"".join(files.leaf_hashes(12)), b"".join(entry.leaves for entry in entries))
        self.assertEqual(epochs_of(disk, KEY), [7])

    def test_F05_the_last_whole_slice(self) -> None:
        """Cut anywhere, the journal ends with the last entry that is whole; what comes then follows it."""
        entries = slices(4)
        lengths = [len(entry.encode()) for entry in entries]
        for cut in range(sum(lengths) + 1):
            disk = MemoryDisk()
            files = EpochFiles(disk, KEY, 1)
            for entry in entries[:3]:
                files.put_entry(entry)
            files.put_entry(entries[3])
            heads = next(node for path, node in disk.files.items() if path.endswith("heads"))
            heads.resize(cut)
            files = EpochFiles(disk, KEY, 1)
            last = files.last()
            whole = sum(1 for number in range(4) if sum(lengths[: number + 1]) <= cut)
            self.assertEqual(last and last.head, entries[whole - 1].head if whole else None)
            if whole < 4:
                files.put_entry(entries[whole])
                again = files.entry(2 * whole)
                self.assertEqual(again and again.head, entries[whole].head)

    def test_heartbeats_after_the_last_leaf(self) -> None:
        """Have no place in the index, and are found."""
        signed, disk = Signed(), MemoryDisk()
        files = EpochFiles(disk, KEY, 1)
        for count in (2, 0, 0):
            head = signed.slice(count)
            files.put_entry(Slice(head, leaf_hashes(pattern(head.first, count))))
        last = EpochFiles(disk, KEY, 1).last()
        self.assertEqual(last and last.head, signed.heads[2])

    def test_room_is_given_back(self) -> None:
        """What is before a leaf takes none; the rest is there."""
        disk, entries = MemoryDisk(room=1 << 30), slices(10)
        files = EpochFiles(disk, KEY, 1)
        for entry in entries:
            files.put_leaves([(leaf, pattern(leaf, 1)) for leaf in range(entry.head.first, entry.head.stop)])
            files.put_entry(entry)
        before = disk.free()
        files.forget(12)
        self.assertGreater(disk.free() - before, 12 * 16384)
        self.assertIsNone(files.entry(11))
        found = files.entry(12)
        self.assertEqual(found and found.head, entries[6].head)
        self.assertEqual(files.read(12 * 16384, 13 * 16384), pattern(12, 1))
        files.remove()
        self.assertEqual(disk.files, {})


class TimelineTests(SynchronousTestCase):
    """Positions of readers, over epochs."""

    def test_one_after_another(self) -> None:
        """An epoch begins where what was signed of the one before ended."""
        timeline = Timeline()
        timeline.begin(3)
        timeline.grow(3, 16384 + 100)
        timeline.begin(9)
        timeline.grow(9, 50)
        timeline.grow(3, 99_999)
        self.assertEqual(timeline.edge, 16384 + 150)
        self.assertEqual((timeline.position(3, 1), timeline.position(9, 0)), (16384, 16484))
        self.assertIsNone(timeline.position(4, 0))
        self.assertEqual(timeline.place(16483), (3, 1, 99))
        self.assertEqual(timeline.place(16484), (9, 0, 0))
        self.assertEqual((timeline.stop(16400), timeline.stop(16490)), (16484, 16484 + 16384))

    def test_forgotten(self) -> None:
        """Whole epochs, once nothing of them is asked for."""
        timeline = Timeline()
        for epoch in (1, 2, 3):
            timeline.begin(epoch)
            timeline.grow(epoch, 16384)
        self.assertEqual(timeline.forget(16383), [])
        self.assertEqual(timeline.forget(2 * 16384), [1, 2])
        self.assertIsNone(timeline.position(2, 0))
        self.assertEqual(timeline.position(3, 0), 2 * 16384)
