"""AMF0: values there and back, and what is none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.rtmp.amf import decode, encode

PLAIN = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=50)
FIELDS = st.dictionaries(st.text(min_size=1, max_size=10), PLAIN, max_size=5)


class AmfTests(SynchronousTestCase):
    """Values of commands."""

    @given(st.lists(PLAIN | FIELDS, max_size=6))
    def test_there_and_back(self, values: list[object]) -> None:
        """What is written is read again."""
        self.assertEqual(decode(encode(*values)), values)

    def test_by_hand(self) -> None:
        """As the specification's figures have them."""
        raw = b"\2\0\7connect\0\x3f\xf0\0\0\0\0\0\0\3\0\3app\2\0\4live\0\0\x09"
        self.assertEqual(encode("connect", 1, {"app": "live"}), raw)
        self.assertEqual(decode(raw), ["connect", 1.0, {"app": "live"}])

    def test_kinds_that_are_only_read(self) -> None:
        """A mapped array, a list, a date, long text, undefined."""
        raw = (
            b"\x08\0\0\0\1\0\1a\1\1\0\0\x09"
            + b"\x0a\0\0\0\2\1\0\5"
            + b"\x0b"
            + bytes(10)
            + b"\x0c\0\0\0\2hi\6"
        )
        self.assertEqual(decode(raw), [{"a": True}, [False, None], 0.0, "hi", None])

    def test_bounds(self) -> None:
        """As many values and levels as may be; one more is refused."""
        decode(encode(*[None] * LIMITS.rtmp_values))
        self.assertRaises(PeerError, decode, encode(*[None] * (LIMITS.rtmp_values + 1)))
        nested = None
        for _ in range(LIMITS.rtmp_depth):
            nested = {"in": nested}  # type: ignore[assignment]
        decode(encode(nested))
        self.assertRaises(PeerError, decode, encode({"in": nested}))

    def test_promises(self) -> None:
        """A list that says it has a billion values costs nothing."""
        self.assertRaises(PeerError, decode, b"\x0a\x40\0\0\0\5\5")

    @given(st.binary(max_size=80))
    def test_anything(self, raw: bytes) -> None:
        """Values, or a line for people."""
        try:
            decode(raw)
        except PeerError as fault:
            self.assertTrue(str(fault).isprintable())

    def test_cut_anywhere(self) -> None:
        """What ends too soon is told from what is whole."""
        raw = encode("publish", {"app": "live"})
        for end in range(1, len(raw)):
            if end != len(encode("publish")):
                self.assertRaises(PeerError, decode, raw[:end])
