"""A broadcast in segments: where its source cuts it, it is cut everywhere."""

from __future__ import annotations

from random import Random

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.units import LEAF
from p2pstream.data.live import LiveData, Slice
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.content.broadcasts import KEY
from tests.live.aired import NOW_S, Aired, everything, told


class SegmentedTests(SynchronousTestCase):
    """From what is fed in to what others make of the heads."""

    def setUp(self) -> None:
        """A source that has not been fed yet."""
        self.disk, self.clock = MemoryDisk(), Clock()
        self.aired = Aired(self.disk, self.clock)

    def test_two_seconds_each(self) -> None:
        """They begin where one may begin to watch, and are numbered from the second of the first on."""
        self.aired.feed(9.1)
        self.assertEqual(
            told(self.aired.data.segments), [(f"1-{NOW_S + each}.ts", 2000, 0) for each in range(4)]
        )
        for each in self.aired.data.segments.row(everything):
            self.assertEqual(each.start % 188, 0)
            self.assertEqual(each.start // (188 * 20) % 50, 0)
            self.assertLess(abs(each.captured_ms - NOW_S * 1000 - each.start / (188 * 20) * 40), 250)

    def test_the_same_for_whoever_hears_of_them(self) -> None:
        """In any order, and for one who came late as well."""
        self.aired.feed(12)
        heads = self.aired.heads()
        late = LiveData(KEY, MemoryDisk(), InlineWorkers(), 600)
        heard = heads[len(heads) // 3 :]
        Random(1).shuffle(heard)
        for head in heard:
            entry = self.aired.data.slice(head.epoch, head.first)
            if entry is not None:
                late.add(Slice(head, entry.leaves))
        row = told(self.aired.data.segments)
        self.assertGreater(len(row), 4)
        self.assertEqual(told(late.segments), row[-len(told(late.segments)) :])
        self.assertGreaterEqual(len(told(late.segments)), 3)

    def test_F46_the_source_comes_back(self) -> None:
        """Numbers go on where they were, and the first new one says that times do not."""
        self.aired.feed(5)
        before = told(self.aired.data.segments)
        self.aired.source.close()
        self.clock.advance(30)
        again = Aired(self.disk, self.clock)
        again.feed(5, broken=True)
        row = told(again.data.segments)
        self.assertEqual([name for name, _, _ in before], [f"1-{NOW_S + each}.ts" for each in (0, 1)])
        names = [f"1-{NOW_S + each}.ts" for each in (2, 3, 4)]
        self.assertEqual([name for name, _, _ in row], names)
        self.assertEqual([breaks for _, _, breaks in row], [0, 1, 1])
        # The one that was cut off has a second of pictures, less what was in no whole leaf; within a slice.
        self.assertTrue(800 <= row[0][1] <= 1200, row)

    def test_where_nobody_may_begin(self) -> None:
        """Of a stream of an unknown kind there are no segments."""
        for _ in range(200):
            self.aired.source.write(b"x" * 4000)
            self.clock.advance(0.04)
        self.assertIsNone(self.aired.data.segments.newest)
        self.assertGreater(self.aired.data.edge, 20 * LEAF)

    def test_all_of_it_at_the_end(self) -> None:
        """The last one ends with the film."""
        self.aired.feed(5)
        self.aired.source.end()
        row = self.aired.data.segments.row(everything)
        self.assertTrue(self.aired.data.segments.ended)
        self.assertEqual(row[0].start, 0)
        self.assertEqual(row[-1].stop, self.aired.data.length)
        self.assertEqual(len(row), 3)
        self.assertTrue(self.aired.data.settled(0, row[-1].stop))
