"""What workers answer, and what is packed of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.bencode import encode
from p2pstream.content.side import Facts, Storyboard, unpack
from p2pstream.content.side.texts import SideText, is_beside, text_names
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.media.answers import packed, read_facts, read_pictures, read_texts
from p2pstream.media.worker.codecs import rfc6381

JPEG = b"\xff\xd8\xff\xe0rest"
SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"
VTT = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n"


def said(**fields: Any) -> bytes:
    """An answer."""
    return encode({name.encode(): value for name, value in fields.items()})


class AnswerTests(SynchronousTestCase):
    """The last of an answer, with its parts."""

    def test_facts(self) -> None:
        """What is in it."""
        self.assertEqual(read_facts(said(f={b"d": 5})), Facts(5))
        for bad in (b"", b"le", said(), said(f=3)):
            self.assertRaises(PeerError, read_facts, bad)

    def test_pictures(self) -> None:
        """Each with its kind; a page is no picture."""
        answer = said(f={}, k=[b"picture", b"sheet"], s=[5000, 2, 16, 9, 2, 1])
        _, pieces, board = read_pictures(answer, [JPEG, JPEG])
        self.assertEqual([piece.kind for piece, _ in pieces], ["picture", "sheet"])
        self.assertEqual(board, Storyboard(5000, 2, 16, 9, 2, 1))
        for answer, parts in (
            (said(f={}, k=[b"picture"]), []),
            (said(f={}, k=[b"page"]), [JPEG]),
            (said(f={}, k=[b"picture"]), [b"<html>"]),
            (said(f={}, k=[b"picture"], s=[1, 2]), [JPEG]),
            (said(f={}, k=3), []),
            (said(k=[]), []),
        ):
            self.assertRaises(PeerError, read_pictures, answer, parts)

    def test_texts(self) -> None:
        """Each with its names, made printable."""
        found = read_texts(said(k=[[b"eng", b"a\x1b"], [b"", b""]]), [SRT, SRT])
        names = [(text.language, text.label) for text in found]
        self.assertEqual(names, [("eng", "a\\x1b"), ("", "subtitles")])
        for answer, parts in (
            (said(k=[]), [SRT]),
            (said(k=[[b"en"]]), [SRT]),
            (said(k=[3]), [SRT]),
            (said(), []),
        ):
            self.assertRaises(PeerError, read_texts, answer, parts)

    def test_packed(self) -> None:
        """What is packed can be read."""
        _, pieces, _ = read_pictures(said(f={}, k=[b"picture"]), [JPEG])
        raw = packed(Facts(7), pieces, None, [SideText("en", "English", VTT)])
        side = unpack(raw, len(raw))
        self.assertEqual([piece.kind for piece in side.pieces], ["picture", "subtitles"])
        text = side.of("subtitles")[0]
        self.assertEqual(raw[text.start : text.stop], VTT)
        self.assertEqual((text.language, text.label), ("en", "English"))

    def test_no_room(self) -> None:
        """What does not fit is left out, of subtitles; pictures that do not are a worker's fault."""
        few = replace(LIMITS, side_bytes=LIMITS.bencode_bytes + 100)
        raw = packed(Facts(), [], None, [SideText("", "a", VTT)] * 9, few)
        self.assertEqual(len(unpack(raw, len(raw)).pieces), 1)
        _, pieces, _ = read_pictures(said(f={}, k=[b"picture"]), [JPEG + bytes(200)])
        self.assertRaises(PeerError, packed, Facts(), pieces, None, [], few)


class NameTests(SynchronousTestCase):
    """Which files have a film's subtitles."""

    def test_beside(self) -> None:
        """The film's name, and then anything."""
        for name in ("Film.srt", "film.en.srt", "FILM.pt-BR.forced.ASS", "Film.vtt"):
            self.assertTrue(is_beside("Film.mkv", name), name)
        for name in ("Film.mkv", "Films.srt", "Film2.en.srt", "srt", ".srt", "Film.txt", "Film.en.mkv"):
            self.assertFalse(is_beside("Film.mkv", name), name)
        self.assertFalse(is_beside("film", "film.srt"))

    def test_names(self) -> None:
        """Language and label."""
        for name, wanted in (
            ("Film.srt", ("", "subtitles")),
            ("Film.en.srt", ("en", "en")),
            ("Film.pt-BR.forced.srt", ("pt-BR", "pt-BR forced")),
            ("Film.Director.srt", ("", "Director")),
        ):
            self.assertEqual(text_names("Film.mkv", name), wanted)


class CodecTests(SynchronousTestCase):
    """Names by RFC 6381."""

    def test_names(self) -> None:
        """Out of what decoders are set up with; the examples of the documents that define them."""
        for codec, setup, wanted in (
            ("h264", b"\x01\x64\x00\x1f\xff", "avc1.64001f"),
            ("h264", b"\x00\x00\x00\x01\x67\x42\xc0\x1e\x01", "avc1.42c01e"),
            ("h264", b"", ""),
            ("hevc", bytes.fromhex("01 01 60000000 b00000000000 5d") + bytes(9), "hvc1.1.6.L93.B0"),
            ("hevc", b"\x00\x00\x01", ""),
            ("av1", b"\x81\x05\x4c\x00", "av01.0.05M.10"),
            ("av1", b"\x81\x08\x00", "av01.0.08M.08"),
            ("av1", b"", ""),
            ("vp9", b"", "vp09.00.41.08"),
            ("vp9", b"\x01\0\0\0\x02\x1f\xa0\0", "vp09.02.31.10"),
            ("aac", b"\x12\x10", "mp4a.40.2"),
            ("aac", b"\x2b\x92\x08\x00", "mp4a.40.5"),
            ("aac", b"", "mp4a.40.2"),
            ("aac", b"\xf9\x48", "mp4a.40.42"),
            ("ac3", b"", "ac-3"),
            ("mp3", b"", "mp3"),
            ("wmv3", b"", ""),
        ):
            self.assertEqual(rfc6381(codec, setup), wanted, (codec, setup))
