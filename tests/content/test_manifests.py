from __future__ import annotations

import bz2
import gzip
import lzma

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.manifests import HEAD_BYTES, is_manifest, shows_manifest
from p2pstream.limits import LIMITS
from tests import strategies as profile  # noqa: F401

URL = "http://192.168.0.1/reboot"
MANIFESTS = {
    "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{URL}\n#EXT-X-ENDLIST\n",
    "m3u": f"{URL}\n{URL}\n",
    "dash": f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{URL}</BaseURL></MPD>',
    "smooth": f'<SmoothStreamingMedia MajorVersion="2"><StreamIndex Url="{URL}"/></SmoothStreamingMedia>',
    "asx": f'<asx version="3.0"><entry><ref href="{URL}"/></entry></asx>',
    "pls": f"[playlist]\nFile1={URL}\nNumberOfEntries=1\n",
    "sdp": "v=0\r\no=- 0 0 IN IP4 10.0.0.1\r\nm=video 5004 RTP/AVP 33\r\n",
    "ffconcat": f"ffconcat version 1.0\nfile {URL}\n",
    "extvlcopt": f"#EXTM3U\n#EXTVLCOPT:sout=#file{{dst=/tmp/x}}\n{URL}\n",
}
FILMS = {
    "mp4": b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0\0\x12\xbcmoov" + bytes(400),
    "matroska": b"\x1aE\xdf\xa3\xa3B\x86\x81\x01B\xf7\x81\x01matroska" + bytes(400),
    "ts": b"G\x40\x11\x10\0" + b"\xff" * 400,
    "ogg": b"OggS\0\2" + bytes(400),
    "mp3": b"ID3\4\0\0\0\0\4\x58" + b"title of a song" * 40 + b"\xff\xfb\x90d" + bytes(400),
}


def tag(size: int, footed: bool = False) -> bytes:
    """An empty ID3 tag of so many bytes, header and footer not counted."""
    digits = bytes(size >> 7 * place & 0x7F for place in (3, 2, 1, 0))
    header = b"ID3\4\0" + (b"\x10" if footed else b"\0") + digits
    return header + bytes(size) + (header if footed else b"")


class ManifestTests(SynchronousTestCase):
    def test_manifests(self) -> None:
        """Every kind of list is known, in UTF-8 and UTF-16, with and without a byte order mark."""
        for name, text in MANIFESTS.items():
            for encoding in ("utf-8", "utf-8-sig"):
                self.assertTrue(is_manifest(text.encode(encoding)), f"{name} in {encoding}")
        for name in ("hls", "dash", "smooth", "extvlcopt"):
            for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
                self.assertTrue(is_manifest(MANIFESTS[name].encode(encoding)), f"{name} in {encoding}")

    def test_what_text_shows(self) -> None:
        """Where text is expected, only what is unmistakable counts."""
        for name in ("hls", "dash", "smooth", "extvlcopt"):
            self.assertTrue(shows_manifest(MANIFESTS[name].encode()), name)
        for text in (b"", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n", b"WEBVTT\n\nhttp://example.org/\n"):
            self.assertFalse(shows_manifest(text), text)

    def test_films(self) -> None:
        """Films of every kind are none."""
        for name, head in FILMS.items():
            self.assertFalse(is_manifest(head), name)

    @given(st.sampled_from(sorted(FILMS)), st.sampled_from(["hls", "dash", "smooth"]), st.integers(0, 3000))
    def test_both_at_once(self, film: str, manifest: str, gap: int) -> None:
        """What begins as a film and goes on as a list is a list."""
        self.assertTrue(is_manifest(FILMS[film] + b"\x01" * gap + MANIFESTS[manifest].encode()))

    def test_packed(self) -> None:
        """These libvlc would unpack, and then find out what they are."""
        for pack in (gzip.compress, bz2.compress, lzma.compress):
            self.assertTrue(is_manifest(pack(MANIFESTS["hls"].encode())), pack)

    def test_behind_tags(self) -> None:
        """Tags libvlc would skip: a list may stand behind all that is looked at."""
        for size in (0, 100, HEAD_BYTES, 3_000_000):
            for footed in (False, True):
                for text in (MANIFESTS["hls"].encode(), MANIFESTS["sdp"].encode(), gzip.compress(b"#EXTM3U")):
                    stream = tag(size, footed) + tag(20) + text
                    self.assertTrue(is_manifest(stream[:HEAD_BYTES]), (size, footed, text))
        self.assertTrue(is_manifest(b"APETAGEX" + bytes(HEAD_BYTES)))

    def test_a_little_text(self) -> None:
        """A film may begin with text; so much of it, and it is none."""
        most = LIMITS.manifest_text_bytes
        self.assertTrue(is_manifest(b"x" * most + bytes(100)))
        self.assertFalse(is_manifest(b"x" * (most - 1) + bytes(100)))

    def test_where_it_is_looked_for(self) -> None:
        """A sign in the last bytes that are looked at is seen, one that ends behind them is not."""
        self.assertEqual(HEAD_BYTES, LIMITS.manifest_head_bytes)
        film = b"\x01" * (HEAD_BYTES - 7)
        self.assertTrue(shows_manifest(film + b"#EXTM3U"))
        self.assertFalse(shows_manifest(film + b"\x01#EXTM3U"))

    def test_part_of_a_tag(self) -> None:
        """A stream of a few bytes is short, and no error."""
        for length in range(1, 30):
            is_manifest(tag(200)[:length])

    def test_far_inside(self) -> None:
        """What stands in the middle of a film is not looked at: nobody takes it for the whole."""
        self.assertFalse(is_manifest(FILMS["ts"] + b"\x01" * HEAD_BYTES + MANIFESTS["hls"].encode()))

    def test_nothing(self) -> None:
        """Nothing is no list."""
        self.assertFalse(is_manifest(b""))
