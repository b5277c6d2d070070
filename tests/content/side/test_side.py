"""Side content: written and read, at its bounds, and what a browser makes of a film."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.bencode import encode
from p2pstream.content.side import (
    Facts,
    FilmTrack,
    Piece,
    Side,
    Storyboard,
    pack,
    playable,
    storyboard_vtt,
    unpack,
)
from p2pstream.content.side.packfile import HEAD_BYTES, MAGIC, read_index
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS

H264 = FilmTrack("video", "h264", "avc1.64001f", width=1280, height=720)
AAC = FilmTrack("audio", "aac", "mp4a.40.2", "eng", "Stereo", channels=2)
FACTS = Facts(5_400_000, "matroska", (H264, AAC, FilmTrack("subtitles", "subrip", is_text=True)))
BOARD = Storyboard(10_000, 30, 160, 90, 5, 5)
PIECES = [
    (Piece("picture", "image/jpeg", 3), b"abc"),
    (Piece("sheet", "image/jpeg", 2), b"de"),
    (Piece("sheet", "image/jpeg", 1), b"f"),
    (Piece("subtitles", "text/vtt", 6, "en", "English"), b"WEBVTT"),
]


def indexed(index: dict[bytes, object], body: bytes = b"") -> bytes:
    """A file with that index."""
    raw = encode(index)
    return MAGIC + len(raw).to_bytes(4, "big") + raw + body


def read(raw: bytes) -> Side:
    """All of a file."""
    return unpack(raw, len(raw))


class PackTests(SynchronousTestCase):
    """The file."""

    def test_round_trip(self) -> None:
        """All that was put in is found, and where it is."""
        raw = pack(FACTS, PIECES, BOARD)
        side = unpack(raw[: read_index(raw)], len(raw))
        self.assertEqual((side.facts, side.board), (FACTS, BOARD))
        self.assertEqual(
            [raw[piece.start : piece.stop] for piece in side.pieces], [body for _, body in PIECES]
        )
        self.assertEqual([piece.kind for piece in side.pieces], ["picture", "sheet", "sheet", "subtitles"])
        self.assertEqual(side.picture, side.pieces[0])
        self.assertEqual(side.of("subtitles")[0].label, "English")

    def test_one_spelling(self) -> None:
        """The same again is the same file, so that all who have a film may have the same side content."""
        self.assertEqual(pack(FACTS, PIECES, BOARD), pack(FACTS, iter(PIECES), BOARD))

    def test_nothing(self) -> None:
        """Of a film nothing may be known."""
        self.assertEqual(read(pack(Facts(), [])), Side(Facts()))
        self.assertIsNone(read(pack(Facts(), [])).picture)

    def test_newer(self) -> None:
        """What nobody knows yet is passed over, and does not move what is behind it."""
        index = {
            b"f": {b"zz": 1},
            b"i": [
                {b"k": b"chapters", b"m": b"text/x", b"n": 2},
                {b"k": b"picture", b"m": b"image/jpeg", b"n": 1},
            ],
        }
        side = read(indexed(index, b"xxp"))
        picture = side.picture
        assert picture is not None
        self.assertEqual((picture.start, side.pieces[0].kind), (len(indexed(index)) + 2, ""))

    def test_a_picture_is_a_picture(self) -> None:
        """Nothing is taken for one that a browser could take for a page."""
        raw = indexed({b"f": {}, b"i": [{b"k": b"picture", b"m": b"text/html", b"n": 1}]}, b"x")
        self.assertIsNone(read(raw).picture)

    def test_texts(self) -> None:
        """A stranger's label is made printable."""
        raw = indexed(
            {b"f": {}, b"i": [{b"k": b"subtitles", b"m": b"text/vtt", b"n": 0, b"t": b"a\x1b\xff"}]}
        )
        self.assertEqual(read(raw).of("subtitles")[0].label, "a\\x1b\ufffd")

    def test_bad(self) -> None:
        """One line each."""
        for raw in (
            b"",
            MAGIC,
            b"x" * 40,
            MAGIC + b"\0\0\0\5le",
            MAGIC + b"\xff\xff\xff\xff",
            MAGIC + b"\0\0\0\2le",
            indexed({b"f": {}, b"i": {}}),
            indexed({b"i": []}),
            indexed({b"f": {}, b"i": [7]}),
            indexed({b"f": {}, b"i": []}, b"more"),
            indexed({b"f": {}, b"i": [{b"n": 9}]}, b"less"),
            indexed({b"f": {}, b"i": [{b"n": -1}]}),
            indexed({b"f": {b"d": -1}}),
            indexed({b"f": {b"t": [{b"k": b"q"}]}}),
            indexed({b"f": {b"t": 3}}),
            indexed({b"f": {b"c": 3}}),
            indexed({b"f": {}, b"s": 3}),
            indexed({b"f": {}, b"s": {}}),
        ):
            said = str(self.assertRaises(PeerError, read, raw))
            self.assertTrue(said.isprintable() and said, raw)

    @given(st.binary(max_size=200))
    def test_any_bytes(self, raw: bytes) -> None:
        """Any bytes are side content, or refused."""
        for each in (raw, MAGIC + raw, MAGIC + len(raw).to_bytes(4, "big") + raw):
            try:
                read(each)
            except PeerError:
                continue


