"""Every message between a central and who asks it: examples, bounds, and what it may not be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401
from p2pstream.codes import Code
from p2pstream.content.signed.heads import HEAD_MOST
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.central import messages as say
from p2pstream.protocols.link.family import Frame
from tests.protocols.central.examples import EXAMPLES, KEY, LIVE, PEER, RECORD, ROW

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "central.json").read_text("utf-8"))["messages"]
TYPES = {kind.__name__: number for number, kind in say.MESSAGES.items()}
#: What ends in text or bytes of any length.
OPEN_ENDED = (
    say.Publish,
    say.Resolve,
    say.Search,
    say.Done,
    say.Ticketed,
    say.TellHead,
    say.HeadNow,
)


class ExampleTests(SynchronousTestCase):
    """The recorded bytes."""

    def test_recorded(self) -> None:
        """Each is written and read as it is recorded, and there is one of every type."""
        self.assertEqual([vector["says"] for vector in VECTORS], list(EXAMPLES))
        for vector in VECTORS:
            message = EXAMPLES[vector["says"]]
            frame = Frame(int(vector["type"], 16), 0, bytes.fromhex(vector["body_hex"]))
            self.assertEqual((say.frame(message), say.decode(frame)), (frame, message), vector["says"])
            self.assertEqual(vector["name"], type(message).__name__)
            self.assertEqual(vector["sender"], "central" if frame.type in say.ANSWERS else "other")
            self.assertEqual(vector["most"], say.CEILINGS[frame.type])
        self.assertEqual({int(vector["type"], 16) for vector in VECTORS}, set(say.MESSAGES))

    def test_ceilings(self) -> None:
        """Every type has one, and it fits a frame."""
        self.assertEqual(set(say.CEILINGS), set(say.MESSAGES))
        self.assertTrue(all(most <= 65_536 for most in say.CEILINGS.values()))
        for message in EXAMPLES.values():
            self.assertLessEqual(len(message.encode()), say.CEILINGS[TYPES[type(message).__name__]])


class StrictTests(SynchronousTestCase):
    """What makes no sense is no message."""

    def refuse(self, kind: type[say.Message], body: bytes) -> None:
        """It is refused in words, with a code."""
        fault = self.assertRaises(PeerError, say.decode, Frame(TYPES[kind.__name__], 0, body))
        self.assertIn(fault.code, (Code.BAD_MESSAGE, Code.BAD_FRAME))
        self.assertTrue(str(fault).isprintable())

    def test_F37_cut(self) -> None:
        """Cut anywhere, with something behind it, or in a channel."""
        for message in EXAMPLES.values():
            kind, body = type(message), message.encode()
            for length in range(len(body)):
                if isinstance(message, OPEN_ENDED) and length >= 4:
                    break
                if isinstance(message, say.Watch | say.Changed) and message.subject.name:
                    break
                self.refuse(kind, body[:length])
            if not isinstance(message, (*OPEN_ENDED, say.Watch, say.Changed)):
                self.refuse(kind, body + b"x")
            self.assertRaises(PeerError, say.decode, replace(say.frame(message), channel=1))

    def test_no_request(self) -> None:
        """0 is no number of a request."""
        for message in EXAMPLES.values():
            if type(message) in say.REQUESTS.values():
                self.refuse(type(message), bytes(4) + message.encode()[4:])

    def test_counts_at_the_bound(self) -> None:
        """As many as may be are read, and not one more."""
        most, key = LIMITS.central_batch_keys, KEY.encode()
        for count, good in ((most, True), (most + 1, False)):
            announce = say.Announce(1, 2050, 1, 0, 0, (say.Claim(key),) * count)
            withdraw = say.Withdraw(1, (key,) * count)
            for message in (announce, withdraw):
                if good:
                    self.assertEqual(say.decode(say.frame(message)), message)
                else:
                    self.refuse(type(message), message.encode())
        peered = say.Peered(1, (PEER,) * LIMITS.central_peers)
        self.assertEqual(say.decode(say.frame(peered)), peered)
        self.refuse(say.Peered, say.Peered(1, (PEER,) * (LIMITS.central_peers + 1)).encode())
        self.refuse(say.Resolved, say.Resolved(1, (ROW,) * (LIMITS.central_records + 1)).encode())
        self.refuse(say.Rows, say.Rows(1, (ROW,) * (LIMITS.central_rows + 1)).encode())
        self.refuse(say.Announce, say.Announce(1, 2050, 1, 0, 0, ()).encode())

    def test_size_of_a_row(self) -> None:
        """What a row has in an answer is known before it is encoded."""
        for row in (ROW, say.Row(0, 1, 2, RECORD, (PEER, PEER))):
            self.assertEqual(
                row.size, len(say.Resolved(1, (row,)).encode()) - len(say.Resolved(1, ()).encode())
            )

    def test_lengths_at_the_bound(self) -> None:
        """So with texts, cursors and records."""
        cases: list[tuple[say.Message, say.Message]] = [
            (
                say.Publish(1, b"r" * LIMITS.central_record_bytes),
                say.Publish(1, b"r" * (LIMITS.central_record_bytes + 1)),
            ),
            (
                say.Search(1, 1, "w" * LIMITS.central_words_bytes),
                say.Search(1, 1, "w" * (LIMITS.central_words_bytes + 1)),
            ),
            (
                say.Search(1, 1, "", b"c" * LIMITS.central_cursor_bytes),
                say.Search(1, 1, "", b"c" * (LIMITS.central_cursor_bytes + 1)),
            ),
            (say.Ticketed(1, b"t" * LIMITS.ticket_bytes), say.Ticketed(1, b"t" * (LIMITS.ticket_bytes + 1))),
            (say.HeadNow(1, b"h" * HEAD_MOST), say.HeadNow(1, b"h" * (HEAD_MOST + 1))),
            (say.TellHead(1, LIVE, b"h" * HEAD_MOST), say.TellHead(1, LIVE, b"h" * (HEAD_MOST + 1))),
            (say.Resolve(1, 1, "n" * LIMITS.name_bytes), say.Resolve(1, 1, "n" * (LIMITS.name_bytes + 1))),
        ]
        for good, bad in cases:
            self.assertEqual(say.decode(say.frame(good)), good)
            self.refuse(type(bad), bad.encode())

    def test_F44_names_and_keys(self) -> None:
        """A name of a megabyte, a path, and what is no key, are nothing that can be asked for."""
        for name in (b"n" * 1_000_000, b"../x", b"", b"\xff"):
            self.refuse(say.Resolve, b"\0\0\0\x01\x05" + name)
        for key in (bytes(41), b"\x01" + bytes(32) + b"\0\0\0\0\0\0\0\x01", b"\x02" + bytes(32), b"\x03"):
            self.refuse(say.Peers, b"\0\0\0\x01\x05" + key)

    def test_what_none_may_say(self) -> None:
        """Ports of 0, unknown bits, and a row without a record."""
        announce = EXAMPLES["a claim to have all of one file and half of a broadcast"].encode()
        self.refuse(say.Announce, announce[:4] + b"\0\0" + announce[6:])
        self.refuse(say.Announce, announce[:6] + b"\x10" + announce[7:])
        self.refuse(say.Rows, say.Rows(1, (say.Row(3, 0, 0, RECORD),)).encode())
        self.refuse(say.Rows, say.Rows(1, (say.Row(0, 0, 0, b""),)).encode())
        self.refuse(say.Rows, say.Rows(1, (say.Row(2, 0, 0, b"a/b"),)).encode())
        self.refuse(say.Peered, say.Peered(1, (PEER._replace(port=0),)).encode())
        self.refuse(say.Announced, b"\0\0\0\x01\0\0\x01" + bytes(10) + b"\xff\xff\x0a\0\0\x07\x08\x02\0\0")
        self.refuse(say.Watch, b"\0\0\0\x01\x02\0film")
        self.refuse(say.Watch, b"\0\0\0\x01\x01\x02film")

    def test_why_is_cut(self) -> None:
        """A refusal's words are cut between characters."""
        fits = "ü" * (LIMITS.central_text_bytes // 2)
        for words in (fits, fits + "x", fits + "ü", "ü" * 500):
            self.assertEqual(say.decode(say.frame(say.Done(1, 9, words))), say.Done(1, 9, fits))

    @given(st.sampled_from(sorted(say.MESSAGES)), st.binary(max_size=200))
    def test_F37_anything(self, number: int, body: bytes) -> None:
        """Any bytes are a message, that is written as it was read, or refused."""
        try:
            message = say.decode(Frame(number, 0, body))
        except PeerError:
            return
        self.assertEqual(say.frame(message), Frame(number, 0, body))
