"""The small parts: what is fed in, where one begins, how fast it is."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.hls import Boundary
from p2pstream.content.signed.heads import NO_RAP, Head
from p2pstream.content.units import LEAF
from p2pstream.limits import LIMITS
from p2pstream.live.joining import choose_start
from p2pstream.live.mesh.neighbours import newest
from p2pstream.live.meter import RateMeter
from p2pstream.live.shelf import LiveShelf
from p2pstream.live.unsigned import Unsigned


def head(seq: int, rap: int = NO_RAP, count: int = 2) -> Head:
    """A head of two leaves, a tenth of a second after the one before."""
    return Head(1, seq, seq * 2, count, 1_000_000 + seq * 100, 100, rap)


class FeedTests(SynchronousTestCase):
    """What was fed in and is not signed yet."""

    @given(st.lists(st.integers(0, 3 * LEAF), max_size=8), st.integers(1, 4))
    def test_nothing_is_lost(self, lengths: list[int], leaves: int) -> None:
        """Whole leaves, in order, and the rest at the end."""
        feed, fed = Unsigned(), b""
        got = b""
        for number, length in enumerate(lengths):
            content = bytes([number]) * length
            feed.put(content, False, False, number)
            fed += content
            cut = feed.cut(leaves)
            self.assertEqual(len(cut.content) % LEAF, 0)
            self.assertLessEqual(len(cut.content), leaves * LEAF)
            got += cut.content
        self.assertEqual(got + feed.cut(0).content, fed)
        self.assertEqual(feed.waiting, 0)

    def test_where_one_may_begin(self) -> None:
        """The first place of a slice; a place that lies in the next one is said there."""
        feed = Unsigned()
        feed.put(b"a" * 100, False, False, 1000)
        feed.put(b"b" * LEAF, True, False, 1040)
        feed.put(b"c" * LEAF, True, True, 1080)
        cut = feed.cut(1)
        self.assertEqual((cut.rap, cut.captured_ms, cut.discontinuity), (100, 1000, False))
        cut = feed.cut(1)
        self.assertEqual((cut.rap, cut.captured_ms, cut.discontinuity), (100, 1040, True))

    def test_where_segments_begin(self) -> None:
        """One in a slice, which ends before another would; of two in one leaf the later, which is longer."""
        feed, long = Unsigned(), Boundary(2000, False)
        for content in (b"a" * 188, b"b" * (2 * LEAF), b"c" * 188, b"d" * 2 * LEAF):
            feed.put(content, False, False, 1000, long)
        cuts = [feed.cut(64) for _ in range(3)]
        self.assertEqual([len(cut.content) // LEAF for cut in cuts], [2, 2, 0])
        self.assertEqual(cuts[0].segment, (188, Boundary(4000, False)))
        self.assertEqual(cuts[1].segment, (376, Boundary(4000, False)))
        self.assertIsNone(cuts[2].segment)
        feed.put(b"e" * LEAF, False, False, 1000, Boundary(5, True))
        self.assertEqual(feed.cut(1).segment, (376, Boundary(5, True)))

    def test_a_clock_that_goes_back(self) -> None:
        """Is not followed."""
        feed = Unsigned()
        for captured in (1000, 900):
            feed.put(b"a" * LEAF, False, False, captured)
        self.assertEqual([feed.cut(1).captured_ms for _ in range(2)], [1000, 1000])


class StartTests(SynchronousTestCase):
    """Where somebody who joins begins."""

    def test_the_newest_that_is_old_enough(self) -> None:
        """Half of the delay behind the edge."""
        heads = [head(seq, 5 if seq in (3, 12, 18) else NO_RAP) for seq in range(21)]
        start = choose_start(heads, 1.6)
        self.assertEqual(start, (heads[12], 5))
        self.assertEqual(choose_start(heads[13:], 1.6), (heads[18], 5))

    def test_anywhere(self) -> None:
        """Of a stream that has no places to begin; and nowhere, if nothing is known."""
        heads = [head(seq) for seq in range(21)]
        self.assertEqual(choose_start(heads, 1.0), (heads[15], 0))
        self.assertIsNone(choose_start([], 1.0))
        self.assertIsNone(choose_start([head(0, count=0)], 1.0))


class RateTests(SynchronousTestCase):
    """Bits a second."""

    def test_over_five_seconds(self) -> None:
        """What is older does not count."""
        meter = RateMeter()
        self.assertEqual(meter.rate, 0.0)
        for seq in range(200):
            meter.add(head(seq))
        self.assertAlmostEqual(meter.rate, 2 * LEAF * 80)
        meter.add(head(3))
        meter.add(replace(head(200), captured_ms=1_000_000 + 60_000))
        self.assertEqual(meter.rate, 0.0)

    def test_heads_that_overtake_each_other(self) -> None:
        """Count as they would in order: who thinks that it is less promises more than it can send."""
        meter = RateMeter()
        for seq in range(0, 200, 4):
            for each in (seq + 2, seq + 3, seq, seq + 1):
                meter.add(head(each))
        self.assertAlmostEqual(meter.rate, 2 * LEAF * 80)


class ShelfTests(SynchronousTestCase):
    """What is read from the disk for those who ask."""

    def test_so_many_at_once(self) -> None:
        """Whoever asks for more slices before the first came is told none, and at once."""
        waiting, ended = list[Deferred[None]](), list[int]()

        def later(epoch: int, leaf: int) -> Deferred[None]:
            waiting.append(Deferred())
            return waiting[-1]

        neighbour: Any = Asking(ended)
        data: Any = SimpleNamespace(later_slice=later)
        shelf = LiveShelf(data, {neighbour}, replace(LIMITS, live_asks=2))  # type: ignore[arg-type]
        for first in (1, 2, 3):
            Deferred.fromCoroutine(shelf.tell(neighbour, first, 1))
        self.assertEqual((len(waiting), ended), (2, [3]))
        waiting[0].callback(None)
        Deferred.fromCoroutine(shelf.tell(neighbour, 4, 1))
        self.assertEqual((len(waiting), ended), (3, [3, 1]))


class Asking:
    """A neighbour who asks for slices."""

    def __init__(self, ended: list[int]) -> None:
        self._ended = ended

    def end_slices(self, first: int, code: int) -> None:
        """Note it."""
        self._ended.append(first)


class ToldTests(SynchronousTestCase):
    """Which of the leaves that somebody names are looked at."""

    def test_newest(self) -> None:
        """As many as may wait, the last ones first, however many are named."""
        told = [(0, 2), (10, (1 << 32) - 20), (1 << 40, 3)]
        last = 10 + (1 << 32) - 20
        self.assertEqual(list(newest(told, 5)), [(1 << 40) + 2, (1 << 40) + 1, 1 << 40, last - 1, last - 2])
        self.assertEqual(list(newest([(7, 2)], 5)), [8, 7])
        self.assertEqual(list(newest((), 5)), [])
