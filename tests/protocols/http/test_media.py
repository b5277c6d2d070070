"""Names to keep things under, and what is not served."""

from __future__ import annotations

import re
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.protocols.http.media import disposition, is_refused
from tests import strategies as profile  # noqa: F401

HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\nhttp://192.168.0.1/reboot\n"
SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"
FILM = b"\0\0\0\x20ftypisom"
HEADER = re.compile(r"""\w+; filename="([^"\\%\r\n]*)"(?:; filename\*=UTF-8''([\w.%~-]+))?""", re.ASCII)


class RefusedTests(SynchronousTestCase):
    def test_F51_lists_behind_any_name(self) -> None:
        """A list of links is refused, whatever it is called."""
        for name in ("film.mp4", "film.mkv", "film", "list.m3u8", "film.exe", "film.srt", "film.txt"):
            self.assertTrue(is_refused(name, HLS), name)

    def test_text(self) -> None:
        """Text is served where text is expected, and nowhere else."""
        self.assertFalse(is_refused("film.srt", SRT))
        self.assertTrue(is_refused("film.mp4", SRT))

    def test_films(self) -> None:
        """Films are, and so is nothing at all."""
        for name in ("film.mp4", "film", "film.srt"):
            self.assertFalse(is_refused(name, FILM))
            self.assertFalse(is_refused(name, b""))


class DispositionTests(SynchronousTestCase):
    def test_plain(self) -> None:
        """What a browser can show it shows; the rest it keeps."""
        self.assertEqual(disposition("a film.mp4"), 'inline; filename="a film.mp4"')
        self.assertEqual(disposition("a.html"), 'attachment; filename="a.html"')

    def test_others(self) -> None:
        """What a quoted string cannot hold goes beside it (RFC 8187)."""
        self.assertEqual(
            disposition('ä"100%.mp4'),
            "inline; filename=\"__100_.mp4\"; filename*=UTF-8''%C3%A4%22100%25.mp4",
        )

    @given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
    def test_F53_any_name(self, name: str) -> None:
        """One line of ASCII in which the name is one string, and comes back as it was."""
        header = disposition(name)
        found = HEADER.fullmatch(header)
        assert found is not None, header
        self.assertTrue(header.isascii() and header.isprintable())
        self.assertEqual(unquote(found[2]) if found[2] else found[1], name)
