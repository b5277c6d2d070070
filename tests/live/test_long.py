"""A day of it: what a window costs does not grow with its length."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.content.hashes.slices import slice_roots
from p2pstream.content.hls import SegmentStart
from p2pstream.content.keys import LiveKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.signed.heads import Head
from p2pstream.content.signing import Identity
from p2pstream.content.units import LEAF, ZERO_HASH
from p2pstream.data.live import LiveData, Slice
from p2pstream.interfaces import IDisk
from p2pstream.limits import LIMITS
from p2pstream.testing.state.disks import MemoryDisk, MemoryStateFile
from p2pstream.testing.workers import InlineWorkers

CHANNEL = Identity(b"c" * 32)
CONTENT = b"x" * LEAF
HASH = leaf_hashes(CONTENT)
#: What is in memory whatever the window is: a few seconds of it.
FEW = replace(LIMITS, live_recent_bytes=32 * LEAF, live_recent_slices=40, live_marks=60)


class Nothing(MemoryStateFile):
    """A file that takes everything and keeps nothing."""

    def pwrite(self, offset: int, chunk: bytes | memoryview) -> None:
        """See `IFile`."""

    def pread(self, offset: int, length: int) -> bytes:
        """See `IFile`."""
        return bytes(length)

    def punch(self, offset: int, length: int) -> None:
        """See `IStateFile`."""

    def filled(self) -> Ranges:
        """See `IStateFile`."""
        return Ranges()


@implementer(IDisk)
class NoDisk(MemoryDisk):
    """A disk of such files."""

    def open(self, path: str, make: bool = True) -> Nothing:
        """See `IDisk`."""
        return Nothing(super().open(path, make)._node, self)  # type: ignore[attr-defined]


class WindowTests(SynchronousTestCase):
    """Memory."""

    def filled(self, window_s: float, seconds: int) -> int:
        """Bytes that a window takes after so many seconds of a slice of one leaf each."""
        # What others left to be collected is not counted as freed meanwhile, nor ours as kept.
        gc.collect()
        tracemalloc.start()
        data = LiveData(LiveKey(CHANNEL.id), NoDisk(), InlineWorkers(), window_s, FEW)
        prev = ZERO_HASH
        for second in range(seconds):
            roots = slice_roots(second, HASH)
            segment = SegmentStart(0, second, 0, 1000)
            head = Head(
                1, second, second, 1, second * 1000, 1000, 0, prev, roots, segment=segment, raw=b"r" * 200
            )
            prev = head.digest
            data.add(Slice(head, HASH))
            data.put(1, second, bytes(CONTENT))
        gc.collect()
        used, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        self.assertEqual(data.edge, seconds * LEAF)
        self.assertLess(abs(data.edge - data.start - window_s * LEAF), 0.05 * window_s * LEAF)
        return used

    def test_six_times_as_long(self) -> None:
        """Takes no more, but for places to begin at, and segments: each second has one here."""
        # The first one finds objects that Python has ready, which are not counted.
        self.filled(60.0, 420)
        short, long = self.filled(60.0, 420), self.filled(360.0, 420)
        self.assertLess(long - short, 300 * 100)
