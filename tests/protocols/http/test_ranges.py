"""The ranges of a request."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.protocols.http.ranges import UNSATISFIABLE, Span, parse_ranges
from tests import strategies as profile  # noqa: F401

LENGTHS = st.integers(0, 10**13)


class RangeTests(SynchronousTestCase):
    def test_vectors(self) -> None:
        """Those of RFC 9110, section 14.1.2, and their neighbours."""
        cases: dict[bytes, tuple[Span, ...]] = {
            b"bytes=0-499": ((0, 500),),
            b"bytes=500-999": ((500, 1000),),
            b"bytes=-500": ((9500, 10000),),
            b"bytes=9500-": ((9500, 10000),),
            b"bytes=0-0,-1": ((0, 1), (9999, 10000)),
            b"bytes= 0-999, 4500-5499, -1000": ((0, 1000), (4500, 5500), (9000, 10000)),
            b"bytes=0-0": ((0, 1),),
            b"bytes=-1": ((9999, 10000),),
            b"bytes=0-": ((0, 10000),),
            b"bytes=9999-10000": ((9999, 10000),),
            b"bytes=-20000": ((0, 10000),),
            b"Bytes= 7-8 ": ((7, 9),),
            b"bytes=,7-8,,\t9-9,": ((7, 9), (9, 10)),
            b"bytes=7-8,10000-": ((7, 9),),
            b"bytes=-0,7-8": ((7, 9),),
            b"bytes=10000-": UNSATISFIABLE,
            b"bytes=10000-10001": UNSATISFIABLE,
            b"bytes=10000-,20000-": UNSATISFIABLE,
            b"bytes=-0": UNSATISFIABLE,
        }
        for header, spans in cases.items():
            self.assertEqual(parse_ranges(header, 10000), spans, header)

    def test_F54_not_once_each(self) -> None:
        """Parts that overlap, or do not ascend, are refused: each byte is sent once, in order."""
        for header in (
            b"bytes=0-,0-", b"bytes=0-0,0-0", b"bytes=5-6,6-7", b"bytes=5-6,0-1", b"bytes=-1,0-0",
            b"bytes=0-,-1", b"bytes=0-9,2-3", b"bytes=-5,-4",
        ):  # fmt: skip
            self.assertEqual(parse_ranges(header, 10000), UNSATISFIABLE, header)

    def test_F54_how_many(self) -> None:
        """As many as the bound says, and no more, whether they exist or not."""
        for count, most in ((LIMITS.http_ranges, LIMITS.http_ranges), (3, 3)):
            wanted = [b"%d-%d" % (2 * number, 2 * number) for number in range(count + 1)]
            spans = parse_ranges(b"bytes=" + b",".join(wanted[:count]), 10000, most)
            self.assertEqual(spans, tuple((2 * number, 2 * number + 1) for number in range(count)))
            self.assertEqual(parse_ranges(b"bytes=" + b",".join(wanted), 10000, most), UNSATISFIABLE)
        self.assertEqual(parse_ranges(b"bytes=" + b",".join([b"0-"] * 2500), 10000), UNSATISFIABLE)

    def test_F54_what_is_not_understood(self) -> None:
        """Reversed, negative, in other units, or no range at all: the whole."""
        for header in (
            b"bytes=5-2", b"bytes=--5", b"bytes=-", b"bytes=a-b", b"lines=0-1", b"", b"bytes", b"bytes=",
            b"bytes=,", b"bytes=1", b"bytes=+1-2", b"bytes=1-2-3", b"bytes=0x1-2", b"bytes=1 - 2",
            "bytes=\u0661-".encode(), b"bytes=1-2\n", b"bytes=0-1,5-2", b"bytes=0-1,x",
            b"bytes=0-0,bytes=5-5",
        ):  # fmt: skip
            self.assertIsNone(parse_ranges(header, 10000), header[:40])

    def test_F54_huge(self) -> None:
        """Numbers beyond all lengths are read as that, however long they are."""
        for huge in (b"%d" % 2**63, b"%d" % 2**64, b"9" * 8000):
            self.assertEqual(parse_ranges(b"bytes=" + huge + b"-", 100), UNSATISFIABLE)
            self.assertEqual(parse_ranges(b"bytes=5-" + huge, 100), ((5, 100),))
            self.assertEqual(parse_ranges(b"bytes=-" + huge, 100), ((0, 100),))
        self.assertEqual(parse_ranges(b"bytes=" + b"0" * 8000 + b"1-2", 100), ((1, 3),))

    def test_nothing(self) -> None:
        """Of no bytes there is no part, and so it is not refused: the whole is nothing, too."""
        for header in (b"bytes=0-", b"bytes=0-5", b"bytes=-5", b"bytes=0-0,2-2"):
            self.assertIsNone(parse_ranges(header, 0), header)

    @given(LENGTHS, LENGTHS, LENGTHS)
    def test_first_and_last(self, first: int, last: int, length: int) -> None:
        """Exactly the bytes that there are between the two."""
        spans = parse_ranges(b"bytes=%d-%d" % (first, last), length)
        if last < first or not length:
            self.assertIsNone(spans)
        elif first >= length:
            self.assertEqual(spans, UNSATISFIABLE)
        else:
            self.assertEqual(spans, ((first, min(last + 1, length)),))

    @given(
        st.one_of(
            st.binary(max_size=30),
            st.from_regex(rb"bytes=[-0-9,]{0,30}", fullmatch=True),
            st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=10).map(
                lambda each: b"bytes=" + b",".join(b"%d-%d" % part for part in each)
            ),
        ),
        st.one_of(st.integers(0, 120), LENGTHS),
    )
    def test_F54_at_most_one_copy(self, header: bytes, length: int) -> None:
        """Whatever is sent: parts that exist, are not empty, and have no byte twice; and few of them."""
        spans = parse_ranges(header, length) or ()
        self.assertLessEqual(len(spans), LIMITS.http_ranges)
        for start, stop in spans:
            self.assertTrue(0 <= start < stop <= length, spans)
        self.assertTrue(all(before[1] <= after[0] for before, after in pairwise(spans)), spans)
