"""What names say that streams are."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.media_types import BYTES, essence_of, type_of


class TypeTests(SynchronousTestCase):
    def test_what_players_play(self) -> None:
        """By suffix, in any case."""
        for name, kind in {
            "a.mp4": "video/mp4", "A.MKV": "video/x-matroska", "a.b.webm": "video/webm", "a.ts": "video/mp2t",
            "a.mp3": "audio/mpeg", "a.m4a": "audio/mp4", "a.opus": "audio/ogg", "a.flac": "audio/flac",
        }.items():  # fmt: skip
            self.assertEqual(type_of(name), kind)

    def test_essence(self) -> None:
        """Without what only HTTP says."""
        self.assertEqual((type_of("a.vtt"), essence_of("a.vtt")), ("text/vtt; charset=utf-8", "text/vtt"))
        self.assertEqual((essence_of("a.mp4"), essence_of("a")), ("video/mp4", BYTES))

    def test_F53_everything_else_is_bytes(self) -> None:
        """Above all what a browser would run, or a player follow."""
        for name in (
            "a.html",
            "a.svg",
            "a.xml",
            "a.js",
            "a.m3u8",
            "a.mpd",
            "a.pls",
            "a",
            "mp4",
            ".mp4",
            "a.mp4.exe",
        ):
            self.assertEqual(type_of(name), BYTES, name)
