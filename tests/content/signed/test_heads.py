"""Heads: what is signed, what is read, and what is none."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.hashes.slices import subtrees
from p2pstream.content.hls import SegmentStart
from p2pstream.content.keys import FileKey
from p2pstream.content.signed.heads import HEAD_MOST, Head, leaf_number, split_number
from p2pstream.content.signing import Identity
from p2pstream.content.units import LEAF, ZERO_HASH
from p2pstream.errors import BadHead
from p2pstream.limits import LIMITS
from tests.content.broadcasts import BEGAN, CHANNEL, OTHER, Signed
from tests.sources import TESTS

VECTORS = json.loads((TESTS / "vectors" / "live.json").read_text("utf-8"))


def head(**changed: Any) -> Head:
    """A head of two leaves that is not signed."""
    plain = Head(1, 3, 6, 2, BEGAN, 100, -1, b"p" * 32, b"r" * 32)
    return replace(plain, **changed)


def sound(first: int, count: int, **changed: Any) -> Head:
    """One that has as many roots as it must have."""
    return head(first=first, count=count, roots=b"r" * 32 * len(subtrees(first, count)), **changed)


class FormTests(SynchronousTestCase):
    """Byte by byte."""

    def test_vectors(self) -> None:
        """Each is signed, read, and written again as it stands there."""
        channel = Identity(bytes.fromhex(VECTORS["seed"]))
        self.assertEqual(channel.id.hex(), VECTORS["public"])
        self.assertGreaterEqual(len(VECTORS["heads"]), 6)
        for vector in VECTORS["heads"]:
            raw = bytes.fromhex(vector["raw"])
            read = Head.decode(raw)
            read.check(channel.id)
            said = {name: getattr(read, name) for name in vector["fields"]}
            said |= {name: value.hex() for name, value in said.items() if isinstance(value, bytes)}
            if read.final is not None:
                said["final"] = [read.final.length, read.final.root.hex()]
            self.assertEqual(said, vector["fields"], vector["head"])
            self.assertEqual(replace(read, raw=b"").signed(channel).raw, raw)

    def test_by_hand(self) -> None:
        """As the table says, field by field."""
        signed = head(rap=5, discontinuity=True).signed(CHANNEL)
        body = struct.pack(">BBIQQHQIi", 1, 3, 1, 3, 6, 2, BEGAN, 100, 5) + b"p" * 32 + b"\1" + b"r" * 32
        self.assertEqual(signed.raw, body + CHANNEL.sign("head", body))

    def test_a_segment(self) -> None:
        """It stands behind the roots, before the end; heads in which none begins are as they were."""
        start = SegmentStart(9, 1_800_000_000, 7, 2000)
        signed = head(segment=start, final=FileKey(b"f" * 32, 8 * LEAF)).signed(CHANNEL)
        body = struct.pack(">BBIQQHQIi", 1, 20, 1, 3, 6, 2, BEGAN, 100, -1) + b"p" * 32 + b"\1" + b"r" * 32
        body += start.encode() + struct.pack(">Q", 8 * LEAF) + b"f" * 32
        self.assertEqual(signed.raw, body + CHANNEL.sign("head", body))
        self.assertEqual(Head.decode(signed.raw), signed)
        self.assertRaises(BadHead, Head.decode, body[: -40 - 1] + CHANNEL.sign("head", body))

    @given(
        first=st.integers(0, (1 << 32) - 257),
        count=st.integers(0, 256),
        seq=st.integers(1, 1 << 62),
        captured=st.integers(0, 1 << 62),
        broken=st.booleans(),
    )
    def test_round(self, first: int, count: int, seq: int, captured: int, broken: bool) -> None:
        """What was signed is read."""
        signed = sound(first, count, seq=seq, captured_ms=captured, discontinuity=broken).signed(CHANNEL)
        read = Head.decode(signed.raw)
        self.assertEqual(read, signed)
        read.check(CHANNEL.id)
        self.assertLessEqual(len(signed.raw), HEAD_MOST)

    @given(st.binary(max_size=800))
    def test_garbage(self, raw: bytes) -> None:
        """Is refused in one line."""
        fault = self.assertRaises(BadHead, Head.decode, raw)
        self.assertTrue(str(fault).isprintable())

    def test_every_byte_counts(self) -> None:
        """A head with one byte changed, or cut anywhere, is none, or was not signed by the channel."""
        raw = head().signed(CHANNEL).raw
        for place in range(len(raw)):
            self.assertRaises(BadHead, Head.decode, raw[:place])
            changed = bytearray(raw)
            changed[place] ^= 0x40
            with self.assertRaises(BadHead):
                Head.decode(bytes(changed)).check(CHANNEL.id)
        self.assertRaises(BadHead, Head.decode, raw + b"\0")

    def test_F46_another_channel(self) -> None:
        """What another key signed is no head of this channel."""
        signed = Head.decode(head().signed(OTHER).raw)
        fault = self.assertRaises(BadHead, signed.check, CHANNEL.id)
        self.assertEqual(fault.code, 11)


class FieldTests(SynchronousTestCase):
    """What each field may be, at its bound and one past it."""

    def both(self, good: Head, bad: Head) -> None:
        """The first is signed and read, the second neither."""
        self.assertEqual(Head.decode(good.signed(CHANNEL).raw).place, good.place)
        self.assertRaises(BadHead, bad.signed, CHANNEL)
        body = bad._body()
        self.assertRaises(BadHead, Head.decode, body + CHANNEL.sign("head", body))

    def test_leaves(self) -> None:
        """256 in a slice, and 2^32 in an epoch."""
        self.both(sound(0, LIMITS.live_slice_leaves), sound(0, LIMITS.live_slice_leaves + 1))
        self.both(sound((1 << 32) - 2, 2), sound((1 << 32) - 1, 2))

    def test_roots(self) -> None:
        """As many as the slice has subtrees."""
        self.both(sound(5, 6), head(first=5, count=6, roots=b"r" * 96))
        self.both(sound(5, 0), head(first=5, count=0, roots=b"r" * 32))

    def test_where_to_begin(self) -> None:
        """Within the slice, or nowhere."""
        self.both(head(rap=2 * LEAF - 1), head(rap=2 * LEAF))
        self.both(head(rap=-1), head(rap=-2))
        self.both(sound(6, 0), sound(6, 0, rap=0))

    def test_where_a_segment_begins(self) -> None:
        """Within the slice, and its numbers have 32 bits."""
        start = SegmentStart(2 * LEAF - 1, 1, 1, 1)
        self.both(head(segment=start), head(segment=replace(start, byte=2 * LEAF)))
        self.assertRaises(BadHead, head(segment=replace(start, number=1 << 32)).signed, CHANNEL)
        self.assertRaises(BadHead, sound(6, 0, segment=replace(start, byte=0)).signed, CHANNEL)

    def test_the_first(self) -> None:
        """Begins at leaf 0."""
        self.both(sound(0, 2, seq=0), sound(2, 2, seq=0))

    def test_the_last(self) -> None:
        """Has the length and the root of all; only then is its last leaf short."""
        root = b"r" * 32
        self.both(head(final=FileKey(root, 7 * LEAF + 1)), head(final=FileKey(root, 7 * LEAF)))
        self.both(head(final=FileKey(root, 8 * LEAF)), head(final=FileKey(root, 8 * LEAF + 1)))
        self.both(sound(8, 0, final=FileKey(root, 8 * LEAF)), sound(8, 0, final=FileKey(root, 8 * LEAF - 1)))
        self.both(sound(0, 0, final=FileKey(ZERO_HASH, 0)), sound(0, 0, final=FileKey(root, 1)))

    def test_numbers(self) -> None:
        """Small enough for everybody's integers."""
        self.both(head(seq=(1 << 63) - 1), head(seq=1 << 63))
        self.both(head(captured_ms=(1 << 63) - 101), head(captured_ms=(1 << 63) - 100))

    def test_flags(self) -> None:
        """Those that say what the fields say, and no others; and version 1."""
        raw = bytearray(head().signed(CHANNEL).raw)
        for place, value in ((0, 2), (1, 0x10), (1, 1), (1, 8)):
            changed = bytearray(raw)
            changed[place] = value
            self.assertRaises(BadHead, Head.decode, bytes(changed))


class SliceTests(SynchronousTestCase):
    """What a head says of its leaves."""

    def test_lengths(self) -> None:
        """Only the last leaf of all may be short."""
        signed = Signed()
        signed.slice(3)
        final = signed.final(2, short=LEAF - 1)
        self.assertEqual((final.first, final.stop, final.length), (3, 5, LEAF + 1))
        self.assertEqual([final.leaf_bytes(leaf) for leaf in (3, 4)], [LEAF, 1])
        self.assertEqual(signed.heads[0].length, 3 * LEAF)

    def test_numbers_of_leaves(self) -> None:
        """An epoch and a place."""
        self.assertEqual(split_number(leaf_number(7, 9)), (7, 9))
        self.assertEqual(leaf_number(1, 0), 1 << 32)
