"""Where segments begin, and how they are put together again."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.hls import Boundary, Cutting, MediaSegment, Segments, SegmentStart
from p2pstream.limits import LIMITS

LEAST, MOST = LIMITS.live_segment_s, LIMITS.live_segment_most_s
Fed = tuple[float, bool, bool]
FED = st.tuples(st.floats(-1, 3), st.booleans(), st.integers(0, 9).map(lambda chance: not chance))


def cut(*fed: Fed, before_ms: int | None = None) -> list[Boundary | None]:
    """What begins with each: (clock, whether one may begin there, whether times do not go on)."""
    cutting = Cutting(before_ms)
    return [cutting.look(*each) for each in fed]


class CuttingTests(SynchronousTestCase):
    """The rule."""

    def test_where_one_may_begin(self) -> None:
        """The first as soon as may be, the others not before they are long enough."""
        raps = [(second, True, False) for second in (0.5, 1.5, 2.5, 3.5, 4.5)]
        cuts = cut((0.0, False, False), *raps)
        self.assertEqual(
            cuts, [None, Boundary(0, False), None, Boundary(2000, False), None, Boundary(2000, False)]
        )

    def test_at_the_bounds(self) -> None:
        """As short, and as long, as may be, and a millisecond less."""
        for length, rap in ((LEAST, True), (MOST, False)):
            at, before = cut((0.0, True, False), (length, rap, False))[1], length - 0.001
            self.assertEqual(at, Boundary(round(length * 1000), False))
            self.assertIsNone(cut((0.0, True, False), (before, rap, False))[1])

    def test_breaks(self) -> None:
        """A segment ends where times do not go on, however short; the clock may begin anew there."""
        cuts = cut((7.0, True, False), (7.5, False, False), (0.0, False, True), (1.8, True, False))
        self.assertEqual(cuts, [Boundary(0, False), None, Boundary(500, True), Boundary(1800, False)])

    def test_goes_on(self) -> None:
        """Where there were segments before, what comes now is none of the last."""
        self.assertEqual(cut((0.0, False, False), before_ms=1234), [Boundary(1234, True)])

    @given(st.lists(FED, max_size=40))
    def test_any(self, fed: list[Fed]) -> None:
        """None is longer than may be by more than one look, and none shorter but before a break."""
        now, steps = 100.0, []
        for step, rap, broken in fed:
            now += step
            steps.append((now, rap, broken))
        before: float | None = None
        for (clock, rap, _), begins in zip(steps, cut(*steps), strict=True):
            if begins is not None and before is None:
                self.assertTrue(rap)
            elif begins is not None and not begins.broken:
                self.assertGreaterEqual(begins.lasted_ms, round(LEAST * 1000))
                self.assertTrue(rap or begins.lasted_ms >= round(MOST * 1000))
            before = clock if begins is not None else before


class StartTests(SynchronousTestCase):
    """What stands in a head."""

    def test_bytes(self) -> None:
        """Sixteen, big-endian."""
        start = SegmentStart(5, 1_800_000_000, 7, 2000)
        self.assertEqual(start.encode().hex(), "000000056b49d20000000007000007d0")
        self.assertEqual(SegmentStart.decode(start.encode()), start)
        self.assertTrue(start.fits)
        self.assertFalse(replace(start, number=1 << 32).fits)
        self.assertFalse(replace(start, byte=-1).fits)


def filled(*numbers: int, most: int = 100, told: int = 100) -> Segments:
    """Segments of 1000 bytes that begin with these numbers."""
    segments = Segments(replace(LIMITS, live_segments=most, live_listed_segments=told))
    for number in numbers:
        segments.add(number * 1000, 1, number * 2000, SegmentStart(0, number, 0, 2000))
    return segments


def everything(start: int, stop: int) -> bool:
    """It is here."""
    return True


def listed(segments: Segments) -> list[int]:
    """The numbers of those that are told."""
    return [each.number for each in segments.row(everything)]


class SegmentsTests(SynchronousTestCase):
    """What is known of them here."""

    def test_one(self) -> None:
        """It goes from where it begins to where the next does."""
        segments = filled(4, 5)
        self.assertEqual(segments.row(everything), [MediaSegment(1, 4, 0, 4000, 5000, 8000, 2000)])
        self.assertEqual(segments.row(everything)[0].name, "1-4.ts")
        self.assertEqual(segments.find("1-4.ts"), segments.row(everything)[0])
        for name in ("1-5.ts", "2-4.ts", "1-04.ts", "", "4"):
            self.assertIsNone(segments.find(name))

    @given(st.permutations(range(10, 22)))
    def test_any_order(self, numbers: list[int]) -> None:
        """It does not matter when one is heard of, nor how often."""
        self.assertEqual(listed(filled(*numbers, *numbers)), list(range(10, 21)))

    def test_gaps(self) -> None:
        """Those before one that is not known are not told, for numbers must follow each other."""
        self.assertEqual(listed(filled(1, 2, 3, 5, 6, 7)), [5, 6])
        self.assertEqual(listed(filled(1, 2, 3, 5)), [1, 2])
        self.assertIsNotNone(filled(1, 2, 3, 5, 6).find("1-2.ts"))
        self.assertIsNone(filled(1, 2, 3, 5, 6).find("1-3.ts"))

    def test_not_here(self) -> None:
        """Nor is one of which something is still to come, nor what lies before it."""
        missing = {2000, 7000}
        row = filled(*range(9)).row(lambda start, stop: start not in missing)
        self.assertEqual([each.number for each in row], [3, 4, 5, 6])

    def test_epochs(self) -> None:
        """One that ends with its epoch is never known where it ends."""
        segments = filled(1, 2, 3)
        segments.add(3500, 2, 9000, SegmentStart(0, 4, 1, 2000))
        segments.add(4500, 2, 9900, SegmentStart(0, 5, 1, 900))
        self.assertEqual(listed(segments), [4])

    def test_ends(self) -> None:
        """The last one ends with the broadcast, and is as long as the clock says."""
        segments = filled(1, 2)
        self.assertFalse(segments.ended)
        segments.end(2700, 1, 5500)
        segments.end(9999, 1, 9999)
        self.assertTrue(segments.ended)
        last = segments.row(everything)[-1]
        self.assertEqual((last.number, last.stop, last.lasted_ms), (2, 2700, 1500))
        self.assertEqual(segments.newest, SegmentStart(0, 2, 0, 2000))

    def test_bounds(self) -> None:
        """The oldest are forgotten: those beyond so many, and those of which nothing can be had."""
        self.assertEqual(listed(filled(*range(10), most=4)), [6, 7, 8])
        self.assertEqual(listed(filled(*range(10), told=2)), [7, 8])
        segments = filled(*range(10))
        segments.forget(3000)
        self.assertEqual(listed(segments), [3, 4, 5, 6, 7, 8])
        segments.forget(3001)
        self.assertEqual(listed(segments), [4, 5, 6, 7, 8])
        self.assertIsNone(Segments().newest)

    def test_one_after_another(self) -> None:
        """Each begins where the one before it ends."""
        row = filled(*range(30)).row(everything)
        self.assertTrue(all(one.stop == other.start for one, other in pairwise(row)))
