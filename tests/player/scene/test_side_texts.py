"""Subtitles out of side content."""

from __future__ import annotations

from collections.abc import Sequence

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.side import Facts, FilmTrack, Piece, pack
from p2pstream.content.side.facts import AUDIO, SUBTITLES
from p2pstream.content.side.packfile import SHEET, TEXT
from p2pstream.player.scene.side_texts import TextTrack, text_tracks

VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nIt is written\n"


def content(*names: tuple[str, str], own: Sequence[FilmTrack] = (), text: bytes = VTT) -> bytes:
    """Side content with tracks of these languages and labels, of a film that has ``own``."""
    pieces = [(Piece(TEXT, "text/vtt", len(text), *each), text) for each in names]
    picture = Piece(SHEET, "image/jpeg", 3), b"jpg"
    return pack(Facts(tracks=tuple(own)), [picture, *pieces])


def own(language: str, label: str = "", is_text: bool = True) -> FilmTrack:
    """Subtitles that are in the film."""
    return FilmTrack(SUBTITLES, "subrip", "", language, label, is_text=is_text)


class TextTracksTests(SynchronousTestCase):
    """Which are offered beside those of the film."""

    def names(self, raw: bytes) -> list[str]:
        """What a viewer reads."""
        return [track.name for track in text_tracks(raw)]

    def test_in_their_order(self) -> None:
        """By their labels; what is there besides is left alone."""
        self.assertEqual(text_tracks(content(("de", "de"))), [TextTrack("de", VTT)])
        raw = content(("pt-BR", "pt-BR forced"), ("", "subtitles"), ("fr", ""))
        self.assertEqual(self.names(raw), ["pt-BR forced", "subtitles", "fr"])

    def test_those_of_the_film(self) -> None:
        """Are left out once each, for it has them anyway; not for sound, nor for pictures of text."""
        sound, drawn = FilmTrack(AUDIO, "aac"), own("fra", is_text=False)
        inside = [own("eng", "For all"), own("deu"), own(""), drawn, sound]
        raw = content(
            ("en", "en"), ("deu", "deu"), ("eng", "For all"), ("deu", "deu"), ("", "subtitles"), own=inside
        )
        self.assertEqual(self.names(raw), ["en", "deu"])

    def test_hostile(self) -> None:
        """What is cut, what is none, and what is something else than it says."""
        raw = content(("de", "de"))
        for stop in range(len(raw)):
            self.assertEqual(text_tracks(raw[:stop]), (), stop)
        for text in (b"#EXTM3U\nhttp://192.0.2.1/", b"", b"WEBVTTx", b"<asx>", b"\xef\xbb\xbfWEBVTT"):
            self.assertEqual(text_tracks(content(("de", "de"), text=text)), [], text)
        self.assertEqual(self.names(content(("de", "\x1b[2J\u202e"))), ["\\x1b[2J\\u202e"])
