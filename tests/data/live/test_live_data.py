"""A broadcast as data: read while it grows, over holes, epochs and the end of the window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase, TestCase

from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.content.signed.heads import Head
from p2pstream.content.units import LEAF
from p2pstream.data.live import LiveData, Slice
from p2pstream.data.live.stuffing import ts_stuffing
from p2pstream.errors import BadProof, Gone, RangeError, ReadStopped, StorageError
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.live.watched import LiveDataContract
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import HeldWorkers, InlineWorkers
from tests.content.broadcasts import KEY, Signed, pattern

FEW = replace(LIMITS, live_recent_bytes=3 * LEAF, live_recent_slices=2, live_marks=10, live_write_leaves=1)


def made(disk: Any = None, window_s: float = 600, limits: Any = LIMITS, **options: Any) -> LiveData:
    """An empty one."""
    return LiveData(KEY, disk or MemoryDisk(), InlineWorkers(), window_s, limits, **options)


def slice_of(head: Head, short: int = 0) -> Slice:
    """A head and the hashes of its leaves."""
    return Slice(head, leaf_hashes(pattern(head.first, head.count)[: head.count * LEAF - short]))


def fill(data: LiveData, *heads: Head) -> None:
    """All of these slices."""
    for head in heads:
        data.add(slice_of(head))
        for leaf in range(head.first, head.stop):
            data.put(head.epoch, leaf, pattern(leaf, 1))


class ContractTests(LiveDataContract, SynchronousTestCase):
    """A window of a second, seven tenths of which are here."""

    def make_broadcast_data(self) -> LiveData:
        """See `BroadcastDataContract`."""
        self.signed, data = Signed(), made(window_s=1.0)
        fill(data, *(self.signed.slice(2, rap=188) for _ in range(7)))
        return data

    def forget(self, data: LiveData) -> None:
        """See `LiveDataContract`."""
        fill(data, *(self.signed.slice(2, rap=188) for _ in range(10)))


class ReadingTests(TestCase):
    """What readers get."""

    def test_empty(self) -> None:
        """Nobody knows how long it will be."""
        data = made()
        self.assertEqual((data.length, data.complete, list(data.have)), (None, False, []))

    async def test_as_it_grows(self) -> None:
        """A reader gets each leaf when it is here, in order, whatever order they come in."""
        signed, data, consumer = Signed(), made(), CollectingConsumer()
        heads = [signed.slice(2), signed.slice(1)]
        reading = data.read_to(consumer, 100)
        for head in heads:
            data.add(slice_of(head))
        data.put(1, 2, pattern(2, 1))
        data.put(1, 1, pattern(1, 1))
        self.assertEqual(len(consumer.collected), 0)
        data.put(1, 0, pattern(0, 1))
        await consumer.reached(3 * LEAF - 100)
        self.assertEqual(bytes(consumer.collected), signed.content[100:])
        reading.cancel()
        await self.assertFailure(reading, ReadStopped)

    async def test_the_end(self) -> None:
        """With the last head the length is known, and readers are done there."""
        signed, data, consumer = Signed(), made(), CollectingConsumer()
        fill(data, signed.slice(2))
        reading, beyond = data.read_to(consumer), data.read_to(CollectingConsumer(), 0, 10 * LEAF)
        final = signed.final(1, short=16000)
        data.add(slice_of(final, 16000))
        self.assertEqual((data.length, data.complete), (2 * LEAF + 384, False))
        data.put(1, 2, pattern(2, 1)[:384])
        self.assertTrue(data.complete)
        self.assertEqual(await reading, 2 * LEAF + 384)
        self.assertEqual(bytes(consumer.collected), signed.content)
        await self.assertFailure(beyond, RangeError)

    async def test_holes(self) -> None:
        """What was given up is stuffed, and everything behind it stays in its place."""
        signed, consumer = Signed(), CollectingConsumer()
        data = made(stuffing=ts_stuffing)
        head = signed.slice(3)
        data.add(slice_of(head))
        reading = data.read_to(consumer)
        for leaf in (0, 2):
            data.put(1, leaf, pattern(leaf, 1))
        data.skip(1, 1)
        await consumer.reached(3 * LEAF)
        got = bytes(consumer.collected)
        self.assertEqual((got[:LEAF], got[2 * LEAF :]), (pattern(0, 1), pattern(2, 1)))
        sync = [place for place in range(LEAF, 2 * LEAF) if not place % 188]
        self.assertEqual({got[place] for place in sync}, {0x47})
        self.assertFalse(data.have.covers(LEAF, LEAF + 1))
        data.put(1, 1, pattern(1, 1))
        self.assertEqual(await data.later(LEAF, 2 * LEAF), pattern(1, 1))
        reading.cancel()
        await self.assertFailure(reading, ReadStopped)

    async def test_another_epoch(self) -> None:
        """Goes on where what was signed of the one before ended."""
        one, two, data, consumer = Signed(1), Signed(2), made(), CollectingConsumer()
        fill(data, one.slice(2))
        reading = data.read_to(consumer)
        fill(data, two.slice(1))
        await consumer.reached(3 * LEAF)
        self.assertEqual(bytes(consumer.collected), one.content + two.content)
        self.assertFalse(data.add(slice_of(one.slice(1))) and data.edge != 3 * LEAF)
        reading.cancel()
        await self.assertFailure(reading, ReadStopped)

    async def test_close(self) -> None:
        """Ends all readings, and leaves nothing where that is asked for."""
        disk, signed = MemoryDisk(), Signed()
        data = made(disk)
        fill(data, signed.slice(2))
        reading = data.read_to(CollectingConsumer())
        await data.close(remove=True)
        await self.assertFailure(reading, ReadStopped)
        await self.assertFailure(data.read_to(CollectingConsumer()), ReadStopped)
        self.assertEqual(disk.files, {})

    async def test_asked_after_it_was_closed(self) -> None:
        """Whoever asks too late for what is on the disk gets nothing, and nothing comes into being."""
        disk, signed = MemoryDisk(), Signed()
        data = made(disk, limits=FEW)
        fill(data, *(signed.slice(2) for _ in range(3)))
        self.assertIsNone(data.leaf(1, 0), "it is on the disk alone")
        await data.close(remove=True)
        await self.assertFailure(data.later_leaf(1, 0), StorageError)
        await self.assertFailure(data.later_slice(1, 0), StorageError)
        self.assertEqual(disk.files, {})


class ProofTests(SynchronousTestCase):
    """Nothing gets in that its head does not prove."""

    def test_F33_wrong_hashes(self) -> None:
        """A slice is taken as a whole or not at all."""
        head, data = Signed().slice(2), made()
        self.assertRaises(BadProof, data.add, Slice(head, leaf_hashes(pattern(5, 2))))
        self.assertEqual(data.edge, 0)

    def test_F33_wrong_leaves(self) -> None:
        """Other bytes, fewer, and those of another leaf are refused; nothing of them is here."""
        head, data = Signed().slice(2), made()
        data.add(slice_of(head))
        for content in (pattern(1, 1), pattern(0, 1)[:-1], b""):
            self.assertRaises(BadProof, data.put, 1, 0, content)
        self.assertEqual(list(data.have), [])
        self.assertTrue(data.put(1, 0, pattern(0, 1)))
        self.assertFalse(data.put(1, 0, pattern(0, 1)))

    def test_unknown_leaves(self) -> None:
        """What no head spoke of is dropped without blame."""
        data = made()
        self.assertFalse(data.put(1, 0, pattern(0, 1)))


class WindowTests(TestCase):
    """What is kept, and for how long."""

    async def test_from_the_disk(self) -> None:
        """What is not in memory any more is read again, proofs too."""
        signed, data = Signed(), made(limits=FEW)
        fill(data, *(signed.slice(2) for _ in range(6)))
        self.assertIsNone(data.leaf(1, 0))
        self.assertEqual(await data.later_leaf(1, 0), pattern(0, 1))
        self.assertIsNone(data.slice(1, 0))
        entry = await data.later_slice(1, 0)
        self.assertEqual(entry and entry.head, signed.heads[0])
        consumer = CollectingConsumer()
        self.assertEqual(await data.read_to(consumer, 0, 12 * LEAF), 12 * LEAF)
        self.assertEqual(bytes(consumer.collected), signed.content)

    async def test_older_than_the_window(self) -> None:
        """Is gone for readers, and from the disk."""
        signed, disk = Signed(), MemoryDisk()
        data = made(disk, window_s=1.0)
        fill(data, *(signed.slice(2, rap=188) for _ in range(30)))
        self.assertEqual(data.start, 19 * 2 * LEAF)
        self.assertEqual(data.raps[0][0], 19 * 2 * LEAF + 188)
        await self.assertFailure(data.read_to(CollectingConsumer()), Gone)
        await self.assertFailure(data.later_leaf(1, 0), Gone)
        used = sum(node.filled.total for node in disk.files.values())
        self.assertLess(used, 14 * 2 * LEAF)
        self.assertEqual(await data.read_to(CollectingConsumer(), data.start, data.edge), 11 * 2 * LEAF)

    async def test_all_of_it(self) -> None:
        """Is kept for who wants to keep it, until that lets go of what is older than the window."""
        signed, disk = Signed(), MemoryDisk()
        data = made(disk, window_s=1.0, keeps_all=True)
        fill(data, *(signed.slice(2, rap=188) for _ in range(30)))
        self.assertEqual((data.start, data.raps[0][0], data.keeps_all), (0, 188, True))
        self.assertEqual(await data.read_to(CollectingConsumer(), 0, data.edge), 30 * 2 * LEAF)
        self.assertTrue(data.let_go())
        self.assertEqual((data.start, data.keeps_all), (19 * 2 * LEAF, False))
        self.assertLess(sum(node.filled.total for node in disk.files.values()), 14 * 2 * LEAF)
        self.assertFalse(data.let_go())
        fill(data, *(signed.slice(2) for _ in range(10)))
        self.assertEqual(data.start, 29 * 2 * LEAF)

    async def test_a_reader_that_falls_behind(self) -> None:
        """Is told, and not kept waiting."""
        signed, data = Signed(), made(window_s=1.0)
        head = signed.slice(2)
        data.add(slice_of(head))
        reading = data.read_to(CollectingConsumer())
        fill(data, *(signed.slice(2) for _ in range(30)))
        await self.assertFailure(reading, Gone)

    async def test_full_disk(self) -> None:
        """The present goes on from memory; what leaves memory is not said to be here."""
        signed, disk = Signed(), MemoryDisk(room=4 * LEAF)
        data = made(disk, limits=FEW)
        fill(data, *(signed.slice(2) for _ in range(8)))
        self.assertIsInstance(data.trouble, StorageError)
        self.assertEqual(await data.later(15 * LEAF, 16 * LEAF), pattern(15, 1))
        self.assertFalse(data.have.covers(10 * LEAF, 11 * LEAF))
        for start, stop in data.have:
            self.assertEqual(await data.read_to(CollectingConsumer(), start, stop), stop - start)
        disk.room = None
        fill(data, signed.slice(2))
        self.assertIsNone(data.trouble)

    async def test_slow_disk(self) -> None:
        """Readers have what is in memory before it is written; too much is not written at all."""
        workers = HeldWorkers()
        limits = replace(FEW, live_recent_bytes=20 * LEAF, unwritten_bytes=6 * LEAF)
        signed, data = Signed(), LiveData(KEY, MemoryDisk(), workers, 600, limits)
        fill(data, *(signed.slice(2) for _ in range(6)))
        self.assertEqual(data.at_hand(0, LEAF), pattern(0, 1))
        fill(data, *(signed.slice(2) for _ in range(9)))
        workers.flush()
        # Twenty leaves are in memory, and of the first ten those are on the disk that there was room for.
        self.assertTrue(data.have.covers(0, 6 * LEAF))
        self.assertFalse(data.have.covers(8 * LEAF, 9 * LEAF))
        self.assertTrue(data.have.covers(10 * LEAF, 30 * LEAF))

    async def test_slow_disk_for_slices(self) -> None:
        """As many are written down as are in memory, and not one more."""
        workers = HeldWorkers()
        signed, data = Signed(), LiveData(KEY, MemoryDisk(), workers, 600, FEW)
        fill(data, *(signed.slice(2) for _ in range(6)))
        workers.flush()
        known = [data.later_slice(1, leaf) for leaf in range(0, 12, 2)]
        workers.flush()
        there = [await slice is not None for slice in known]
        self.assertEqual(there, [True, True, False, False, True, True])

    async def test_written_together(self) -> None:
        """Sixteen leaves or slices at a time, and all there are before anything is read."""
        signed, workers = Signed(), HeldWorkers()
        data = LiveData(KEY, MemoryDisk(), workers, 600, replace(LIMITS, live_recent_bytes=LEAF))
        fill(data, *(signed.slice(1) for _ in range(15)))
        self.assertEqual(len(workers), 0)
        fill(data, signed.slice(1))
        self.assertEqual(len(workers), 1)
        fill(data, signed.slice(1), signed.slice(1))
        reading = data.later_leaf(1, 16)
        workers.flush()
        self.assertEqual(await reading, pattern(16, 1))

    async def test_own_slices(self) -> None:
        """Are here once they are durable; where the disk refuses, not at all."""
        workers, signed = HeldWorkers(), Signed()
        data = LiveData(KEY, MemoryDisk(), workers, 600)
        head = signed.slice(2)
        recording = data.record(slice_of(head), signed.content)
        self.assertEqual(data.edge, 0)
        workers.flush()
        await recording
        self.assertEqual((data.edge, list(data.have)), (2 * LEAF, [(0, 2 * LEAF)]))
        full = made(MemoryDisk(room=LEAF))
        await self.assertFailure(full.record(slice_of(head), signed.content), StorageError)
        self.assertEqual((full.edge, list(full.have)), (0, []))
