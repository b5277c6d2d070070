"""Every message: its worked example, its bounds, and what it may not be."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401
from p2pstream.codes import Code
from p2pstream.content import bencode
from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey, parse_key
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.native import messages as say

VECTORS = Path(__file__).parents[2] / "vectors" / "native.json"
EXAMPLES: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))["messages"]
KEY = FileKey(bytes(range(32)), 1_000_000)

U8, U16, U32, U64 = (st.integers(0, 2**bits - 1) for bits in (8, 16, 32, 64))
COUNTS = st.integers(1, 256)
NAMES = st.binary(min_size=1, max_size=32)
RANGES = st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 1000)), max_size=20).map(
    lambda gaps: tuple(
        (sum(sum(gap) for gap in gaps[:place]) + gaps[place][0], gaps[place][1]) for place in range(len(gaps))
    )
)
MESSAGES: st.SearchStrategy[say.Message] = st.one_of(
    st.builds(say.Open, st.just(KEY), st.just(True), st.booleans(), st.booleans()),
    st.builds(
        say.Opened, st.just("video/mp4"), st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1), st.booleans()
    ),
    st.builds(
        say.Introduce,
        st.lists(st.binary(max_size=99), max_size=9).map(tuple),
        st.lists(st.builds(Address, st.just("192.0.2.7"), st.integers(1, 65535)), max_size=9).map(tuple),
    ),
    st.builds(say.Close, U8),
    st.builds(say.MetaGet, NAMES, U16),
    st.builds(say.Meta, NAMES, st.integers(0, 9), st.integers(10, 20), st.binary(min_size=1, max_size=99)),
    st.builds(
        say.Have,
        st.sampled_from([say.HaveMode.ADD, say.HaveMode.REPLACE, say.HaveMode.REMOVE, say.HaveMode.SOON]),
        RANGES,
    ),
    st.builds(say.Have, st.sampled_from([say.HaveMode.ALL, say.HaveMode.NONE])),
    st.binary(min_size=1, max_size=99).flatmap(
        lambda bits: st.builds(
            say.Have, st.just(say.HaveMode.BITMAP), st.just(()), U32, st.just(8 * len(bits)), st.just(bits)
        )
    ),
    st.builds(say.Want, st.integers(0, 1), U32, U64),
    st.builds(say.Credit, U16, U8, U16),
    st.builds(say.Request, st.integers(1, 2**32 - 1), U64, COUNTS, st.integers(0, 3), U32),
    st.builds(say.Cancel, U32, U64, U16),
    st.builds(say.Reject, U32, U64, st.integers(1, 2**16 - 1), U8),
    st.builds(say.HashRequest, U8, U64, U16, U8),
    st.builds(say.HashReject, U8, U64, U16, U8, U8),
    st.builds(
        say.Hashes, st.tuples(U8, U64, U16, U8), st.integers(0, 9).map(lambda count: bytes(32 * count))
    ),
)


def value(name: str, written: Any) -> tuple[str, Any]:
    """A field as an example has it."""
    if name.endswith("_hex"):
        return name.removesuffix("_hex"), bytes.fromhex(written)
    if name == "tickets":
        return name, tuple(map(bytes.fromhex, written))
    if name == "dropped":
        return name, tuple(Address.parse(each, 1) for each in written)
    if name == "key":
        return name, parse_key(written)
    if name == "mode":
        return name, say.HaveMode(written)
    if isinstance(written, list):
        return name, tuple(tuple(item) if isinstance(item, list) else item for item in written)
    return name, written


class VectorTests(SynchronousTestCase):
    """The worked examples, from which the page of the protocol is checked."""

    def test_every_example(self) -> None:
        """The fields make the bytes, and the bytes make the fields."""
        kinds = {kind.__name__: kind for kind in say.TABLE.values()}
        for example in EXAMPLES:
            body = bytes.fromhex(example["body_hex"])
            if example["name"] == "Data":
                self.assertEqual(say.DATA_HEAD.unpack(body[:12]), (example["fields"]["rid"], 0))
                continue
            kind = kinds[example["name"]]
            message = kind(**dict(value(*field) for field in example["fields"].items()))
            self.assertEqual(message.pack(), body, example["name"])
            self.assertEqual(say.decode(int(example["type"], 16), body), message)
            self.assertEqual((kind.sender, kind.most), (example["sender"], example["most"]))

    def test_every_message_has_one(self) -> None:
        """No type is without an example, and none has a ceiling of its own."""
        self.assertEqual({int(example["type"], 16) for example in EXAMPLES}, set(say.CEILINGS))
        self.assertEqual({example["most"] for example in EXAMPLES}, set(say.CEILINGS.values()))
        self.assertTrue(all(0x10 <= type < 0x60 for type in say.CEILINGS))

    def test_ceilings(self) -> None:
        """Units have 4 MiB and their head, everything else 64 KiB at most."""
        self.assertEqual(say.CEILINGS[say.DATA], 12 + (4 << 20))
        self.assertLessEqual(max(kind.most for kind in say.TABLE.values()), 65_536)


class RoundTripTests(SynchronousTestCase):
    """What is written is read, and nothing else is."""

    @given(MESSAGES)
    def test_round_trip(self, message: say.Message) -> None:
        """Each message is what its own bytes say."""
        body = message.pack()
        self.assertLessEqual(len(body), message.most)
        self.assertEqual(say.decode(message.type, body), message)

    @given(MESSAGES)
    def test_F36_cut_or_longer(self, message: say.Message) -> None:
        """No other length is taken for it: it is refused, or means something else."""
        body = message.pack()
        for wrong in [body[:length] for length in range(len(body))] + [body + b"\0"]:
            try:
                other = say.decode(message.type, wrong)
            except PeerError as fault:
                self.assertIn(fault.code, (Code.BAD_FRAME, Code.BAD_MESSAGE))
                self.assertTrue(str(fault).isprintable(), ascii(fault))
            else:
                self.assertNotEqual(other, message)

    @given(st.sampled_from(sorted(say.TABLE)), st.binary(max_size=200))
    def test_F37_any_bytes(self, type: int, body: bytes) -> None:
        """They are refused in a line that can be printed, or have just this spelling."""
        try:
            message = say.decode(type, body)
        except PeerError as fault:
            self.assertTrue(str(fault).isprintable(), ascii(fault))
        else:
            if not isinstance(message, say.Open | say.Opened | say.Introduce):
                self.assertEqual(message.pack(), body)


def refuses(test: SynchronousTestCase, message: say.Message, code: Code = Code.BAD_MESSAGE) -> None:
    """What this would say is not understood."""
    fault = test.assertRaises(PeerError, say.decode, message.type, message.pack())
    test.assertEqual(fault.code, code, str(fault))


class BoundTests(SynchronousTestCase):
    """On either side of every bound."""

    def test_F35_requests(self) -> None:
        """A number that is not 0, 1 to 256 units, an urgency of 0 to 3."""
        for good in (say.Request(1, 0, 1), say.Request(2**32 - 1, 2**64 - 1, 256, 3, 0)):
            self.assertEqual(say.decode(good.type, good.pack()), good)
        for bad in (
            say.Request(0, 0, 1),
            say.Request(1, 0, 0),
            say.Request(1, 0, 257),
            say.Request(1, 0, 1, 4),
        ):
            refuses(self, bad)

    def test_F35_ranges(self) -> None:
        """1,024 that ascend, none of them empty, none twice."""
        many = tuple((2 * number, 1) for number in range(1025))
        good = say.Have(say.HaveMode.ADD, many[:1024])
        self.assertEqual(say.decode(good.type, good.pack()), good)
        for ranges in (many, ((5, 1), (3, 1)), ((3, 2), (4, 1)), ((3, 0),)):
            refuses(self, say.Have(say.HaveMode.ADD, ranges))

    def test_F35_bitmaps(self) -> None:
        """1 to 65,536 bits, as many bytes as they need, nothing behind the last."""
        for bits, bitmap in ((65_536, bytes(8192)), (1, b"\x80"), (9, b"\xff\x80")):
            good = say.Have(say.HaveMode.BITMAP, (), 7, bits, bitmap)
            self.assertEqual(say.decode(good.type, good.pack()), good)
        for bits, bitmap in ((65_537, bytes(8193)), (0, b""), (9, b"\xff"), (8, b"\xff\x80")):
            refuses(self, say.Have(say.HaveMode.BITMAP, (), 7, bits, bitmap), Code.BAD_FRAME)
        refuses(self, say.Have(say.HaveMode.BITMAP, (), 7, 9, b"\xff\x40"))

    def test_F35_modes(self) -> None:
        """Seven of them."""
        for body in (b"\x07", b"\xff", b""):
            fault = self.assertRaises(PeerError, say.decode, say.Have.type, body)
            self.assertEqual(fault.code, Code.BAD_MESSAGE)

    def test_F43_introductions(self) -> None:
        """As many as may be, with the longest tickets, and not one more; nothing that is no address."""
        most, long = LIMITS.exchange_peers, b"t" * LIMITS.ticket_bytes
        far = Address("2001:1db8:1111:2222:3333:4444:5555:6666", 65535)
        good = say.Introduce((long,) * most, (far,) * most)
        self.assertEqual(say.decode(good.type, good.pack()), good)
        refuses(self, say.Introduce((b"t",) * (most + 1)))
        refuses(self, say.Introduce((), (far,) * (most + 1)))
        for said in ([], {b"tk": 1}, {b"tk": [1]}, {b"d": [b"film.example:1"]}, {b"d": [b"192.0.2.7"]}):
            fault = self.assertRaises(PeerError, say.decode, say.Introduce.type, bencode.encode(said))
            self.assertEqual(fault.code, Code.BAD_MESSAGE)

    def test_F35_keys(self) -> None:
        """A key that cannot be, or a role of neither kind."""
        role = bencode.encode({b"r": 1})
        zero = bytes(32)
        for raw in (
            b"\x01" + KEY.root + (2**48 + 1).to_bytes(8, "big"),
            b"\x01" + KEY.root + (2**64 - 1).to_bytes(8, "big"),
            b"\x01" + KEY.root + bytes(8),
            b"\x01" + zero + (1).to_bytes(8, "big"),
            b"\x02" + zero,
            b"\x03" + KEY.root,
            b"",
        ):
            fault = self.assertRaises(PeerError, say.decode, say.Open.type, raw + role)
            self.assertEqual(fault.code, Code.BAD_MESSAGE)
        for said in ({}, {b"r": 0}, {b"r": 4}, {b"r": b"1"}, [1], 1):
            body = KEY.encode() + bencode.encode(said)
            self.assertRaises(PeerError, say.decode, say.Open.type, body)

    def test_unknown_entries_are_ignored(self) -> None:
        """A later version may say more."""
        body = KEY.encode() + bencode.encode({b"lw": 100, b"r": 3, b"zz": [1]})
        self.assertEqual(say.decode(say.Open.type, body), say.Open(KEY, True, True))
        body = b"\x10" + bencode.encode({b"dep": 1, b"sz": 5})
        self.assertEqual(say.decode(say.Opened.type, body), say.Opened())

    def test_F35_hints(self) -> None:
        """Units are 64 KiB; hints are of their kind, and one that nobody understands is none."""
        for body in (b"", b"\x0ede", b"\x10", b"\x10i1e", b"\x10" + bencode.encode({b"dur": -1})):
            self.assertRaises(PeerError, say.decode, say.Opened.type, body)
        for wrong in ({b"mime": 1}, {b"br": b"1"}):
            self.assertRaises(PeerError, say.decode, say.Opened.type, b"\x10" + bencode.encode(wrong))
        for mime, kept in (
            (b"video/mp4", "video/mp4"),
            (b"\x1b[2J", ""),
            (b"\xff/a", ""),
            (b"video/" + b"a" * 61, ""),
        ):
            said = say.Opened.unpack(b"\x10" + bencode.encode({b"mime": mime}))
            self.assertEqual(said.mime, kept)

    def test_F35_meta(self) -> None:
        """A name of 1 to 32 bytes; pieces of 1 to 16,384 bytes, none where there is nothing."""
        most = LIMITS.native_meta_piece_bytes
        for good in (say.Meta(b"n" * 32, 0, 1, bytes(most)), say.Meta(b"n", 7, 0, b"")):
            self.assertEqual(say.decode(good.type, good.pack()), good)
        refuses(self, say.Meta(b"n", 0, 1, bytes(most + 1)), Code.BAD_FRAME)
        for bad in (say.Meta(b"n", 1, 1, b"x"), say.Meta(b"n", 0, 1, b""), say.Meta(b"n", 0, 0, b"x")):
            refuses(self, bad)
        for name in (b"", b"n" * 33):
            refuses(self, say.MetaGet(name, 0))
        self.assertRaises(PeerError, say.decode, say.MetaGet.type, b"\x05abc")

    def test_F35_pages(self) -> None:
        """Whole hashes only."""
        for length in (0, 12, 12 + 31, 12 + 33):
            body = (b"\0" * 12 + bytes(40))[:length]
            code = (
                self.assertRaises(PeerError, say.decode, say.Hashes.type, body).code if length != 12 else None
            )
            self.assertIn(code, (None, Code.BAD_FRAME))

    def test_nothing_is_rejected_of_nothing(self) -> None:
        """A refusal is of one unit at least; interest is yes or no."""
        refuses(self, say.Reject(1, 0, 0, 8))
        refuses(self, say.Want(2, 0, 0))

    def test_messages_are_values(self) -> None:
        """They cannot change, and compare by what they say."""
        for kind in say.TABLE.values():
            self.assertTrue(kind.__dataclass_params__.frozen, kind)  # type: ignore[attr-defined]
            self.assertTrue(fields(kind))
