"""Keys: one spelling each, in bytes and in text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.keys import (
    FileKey,
    LiveKey,
    check_key,
    decode_key,
    from_base32,
    key_bytes,
    parse_key,
    to_base32,
)
from p2pstream.content.signing import Identity
from p2pstream.content.units import LEAF, UNIT, ZERO_HASH
from p2pstream.errors import BadKey
from p2pstream.limits import LIMITS

ROOT = bytes(range(1, 33))
PUBLIC = Identity(b"x" * 32).id
SPELT = "aebagbafaydqqcikbmga2dqpcaireeyuculbogazdinryhi6d4qa"

roots = st.binary(min_size=32, max_size=32).filter(any)
lengths = st.integers(1, 2**48) | st.integers(1, 20 * UNIT)
file_keys = st.builds(FileKey, roots, lengths) | st.just(FileKey(ZERO_HASH, 0))
_EDGES = (0, LIMITS.stream_bytes, LIMITS.stream_bytes + 1, 2**64 - 1)
live_keys = st.binary(min_size=32, max_size=32).map(lambda seed: LiveKey(Identity(seed).id))


class FileKeyTests(SynchronousTestCase):
    """A root and a length."""

    def test_spelling(self) -> None:
        """As the protocol's page has it."""
        key = FileKey(ROOT, 258)
        self.assertEqual(key.encode(), b"\x01" + ROOT + b"\0\0\0\0\0\0\x01\x02")
        self.assertEqual(key.text, f"p2ps:f-{SPELT}-258")
        self.assertEqual(str(key), key.text)

    def test_stem(self) -> None:
        """Files are named after a key, and tell it; what else may lie there tells none."""
        key = FileKey(ROOT, 258)
        self.assertEqual((key.stem, FileKey.of_stem(key.stem)), (f"{SPELT}-258", key))
        for stem in ("", SPELT, f"{SPELT}-0258", f"l-{SPELT}", key.text):
            self.assertRaises(BadKey, FileKey.of_stem, stem)

    def test_one_value(self) -> None:
        """Keys compare, sort and hash as values do."""
        self.assertEqual(len({FileKey(ROOT, 1), FileKey(ROOT, 1), FileKey(ROOT, 2)}), 2)
        self.assertLess(FileKey(ROOT, 1), FileKey(ROOT, 2))

    def test_empty(self) -> None:
        """An empty file has a key, with nothing in it."""
        key = FileKey(ZERO_HASH, 0)
        self.assertEqual((key.leaves, key.units, key.height, key.unit_layer), (0, 0, 0, 0))
        self.assertEqual(decode_key(key.encode()), key)
        self.assertRaises(IndexError, key.unit_span, 0)

    def test_sizes(self) -> None:
        """Leaves, units, height and unit layer, around every step."""
        sizes = {
            1: (1, 1, 0, 0),
            LEAF: (1, 1, 0, 0),
            LEAF + 1: (2, 1, 1, 1),
            2 * LEAF: (2, 1, 1, 1),
            2 * LEAF + 1: (3, 1, 2, 2),
            UNIT: (4, 1, 2, 2),
            UNIT + 1: (5, 2, 3, 2),
            2 * UNIT: (8, 2, 3, 2),
            2 * UNIT + 1: (9, 3, 4, 2),
            2**48: (2**34, 2**32, 34, 2),
        }
        for length, expected in sizes.items():
            key = FileKey(ROOT, length)
            self.assertEqual((key.leaves, key.units, key.height, key.unit_layer), expected, length)

    @given(lengths)
    def test_units_are_the_file(self, length: int) -> None:
        """The spans of the first units and the last one touch, and end where the file ends."""
        key = FileKey(ROOT, length)
        self.assertEqual(key.unit_span(0)[0], 0)
        self.assertEqual(key.unit_span(key.units - 1)[1], length)
        if key.units > 1:
            self.assertEqual(key.unit_span(0)[1], key.unit_span(1)[0])
        self.assertEqual(key.span(0, key.units), (0, length))
        self.assertEqual(key.span(key.units - 1, key.units + 1), key.unit_span(key.units - 1))
        for number in (-1, key.units):
            self.assertRaises(IndexError, key.unit_span, number)

    def test_F35_lies(self) -> None:
        """Lengths that no file has, and roots that do not go with them, are no keys."""
        self.assertEqual(FileKey(ROOT, LIMITS.stream_bytes).length, 2**48)
        for root, length, why in (
            (ROOT, 2**48 + 1, "281474976710657"),
            (ROOT, 2**63, "length"),
            (ROOT, 10**5000, "64 bits"),
            (ROOT, -1, "-1"),
            (ROOT, 0, "together"),
            (ZERO_HASH, 1, "together"),
            (ROOT[:-1], 1, "31"),
            (ROOT + b"\0", 1, "33"),
            (b"", 0, "root"),
        ):
            self.assertIn(why, str(self.assertRaises(BadKey, FileKey, root, length)))


class LiveKeyTests(SynchronousTestCase):
    """A public key."""

    def test_spelling(self) -> None:
        """As the protocol's page has it."""
        key = LiveKey(PUBLIC)
        self.assertEqual(key.encode(), b"\x02" + PUBLIC)
        self.assertEqual(str(key), "p2ps:l-" + to_base32(PUBLIC))
        self.assertNotEqual(parse_key(key.text), FileKey(PUBLIC, 1))

    def test_small_order(self) -> None:
        """A key that everybody can sign for is nobody's broadcast."""
        for second in (0, 1):
            public = second.to_bytes(32, "little")
            self.assertRaises(BadKey, LiveKey, public)
            self.assertRaises(BadKey, decode_key, b"\x02" + public)
            self.assertRaises(BadKey, parse_key, "p2ps:l-" + to_base32(public))