class BoundTests(SynchronousTestCase):
    """Each bound, and one past it."""

    def test_bytes(self) -> None:
        """A file as large as may be."""
        raw = pack(FACTS, PIECES, BOARD)
        few = replace(LIMITS, side_bytes=len(raw))
        self.assertEqual(unpack(raw, len(raw), few), read(pack(FACTS, PIECES, BOARD, few)))
        fewer = replace(LIMITS, side_bytes=len(raw) - 1)
        self.assertRaises(PeerError, unpack, raw, len(raw), fewer)
        self.assertRaises(ValueError, pack, FACTS, PIECES, BOARD, fewer)

    def test_tracks(self) -> None:
        """As many as are told of."""
        most = LIMITS.film_tracks
        self.assertEqual(len(Facts.decode(Facts(tracks=(AAC,) * most).encode()).tracks), most)
        self.assertRaises(PeerError, Facts.decode, Facts(tracks=(AAC,) * (most + 1)).encode())

    def test_text(self) -> None:
        """A label as long as may be."""
        most = LIMITS.side_text_bytes
        self.assertEqual(Facts.decode({b"c": b"x" * most}).container, "x" * most)
        self.assertRaises(PeerError, Facts.decode, {b"c": b"x" * (most + 1)})

    def test_board(self) -> None:
        """As many pictures, as large, and exactly on the sheets that there are."""
        most, side = LIMITS.side_tiles, LIMITS.side_sheet_pixels
        sheet = (Piece("sheet", "image/jpeg", 0), b"")
        for board, count, good in (
            (Storyboard(1, most, 2, 2, most, 1), 1, True),
            (Storyboard(1, most + 1, 2, 2, most + 1, 1), 1, False),
            (Storyboard(1, 2, side // 2, 2, 2, 1), 1, True),
            (Storyboard(1, 2, side // 2 + 1, 2, 2, 1), 1, False),
            (Storyboard(1, 2, 2, side // 2 + 1, 1, 2), 1, False),
            (Storyboard(1, 3, 2, 2, 2, 1), 2, True),
            (Storyboard(1, 3, 2, 2, 2, 1), 1, False),
            (Storyboard(0, 3, 2, 2, 2, 1), 2, False),
        ):
            raw = pack(Facts(), [sheet] * count, board)
            if good:
                self.assertEqual(read(raw).board, board)
            else:
                self.assertRaises(PeerError, read, raw)

    def test_index(self) -> None:
        """An index as long as a dictionary may be."""
        most = LIMITS.bencode_bytes
        self.assertEqual(read_index(MAGIC + most.to_bytes(4, "big")), HEAD_BYTES + most)
        self.assertRaises(PeerError, read_index, MAGIC + (most + 1).to_bytes(4, "big"))


class StoryboardTests(SynchronousTestCase):
    """Which picture is shown when."""

    def test_cues(self) -> None:
        """Row by row, sheet by sheet, to the end of the film."""
        text = storyboard_vtt(Storyboard(10_000, 3, 160, 90, 2, 1), 35_000, "seek-{}.jpg".format).decode()
        self.assertEqual(
            text,
            "WEBVTT\n\n00:00:00.000 --> 00:00:10.000\nseek-0.jpg#xywh=0,0,160,90\n"
            "\n00:00:10.000 --> 00:00:20.000\nseek-0.jpg#xywh=160,0,160,90\n"
            "\n00:00:20.000 --> 00:00:35.000\nseek-1.jpg#xywh=0,0,160,90\n",
        )


class BrowserTests(SynchronousTestCase):
    """What plays there."""

    def test_as_it_is(self) -> None:
        """MP4 with what all have."""
        found = playable(Facts(1, "mp4", (H264, AAC)))
        self.assertEqual((found.way, found.mime), ("file", 'video/mp4; codecs="avc1.64001f, mp4a.40.2"'))

    def test_wrapped_anew(self) -> None:
        """The same in a container that browsers do not open."""
        for container in ("matroska", "mpegts", "avi", "flv"):
            found = playable(Facts(1, container, (H264, AAC)))
            self.assertEqual((found.way, found.cannot), ("remux", ()))

    def test_sound_that_none_has(self) -> None:
        """It is named; the picture plays, with another sound track where there is one."""
        surround = FilmTrack("audio", "dts", "dtsc")
        found = playable(Facts(1, "mp4", (H264, surround)))
        self.assertEqual(
            (found.way, found.cannot, found.mime), ("remux", ("DTS",), 'video/mp4; codecs="avc1.64001f"')
        )
        both = playable(Facts(1, "matroska", (H264, surround, AAC)))
        self.assertEqual((both.way, both.cannot), ("remux", ("DTS",)))
        self.assertIn("mp4a", both.mime)

    def test_pictures_that_none_has(self) -> None:
        """There is no use in the sound alone."""
        for codec, name in (("hevc", "HEVC"), ("mpeg4", "DivX"), ("wmv3", "WMV"), ("weird", "WEIRD")):
            found = playable(Facts(1, "matroska", (FilmTrack("video", codec), AAC)))
            self.assertEqual(found.way, "no")
            self.assertIn(name, found.cannot[0])
        ten_bits = replace(H264, rfc6381="avc1.6e0028")
        self.assertEqual(playable(Facts(1, "mp4", (ten_bits, AAC))).way, "no")

    def test_webm(self) -> None:
        """Its own codecs are left alone, and moved elsewhere where MP4 has them."""
        vp9, opus = FilmTrack("video", "vp9"), FilmTrack("audio", "opus", "opus")
        self.assertEqual(playable(Facts(1, "webm", (vp9, opus))), playable(Facts(1, "webm", (vp9, opus))))
        self.assertEqual(playable(Facts(1, "webm", (vp9, opus))).way, "file")
        self.assertEqual(playable(Facts(1, "matroska", (vp9, opus))).way, "remux")
        self.assertEqual(playable(Facts(1, "matroska", (FilmTrack("video", "vp8"), opus))).way, "no")

    def test_sound_alone(self) -> None:
        """Music plays, too."""
        self.assertEqual(playable(Facts(1, "mp3", (FilmTrack("audio", "mp3", "mp3"),))).way, "file")
        self.assertEqual(playable(Facts()).way, "no")

    def test_any_pair(self) -> None:
        """Whatever cannot be played is named, and what can be has a type."""
        codecs = ("h264", "hevc", "vp8", "aac", "dts", "x")
        for container, video, audio in product(("mp4", "webm", "avi"), codecs, codecs):
            found = playable(Facts(1, container, (FilmTrack("video", video), FilmTrack("audio", audio))))
            self.assertEqual(found.way == "no", not found.mime)
            self.assertTrue(found.way != "no" or found.cannot)
