"""What belongs to a film, asked for by pages and players."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from p2pstream.content.keys import FileKey
from p2pstream.content.side import Facts, FilmTrack, Piece, Storyboard, pack
from p2pstream.limits import LIMITS
from p2pstream.peer.side.kept import tree_over
from p2pstream.peer.side.stream import BufferStream
from p2pstream.testing.node import FakeNode
from p2pstream.web.sides import SideResources
from tests.protocols.http.browser import Response, SiteCase, request

FACTS = Facts(
    95_500,
    "matroska",
    (
        FilmTrack("video", "h264", "avc1.64001f", width=1280, height=720),
        FilmTrack("audio", "dts", "dtsc", "eng"),
        FilmTrack("audio", "aac", "mp4a.40.2", "fra", "VF", channels=2),
    ),
)
PIECES = [
    (Piece("picture", "image/jpeg", 3), b"\xff\xd8\xff"),
    (Piece("sheet", "image/jpeg", 5), b"sheet"),
    (Piece("subtitles", "text/vtt", 8, "en", "English"), b"WEBVTT\n\n"),
]
RAW = pack(FACTS, PIECES, Storyboard(5000, 20, 160, 90, 5, 5))
TREE = tree_over(RAW)


class SideCase(SiteCase):
    """A peer that shares one film, with side content."""

    def setUp(self) -> None:
        """Serve it."""
        super().setUp()
        self.serve_side(RAW)

    def serve_side(self, raw: bytes) -> None:
        """Have these bytes for the film's side content."""
        tree = tree_over(raw)
        self.key = tree.key
        node: Any = FakeNode(self.clock, shared={}, streams={tree.key: BufferStream(raw, tree)})
        named = {"film & co.mkv": tree.key, "lost.mkv": FileKey(bytes(range(32)), 5)}.get
        self.node.resources[b"side"] = SideResources(node.open_key, named, self.clock)

    def get(self, part: str, who: str = "film%20%26%20co.mkv", **headers: bytes) -> Response:
        """The response to that."""
        (response,) = self.ask(request(f"/side/{who}/{part}".encode(), **headers)).responses(b"GET")
        return response


class PartTests(SideCase):
    """Each of it."""

    def test_facts(self) -> None:
        """What a page has to know."""
        got = self.get("facts.json")
        self.assertEqual((got.status, got.headers["content-type"]), (200, "application/json"))
        facts = json.loads(got.body)
        self.assertEqual((facts["duration"], facts["plays"], facts["cannot"]), (95.5, "remux", ["DTS"]))
        self.assertEqual(facts["mime"], 'video/mp4; codecs="avc1.64001f, mp4a.40.2"')
        self.assertEqual((facts["picture"], facts["seek"]), ("picture.jpg", "seek.vtt"))
        self.assertEqual(
            facts["subtitles"], [{"label": "English", "language": "en", "url": "subtitles-0.vtt"}]
        )
        self.assertEqual([track["codec"] for track in facts["tracks"]], ["h264", "dts", "aac"])

    def test_pieces(self) -> None:
        """With their types."""
        for part, body, kind in (
            ("picture.jpg", b"\xff\xd8\xff", "image/jpeg"),
            ("seek-0.jpg", b"sheet", "image/jpeg"),
            ("subtitles-0.vtt", b"WEBVTT\n\n", "text/vtt; charset=utf-8"),
        ):
            got = self.get(part)
            self.assertEqual((got.status, got.body, got.headers["content-type"]), (200, body, kind))

    def test_seek_pictures(self) -> None:
        """Twenty of them, on one sheet, the last until the end of the film."""
        text = self.get("seek.vtt").body.decode()
        self.assertEqual(text.count("seek-0.jpg#xywh="), 20)
        self.assertIn("00:00:05.000 --> 00:00:10.000\nseek-0.jpg#xywh=160,0,160,90\n", text)
        self.assertIn("00:01:35.000 --> 00:01:40.000\n", text)

    def test_not_there(self) -> None:
        """What it does not have, films that have nothing, keys that nobody has."""
        for part in (
            "seek-1.jpg",
            "subtitles-1.vtt",
            "seek-0.vtt",
            "subtitles-00.vtt",
            "x",
            "",
            "picture.png",
        ):
            self.assertEqual(self.get(part).status, 404, part)
        for who in ("other.mkv", "lost.mkv", FileKey(bytes(range(32)), 99).text, "%FF", "p2ps:f-x-1"):
            self.assertEqual(self.get("facts.json", who).status, 404, who)

    def test_nothing_known(self) -> None:
        """Of a film of which nothing could be found out."""
        self.serve_side(pack(Facts(), []))
        facts = json.loads(self.get("facts.json").body)
        self.assertEqual(
            (facts["plays"], facts["picture"], facts["seek"], facts["subtitles"]), ("no", None, None, [])
        )
        self.assertEqual(self.get("picture.jpg").status, 404)

    def test_damaged(self) -> None:
        """What is no side content is refused in a line."""
        self.serve_side(b"no side content" * 9)
        self.assertEqual(self.get("facts.json").status, 503)


class CachingTests(SideCase):
    """How long others may keep it, and who may ask."""

    def test_by_key(self) -> None:
        """The same for ever."""
        got = self.get("picture.jpg", self.key.text)
        self.assertIn("immutable", got.headers["cache-control"])

    def test_by_name(self) -> None:
        """To be asked for again, and then perhaps unchanged."""
        got = self.get("picture.jpg")
        self.assertEqual(got.headers["cache-control"], "no-cache")
        tag = got.headers["etag"].encode()
        again = self.ask(request(b"/side/film%20%26%20co.mkv/picture.jpg", If_None_Match=tag))
        self.assertTrue(again.raw.startswith(b"HTTP/1.1 304 "))
        other = self.get("seek-0.jpg", If_None_Match=tag)
        self.assertEqual((other.status, other.body), (200, b"sheet"))

    def test_pages_of_other_sites(self) -> None:
        """May use it: it is the same for all."""
        got = self.get("subtitles-0.vtt", Origin=b"http://central.example", Sec_Fetch_Site=b"cross-site")
        self.assertEqual((got.status, got.headers["access-control-allow-origin"]), (200, "*"))
        self.assertEqual(got.headers["cross-origin-resource-policy"], "cross-origin")

    def test_never_comes(self) -> None:
        """Who waits for what does not come is told so."""
        from twisted.internet.defer import Deferred

        limits = replace(LIMITS, stall_s=1.0)
        never: Any = lambda key: Deferred()  # noqa: E731
        self.node.resources[b"side"] = SideResources(never, {}.get, self.clock, limits)
        browser = self.ask(request(f"/side/{self.key.text}/picture.jpg".encode()))
        self.clock.advance(1.1)
        self.assertEqual(browser.responses(b"GET")[0].status, 404)
