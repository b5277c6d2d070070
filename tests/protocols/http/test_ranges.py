"""The one range of a request."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.protocols.http.ranges import UNSATISFIABLE, Span, parse_range
from tests import strategies as profile  # noqa: F401

LENGTHS = st.integers(0, 10**13)


class RangeTests(SynchronousTestCase):
    def test_vectors(self) -> None:
        """Those of RFC 9110, section 14.1.2, and their neighbours."""
        cases: dict[bytes, Span | None] = {
            b"bytes=0-499": (0, 500),
            b"bytes=500-999": (500, 1000),
            b"bytes=-500": (9500, 10000),
            b"bytes=9500-": (9500, 10000),
            b"bytes=0-0": (0, 1),
            b"bytes=-1": (9999, 10000),
            b"bytes=0-": (0, 10000),
            b"bytes=9999-10000": (9999, 10000),
            b"bytes=-20000": (0, 10000),
            b"Bytes= 7-8 ": (7, 9),
            b"bytes=10000-": UNSATISFIABLE,
            b"bytes=10000-10001": UNSATISFIABLE,
            b"bytes=-0": UNSATISFIABLE,
        }
        for header, span in cases.items():
            self.assertEqual(parse_range(header, 10000), span, header)

    def test_F54_what_is_not_understood(self) -> None:
        """Reversed, negative, several, in other units, or no range at all: the whole."""
        for header in (
            b"bytes=5-2", b"bytes=--5", b"bytes=-", b"bytes=a-b", b"bytes=0-1,5-6", b"bytes=0-,0-",
            b"lines=0-1", b"", b"bytes", b"bytes=", b"bytes=1", b"bytes=+1-2", b"bytes=1-2-3",
            b"bytes=0x1-2", b"bytes=1 - 2", b"bytes=" + b",".join([b"0-"] * 2500), "bytes=\u0661-".encode(),
            b"bytes=1-2\n",
        ):  # fmt: skip
            self.assertIsNone(parse_range(header, 10000), header[:40])

    def test_F54_huge(self) -> None:
        """Numbers beyond all lengths are read as that, however long they are."""
        for huge in (b"%d" % 2**63, b"%d" % 2**64, b"9" * 8000):
            self.assertEqual(parse_range(b"bytes=" + huge + b"-", 100), UNSATISFIABLE)
            self.assertEqual(parse_range(b"bytes=5-" + huge, 100), (5, 100))
            self.assertEqual(parse_range(b"bytes=-" + huge, 100), (0, 100))
        self.assertEqual(parse_range(b"bytes=" + b"0" * 8000 + b"1-2", 100), (1, 3))

    def test_nothing(self) -> None:
        """Of no bytes there is no part."""
        self.assertEqual(parse_range(b"bytes=0-", 0), UNSATISFIABLE)
        self.assertEqual(parse_range(b"bytes=0-5", 0), UNSATISFIABLE)
        self.assertIsNone(parse_range(b"bytes=-5", 0))

    @given(LENGTHS, LENGTHS, LENGTHS)
    def test_first_and_last(self, first: int, last: int, length: int) -> None:
        """Exactly the bytes that there are between the two."""
        span = parse_range(b"bytes=%d-%d" % (first, last), length)
        if last < first:
            self.assertIsNone(span)
        elif first >= length:
            self.assertEqual(span, UNSATISFIABLE)
        else:
            self.assertEqual(span, (first, min(last + 1, length)))

    @given(st.one_of(st.binary(max_size=30), st.from_regex(rb"bytes=[-0-9,]{0,30}", fullmatch=True)), LENGTHS)
    def test_always_within(self, header: bytes, length: int) -> None:
        """Whatever is sent: nothing, or a part that exists and is not empty."""
        span = parse_range(header, length)
        if span not in (None, UNSATISFIABLE):
            assert span is not None
            self.assertTrue(0 <= span[0] < span[1] <= length, span)