class ReadingTests(SynchronousTestCase):
    """From bytes, and from text."""

    @given(file_keys | live_keys)
    def test_there_and_back(self, key: FileKey | LiveKey) -> None:
        """Both spellings are read as they were written."""
        self.assertEqual(decode_key(key.encode()), key)
        self.assertEqual(parse_key(key.text), key)

    @given(file_keys | live_keys)
    def test_one_spelling(self, key: FileKey | LiveKey) -> None:
        """Of the 32 last characters that a root could end in, one is right; one more or less is none."""
        at = len("p2ps:f-") + 51
        for character in "abcdefghijklmnopqrstuvwxyz234567":
            text = key.text[:at] + character + key.text[at + 1 :]
            try:
                self.assertEqual(parse_key(text).text, text)
            except BadKey:
                self.assertNotEqual(text, key.text)
        sixteen = "abcdefghijklmnopqrstuvwxyz234567"
        place = sixteen.index(key.text[at])
        for spare in range(1, 16):
            text = key.text[:at] + sixteen[place | spare] + key.text[at + 1 :]
            self.assertIn("mean nothing", str(self.assertRaises(BadKey, parse_key, text)))

    def test_length_by_the_first_byte(self) -> None:
        """Who reads a key out of a message knows where it ends."""
        for key in (FileKey(ROOT, 5), LiveKey(PUBLIC)):
            self.assertEqual(key_bytes(key.encode()[0]), len(key.encode()))
        self.assertEqual([key_bytes(first) for first in range(256) if first not in (1, 2)], [0] * 254)

    def test_bytes_that_are_no_key(self) -> None:
        """Reserved kinds, and lengths that do not go with them."""
        good = FileKey(ROOT, 5).encode()
        for raw in (
            b"",
            b"\x00" + good[1:],
            b"\x03" + good[1:],
            b"\xff" + good[1:],
            b"\x02" + good[1:],
            good[:-1],
            good + b"\0",
            b"\x01" + PUBLIC,
            b"\x02" + PUBLIC[:-1],
            bytes(41),
        ):
            self.assertRaises(BadKey, decode_key, raw)

    @given(st.binary(max_size=60), roots | st.just(ZERO_HASH), lengths | st.sampled_from(_EDGES))
    def test_checked_as_read(self, raw: bytes, root: bytes, length: int) -> None:
        """What is checked without being made passes where it can be made, and nowhere else."""
        for spelt in (raw, b"\x02" + raw, b"\x02" + PUBLIC, b"\x01" + root + length.to_bytes(8, "big")):
            try:
                decode_key(spelt)
            except BadKey as fault:
                self.assertEqual(str(self.assertRaises(BadKey, check_key, spelt)), str(fault))
            else:
                check_key(spelt)

    def test_text_that_is_no_key(self) -> None:
        """Other spellings, other kinds, other lengths; all in one short printable line."""
        for text in (
            "",
            "p2ps:",
            f"p2ps:f-{SPELT}",
            f"p2ps:f-{SPELT}-",
            f"p2ps:f-{SPELT}-0",
            f"p2ps:f-{SPELT}-01",
            f"p2ps:f-{SPELT}-+1",
            f"p2ps:f-{SPELT}--1",
            f"p2ps:f-{SPELT}-٣",
            f"p2ps:f-{SPELT}-1\n",
            f" p2ps:f-{SPELT}-1",
            f"p2ps:f-{SPELT}-281474976710657",
            f"p2ps:f-{SPELT}-99999999999999999999",
            f"p2ps:f-{SPELT}-{'9' * 5000}",
            f"p2ps:f-{SPELT.upper()}-1",
            f"P2PS:f-{SPELT}-1",
            f"p2ps:g-{SPELT}-1",
            f"p2ps:l-{SPELT}-1",
            f"p2ps:f-{SPELT[:-1]}-1",
            f"p2ps:f-{SPELT}a-1",
            f"p2ps:f-{SPELT[:-1]}1-1",
            f"p2ps:f-{SPELT[:-1]}=-1",
            f"p2ps:f-{'a' * 52}-1",
            "p2ps:f-" + "a" * 1_000_000,
        ):
            said = str(self.assertRaises(BadKey, parse_key, text))
            self.assertTrue(said.isprintable() and len(said) < 250, text[:80])

    @given(st.binary(max_size=60))
    def test_F37_any_bytes(self, raw: bytes) -> None:
        """Any bytes are a key's one spelling, or none."""
        for spelt in (raw, b"\x01" + raw[:32].ljust(32) + b"\0" + raw[32:39].ljust(7), b"\x02" + raw):
            try:
                self.assertEqual(decode_key(spelt).encode(), spelt)
            except BadKey as fault:
                self.assertTrue(str(fault).isprintable())

    def test_base32(self) -> None:
        """52 characters for 32 bytes, and nothing else."""
        self.assertEqual(from_base32(SPELT), ROOT)
        for text in ("", SPELT[:-1], SPELT + "a", SPELT.upper(), "\n" * 52):
            self.assertRaises(BadKey, from_base32, text)
