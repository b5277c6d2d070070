"""One value, one spelling; everything else is refused in one line."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.codes import Code
from p2pstream.content.bencode import Value, decode, encode
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS

plain = st.one_of(st.integers(-(2**63), 2**63 - 1), st.binary(max_size=40))
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.binary(max_size=9), inner, max_size=5),
    max_leaves=20,
)

GOOD: dict[bytes, Value] = {
    b"i0e": 0,
    b"i-1e": -1,
    b"i9223372036854775807e": 2**63 - 1,
    b"i-9223372036854775808e": -(2**63),
    b"0:": b"",
    b"3:i1e": b"i1e",
    b"le": [],
    b"de": {},
    b"d0:i1e1:a0:e": {b"": 1, b"a": b""},
    b"d1:Ai1e1:ai2e2:aai3ee": {b"A": 1, b"a": 2, b"aa": 3},
}
BAD = [
    b"",
    b"e",
    b"x",
    b"n",
    # numbers
    b"i",
    b"ie",
    b"i1",
    b"i-0e",
    b"i00e",
    b"i01e",
    b"i-01e",
    b"i+1e",
    b"i 1e",
    b"i1 e",
    b"i1.0e",
    b"i1_0e",
    b"iNaNe",
    b"i1e999e",
    "i٣e".encode(),
    b"i9223372036854775808e",
    b"i-9223372036854775809e",
    b"i" + b"9" * 5000 + b"e",
    # strings
    b"1",
    b"1:",
    b"2:a",
    b"01:a",
    b"-1:",
    b"+1:a",
    b" 1:a",
    b"1 :a",
    b"9999999999:a",
    b"9" * 5000 + b":a",
    # lists and dictionaries
    b"l",
    b"li1e",
    b"d",
    b"d1:a",
    b"d1:ae",
    b"d1:ai1e",
    b"di1ei1ee",
    b"dli1eei1ee",
    b"d1:bi1e1:ai1ee",
    b"d1:ai1e1:ai1ee",
    b"d2:aai1e1:ai1ee",
    # something behind
    b"i1ei1e",
    b"dee",
    b"i1e\n",
    b"0:\0",
]


def told(raw: bytes) -> str | None:
    """What is said of ``raw``; None if it is a value."""
    try:
        decode(raw)
    except PeerError as fault:
        assert fault.code == Code.BAD_MESSAGE
        return str(fault)
    return None


class SpellingTests(SynchronousTestCase):
    """What is written, what is read."""

    def test_good(self) -> None:
        """Each value and its spelling, both ways."""
        for raw, value in GOOD.items():
            self.assertEqual(decode(raw), value)
            self.assertEqual(encode(value), raw)

    def test_F38_bad(self) -> None:
        """Every other spelling that some reader takes is refused, in one short printable line."""
        for raw in BAD:
            said = told(raw)
            self.assertTrue(said and said.isprintable() and len(said) < 120, raw[:40])

    def test_no_spelling(self) -> None:
        """What has no spelling is a bug of ours, `True` and text included."""
        cycle: list[Value] = []
        cycle.append(cycle)
        for value in (
            True,
            None,
            1.0,
            "text",
            (1,),
            bytearray(b"a"),
            {"a": 1},
            {1: 1},
            2**63,
            -(2**63) - 1,
            cycle,
        ):
            self.assertRaises(ValueError, encode, value)

    @given(values)
    def test_there_and_back(self, value: Value) -> None:
        """What was written is read as it was."""
        self.assertEqual(decode(encode(value)), value)

    @given(values, st.data())
    def test_F35_cut_or_changed(self, value: Value, data: st.DataObject) -> None:
        """A cut spelling is none, and a changed one is none or is that of another value."""
        raw = encode(value)
        place = data.draw(st.integers(0, len(raw) - 1))
        self.assertTrue(told(raw[:place]))
        changed = bytearray(raw)
        changed[place] ^= data.draw(st.integers(1, 255))
        if told(bytes(changed)) is None:
            self.assertEqual(encode(decode(bytes(changed))), changed)

    @given(st.binary(max_size=60) | st.text("ilde0123456789:-", max_size=60).map(str.encode))
    @example(b"d1:ad1:bd1:cl0:eeee")
    def test_F37_any_bytes(self, raw: bytes) -> None:
        """Any bytes are refused, or are the one spelling of what they say."""
        if told(raw) is None:
            self.assertEqual(encode(decode(raw)), raw)


class BoundTests(SynchronousTestCase):
    """At each bound, and one past it, both ways."""

    def test_bytes(self) -> None:
        """16 KiB in all; or what the caller says."""
        for most, head in ((None, 6), (100, 3)):
            size = most or LIMITS.bencode_bytes
            fits = b"x" * (size - head)
            self.assertEqual(decode(encode(fits, most_bytes=most), most_bytes=most), fits)
            self.assertRaises(ValueError, encode, fits + b"x", most_bytes=most)
            raw = encode(fits + b"x", most_bytes=2 * size)
            self.assertIn("are the most", str(self.assertRaises(PeerError, decode, raw, most_bytes=most)))

    def test_F38_depth(self) -> None:
        """Eight levels; ten thousand do not overflow anything."""
        for left, right in ((b"l", b"e"), (b"d1:a", b"e")):
            middle, most = b"i1e", LIMITS.bencode_depth
            self.assertIsNone(told(left * most + middle + right * most))
            for depth in (most + 1, 1000, 3000):
                self.assertIn("deeper", told(left * depth + middle + right * depth) or "")
        deep: Value = 1
        for _ in range(LIMITS.bencode_depth):
            deep = [deep]
        self.assertEqual(decode(encode(deep)), deep)
        self.assertRaises(ValueError, encode, [deep])

    def test_items(self) -> None:
        """1,024 within others, wherever they are."""
        fits: Value = [[0] * 511, {b"%04d" % number: 0 for number in range(511)}]
        self.assertEqual(decode(encode(fits)), fits)
        fits[0].append(0)
        self.assertRaises(ValueError, encode, fits)
        raw = encode(fits, limits=replace(LIMITS, bencode_items=1025))
        self.assertIn("1024 items", told(raw) or "")

    def test_F35_nothing_is_made_on_a_strangers_word(self) -> None:
        """A length is believed only as far as there are bytes."""
        self.assertIn("within a string", told(b"999999999:") or "")
