"""Signed names: what holds, until when, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.bencode import decode, encode
from p2pstream.content.keys import FileKey, LiveKey
from p2pstream.content.namespaces import own_name
from p2pstream.content.signed.records import Record, read_record, sign_record
from p2pstream.content.signing import Identity
from p2pstream.errors import BadName, BadRecord
from p2pstream.limits import LIMITS

NOW = 1_800_000_000_000
DAY = 86_400_000
#: How far in the future one may be signed.
AHEAD = int(LIMITS.record_ahead_s * 1000)
ME, HEIR, OTHER = Identity(b"1" * 32), Identity(b"2" * 32), Identity(b"3" * 32)
KEY = FileKey(bytes(range(32)), 5_000_000_000)
FULL: dict[str, Any] = {
    "mime": "video/mp4",
    "dur_ms": 5_400_000,
    "side": FileKey(bytes(range(32)), 700_000),
    "br": 4_000_000,
    "tags": ["science fiction", "映画"],
    "ih1": b"1" * 20,
    "ih2": b"2" * 32,
}


def fields_of(record: Record) -> dict[bytes, Any]:
    """What a record says, to be changed."""
    return dict(decode(record.raw))


def signed(fields: dict[bytes, Any], *, by: Identity = ME, heir: Identity | None = None) -> bytes:
    """Any dictionary, signed as a record is."""
    said = {at: value for at, value in fields.items() if at not in (b"sig", b"nsig")}
    body = encode(said)
    said[b"sig"] = by.sign("record", body)
    if heir:
        said[b"nsig"] = heir.sign("record", body)
    return encode(said)


class SigningTests(SynchronousTestCase):
    """What we sign, others read."""

    def test_full(self) -> None:
        """All fields come as they were given."""
        record = sign_record(ME, "Film.mp4", KEY, NOW, **FULL)
        self.assertEqual(read_record(record.raw, NOW), record)
        self.assertEqual((record.name, record.key, record.seq, record.t), ("Film.mp4", KEY, NOW, NOW))
        self.assertEqual((record.exp, record.pub), (NOW + 30 * DAY, ME.id))
        self.assertEqual((record.mime, record.dur_ms, record.br), ("video/mp4", 5_400_000, 4_000_000))
        self.assertEqual((record.ih1, record.ih2), (b"1" * 20, b"2" * 32))
        self.assertEqual((record.tags, record.side), (("science fiction", "映画"), FULL["side"]))
        self.assertEqual(record.fold, "film.mp4")
        self.assertEqual((record.publisher, record.heir_of), (ME.id, b""))

    def test_short(self) -> None:
        """What is not known is left out."""
        record = sign_record(ME, "Film.mp4", KEY, NOW)
        self.assertEqual(set(fields_of(record)), {b"name", b"key", b"seq", b"t", b"exp", b"pub", b"sig"})
        self.assertEqual((record.mime, record.dur_ms, record.br, record.tags), ("", 0, 0, ()))

    def test_what_is_signed(self) -> None:
        """``p2ps-record-1`` and the dictionary without its signatures."""
        fields = fields_of(sign_record(ME, "Film.mp4", KEY, NOW))
        signature = fields.pop(b"sig")
        self.assertEqual(signature, ME._key.sign(b"p2ps-record-1" + encode(fields)))

    def test_live(self) -> None:
        """A broadcast has a name as well."""
        record = sign_record(ME, "news", LiveKey(OTHER.id), NOW)
        self.assertEqual(record.key, LiveKey(OTHER.id))

    def test_sequence(self) -> None:
        """Grows with the clock, and also while the clock stands still or is set back."""
        self.assertEqual(sign_record(ME, "a", KEY, NOW, after=NOW - 5).seq, NOW)
        self.assertEqual(sign_record(ME, "a", KEY, NOW, after=NOW).seq, NOW + 1)
        self.assertEqual(sign_record(ME, "a", KEY, NOW, after=NOW + 5).seq, NOW + 6)

    def test_tombstone(self) -> None:
        """No key: the name is withdrawn, and remembered a day longer than any record lives."""
        record = sign_record(ME, "Film.mp4", None, NOW)
        self.assertIsNone(record.key)
        self.assertEqual(record.exp, NOW + int(LIMITS.record_gone_s * 1000))
        self.assertNotIn(b"exp", fields_of(record))

    def test_a_new_publisher(self) -> None:
        """Takes over what the old one signed away, if both signed."""
        record = sign_record(ME, "Film.mp4", KEY, NOW, heir=HEIR)
        self.assertEqual((record.publisher, record.heir_of, record.pub), (HEIR.id, ME.id, ME.id))

    def test_what_we_do_not_sign(self) -> None:
        """Names that nobody may have, and fields that nobody would read."""
        self.assertRaises(BadName, sign_record, ME, "../x", KEY, NOW)
        for bad in ({"mime": "video"}, {"ih1": b"1"}, {"tags": ["a/b"]}, {"dur_ms": -1}, {"life_s": 0.0}):
            self.assertRaises(BadRecord, sign_record, ME, "a", KEY, NOW, **bad)
        self.assertRaises(BadRecord, sign_record, ME, own_name(OTHER.id, "a"), KEY, NOW)


class HoldingTests(SynchronousTestCase):
    """When a record holds, at each bound and one past it."""

    def refused(self, raw: bytes, now_ms: int = NOW, asked: str | None = None) -> str:
        """Why a record does not hold, in one short printable line."""
        said = str(self.assertRaises(BadRecord, read_record, raw, now_ms, asked))
        self.assertTrue(said.isprintable() and len(said) < 250, said)
        return said

    def test_F46_too_early_and_too_late(self) -> None:
        """From ten minutes before it was signed, until it expires."""
        record = sign_record(ME, "a", KEY, NOW)
        for now in (NOW - 600_000, NOW, record.exp - 1):
            record.check(now)
        self.assertIn("future", self.refused(record.raw, NOW - AHEAD - 1))
        self.assertIn("expired", self.refused(record.raw, record.exp))

    def test_F46_a_sequence_from_the_future(self) -> None:
        """Would keep its publisher from ever being corrected."""
        record = sign_record(ME, "a", KEY, NOW, after=NOW + AHEAD - 1)
        self.assertEqual(record.seq, NOW + AHEAD)
        fields = {**fields_of(record), b"seq": NOW + AHEAD + 1}
        self.assertIn("future", self.refused(signed(fields)))

    def test_life(self) -> None:
        """Thirty days; not one millisecond longer, and not less than one."""
        fields = fields_of(sign_record(ME, "a", KEY, NOW))
        for exp in (NOW + 30 * DAY, NOW + 1):
            self.assertEqual(read_record(signed({**fields, b"exp": exp}), NOW).exp, exp)
        for exp in (NOW + 30 * DAY + 1, NOW, NOW - 1, 2**63 - 1):
            self.assertIn("“exp”", self.refused(signed({**fields, b"exp": exp})))

    def test_tombstones_say_nothing_of_their_end(self) -> None:
        """Each lives for 31 days."""
        record = sign_record(ME, "a", None, NOW)
        record.check(NOW + 31 * DAY - 1)
        self.assertRaises(BadRecord, record.check, NOW + 31 * DAY)
        self.assertIn("exp", self.refused(signed({**fields_of(record), b"exp": NOW + DAY})))

    def test_asked(self) -> None:
        """Whoever asks gets records of that name, however it is written."""
        record = sign_record(ME, "Caf\u00e9.mp4", KEY, NOW)
        for asked in ("café.MP4", "CAFE\u0301.mp4", "Ｃafé.mp4"):
            record.check(NOW, asked)
        for asked in ("cafe.mp4", "café.mp", "\x1b[2J"):
            self.assertIn("asked for", self.refused(record.raw, NOW, asked))

    def test_namespaces(self) -> None:
        """Only the key in a name signs for it; nobody moves it."""
        name = own_name(ME.id, "Film.mp4")
        fields = fields_of(sign_record(ME, name, KEY, NOW))
        self.assertEqual(read_record(signed(fields), NOW, name).name, name)
        stolen = signed({**fields, b"pub": OTHER.id}, by=OTHER)
        self.assertIn("key in its name", self.refused(stolen, NOW, name))
        self.assertIn("next", self.refused(signed({**fields, b"next": HEIR.id}, heir=HEIR)))
        passing = {**fields, b"name": name.replace("/", "／").encode(), b"pub": OTHER.id}
        self.assertIn("namespace", self.refused(signed(passing, by=OTHER), NOW, name))

    def test_F46_somebody_else_signed(self) -> None:
        """Neither under a publisher's name, nor of another kind."""
        fields = fields_of(sign_record(ME, "a", KEY, NOW))
        self.assertIn("signature", self.refused(signed(fields, by=OTHER)))
        del fields[b"sig"]
        self.assertIn("sig", self.refused(encode(fields)))
        for kind in ("head", "ticket"):
            self.refused(encode({**fields, b"sig": ME.sign(kind, encode(fields))}))

    def test_heirs(self) -> None:
        """Both must have signed, and be two."""
        fields = {**fields_of(sign_record(ME, "a", KEY, NOW)), b"next": HEIR.id}
        self.assertEqual(read_record(signed(fields, heir=HEIR), NOW).publisher, HEIR.id)
        self.assertIn("nsig", self.refused(signed(fields)))
        self.assertIn("new publisher", self.refused(signed(fields, heir=OTHER)))
        self.assertIn("signature", self.refused(signed(fields, by=HEIR, heir=HEIR)))
        self.assertIn("old one", self.refused(signed({**fields, b"next": ME.id}, heir=ME)))
        tombstone = {**fields_of(sign_record(ME, "a", None, NOW)), b"next": HEIR.id}
        self.assertIn("nobody", self.refused(signed(tombstone, heir=HEIR)))

    def test_every_bit(self) -> None:
        """A record with one bit changed is none."""
        raw = sign_record(ME, "Film.mp4", KEY, NOW, heir=HEIR).raw
        for bit in range(0, 8 * len(raw), 3):
            changed = bytearray(raw)
            changed[bit // 8] ^= 1 << bit % 8
            self.assertRaises(BadRecord, read_record, bytes(changed), NOW)


class ReadingTests(SynchronousTestCase):
    """Fields that are not what they may be: the error names them, and nothing else happens."""

    def setUp(self) -> None:
        """A record with everything."""
        self.fields = fields_of(sign_record(ME, "Film.mp4", KEY, NOW, **FULL))

    def refused(self, at: bytes, value: Any) -> None:
        """Such a field is refused by its name, signed or not."""
        said = str(self.assertRaises(BadRecord, Record.decode, signed({**self.fields, at: value})))
        self.assertIn(f"“{at.decode()}”", said)
        self.assertTrue(said.isprintable() and len(said) < 300, said)

    def test_F35_lies(self) -> None:
        """Every field, with values of other types, lengths and sizes."""
        for at in (b"t", b"seq", b"exp", b"d", b"b"):
            for value in (0, -1, -(2**63), b"1", [], {}):
                self.refused(at, value)
        for at in (b"name", b"key", b"pub", b"mime", b"ih1", b"ih2", b"next", b"side"):
            for value in (0, 7, b"", [], {}, b"\xff" * 9):
                self.refused(at, value)
        for value in (0, b"", {}, [7], [b""], [[]], [b"a/b"], [b"\xff"], [b"a\n"]):
            self.refused(b"tags", value)
        self.refused(b"key", b"\x01" + bytes(range(32)) + (2**48 + 1).to_bytes(8, "big"))
        self.refused(b"side", LiveKey(ME.id).encode())
        self.refused(b"pub", bytes(32))
        self.refused(b"next", (1).to_bytes(32, "little"))
        for mime in (b"video", b"video/", b"/mp4", b"Video/mp4", b"video/mp4;a=b", b"video/mp4\n", b"a b/c"):
            self.refused(b"mime", mime)

    def test_what_is_missing(self) -> None:
        """Is named."""
        for at in (b"name", b"seq", b"t", b"exp", b"pub"):
            fields = {key: value for key, value in self.fields.items() if key != at}
            said = str(self.assertRaises(BadRecord, Record.decode, signed(fields)))
            self.assertIn(f"“{at.decode()}”", said)

    def test_bounds(self) -> None:
        """Tags: sixteen of 64 bytes.  A type: 64 bytes.  All of it: 2 KiB."""
        most, tags = LIMITS.record_text_bytes, [b"%02d" % number for number in range(LIMITS.record_tags + 1)]
        for at, good, bad in (
            (b"tags", tags[:-1], tags),
            (b"tags", [b"t" * most], [b"t" * (most + 1)]),
            (b"mime", b"video/" + b"x" * (most - 6), b"video/" + b"x" * (most - 5)),
        ):
            Record.decode(signed({**self.fields, at: good}))
            self.refused(at, bad)
        self.fields[b"later"] = b""
        room = 2048 - len(signed(self.fields))
        for extra, fits in ((room - 3, True), (room - 2, False)):
            raw = signed({**self.fields, b"later": b"x" * extra})
            self.assertEqual(len(raw), 2048 if fits else 2049)
            if fits:
                Record.decode(raw)
            else:
                self.assertIn("2048", str(self.assertRaises(BadRecord, Record.decode, raw)))

    def test_F38_not_a_dictionary(self) -> None:
        """Other values, other spellings, nothing."""
        for raw in (b"", b"i1e", b"le", b"0:", b"de", b"d" * 5000, self.reordered()):
            self.assertRaises(BadRecord, read_record, raw, NOW)

    def reordered(self) -> bytes:
        """The same record with its last field in front."""
        raw = encode(self.fields)
        last = raw.rindex(b"4:tagsl")
        return b"d" + raw[last:-1] + raw[1:last] + b"e"

    def test_what_later_versions_say(self) -> None:
        """Is ignored, but signed."""
        raw = signed({**self.fields, b"later": [{b"a": 1}]})
        record = read_record(raw, NOW)
        self.assertEqual(replace(record, raw=b""), replace(read_record(signed(self.fields), NOW), raw=b""))
        self.assertEqual(record.raw, raw)
        changed = {**decode(raw), b"later": 7}
        self.assertRaises(BadRecord, read_record, encode(changed), NOW)

    @given(st.data())
    def test_F37_any_fields(self, data: st.DataObject) -> None:
        """Whatever a field is, the record is read or refused."""
        value: st.SearchStrategy[Any] = st.integers(-(2**63), 2**63 - 1) | st.binary(max_size=50)
        at = data.draw(st.sampled_from(sorted(self.fields)))
        drawn = data.draw(value | st.lists(value, max_size=3))
        self.outcome(lambda: read_record(signed({**self.fields, at: drawn}), NOW))
        self.outcome(lambda: read_record(encode({**self.fields, at: drawn}), NOW))

    def outcome(self, reading: Callable[[], Record]) -> None:
        """A record whose text is harmless, or one printable line."""
        try:
            record = reading()
        except BadRecord as fault:
            self.assertTrue(str(fault).isprintable())
        else:
            self.assertTrue(record.mime.isprintable() and record.exp - record.t <= 31 * DAY)
