"""What belongs to a film, as pages ask for it: facts, seek pictures, subtitles, and the film wrapped anew."""

from __future__ import annotations

import io
import json

import av
from twisted.internet.defer import Deferred
from twisted.web.resource import Resource

from p2pstream.content.admission import Admission
from p2pstream.interfaces import IWebRequest
from p2pstream.web.resource import WebResource

__all__ = ["Belongings"]

MIME = 'video/mp4; codecs="avc1.42c01e, mp4a.40.2"'
WORDS = b"WEBVTT\n\n00:00.000 --> 01:00.000\nHello, said the moon.\n"
SEEK = b"""WEBVTT

00:00.000 --> 00:10.000
seek-0.svg#xywh=0,0,160,90

00:10.000 --> 00:20.000
seek-0.svg#xywh=160,0,160,90
"""
SHEET = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="320" height="90">'
    b'<rect width="160" height="90" fill="#356"/><rect x="160" width="160" height="90" fill="#653"/></svg>'
)


class Belongings(WebResource):
    """``/side/NAME/…``.

    :param plays: how a browser can play it: "file", "remux" or "no".
    :param cannot: what it has that no browser decodes.
    """

    admission = Admission.PUBLIC

    def __init__(self, plays: str, *cannot: str) -> None:
        super().__init__()
        facts = {
            "duration": 20.0, "plays": plays, "mime": MIME, "cannot": cannot, "picture": "picture.svg",
            "seek": "seek.vtt", "subtitles": [{"label": "English", "language": "en", "url": "words.vtt"}],
        }  # fmt: skip
        self.there = {
            b"facts.json": (json.dumps(facts).encode(), b"application/json"),
            b"seek.vtt": (SEEK, b"text/vtt; charset=utf-8"),
            b"words.vtt": (WORDS, b"text/vtt; charset=utf-8"),
            b"seek-0.svg": (SHEET, b"image/svg+xml"),
            b"picture.svg": (SHEET, b"image/svg+xml"),
        }

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: the film, then a part of it."""
        return _Part(*self.there[path]) if path in self.there else self

    @staticmethod
    def wrapped(film: bytes) -> Resource:
        """``/remux/NAME?t=SECONDS``."""
        return _Wrapped(film)


class _Part(WebResource):
    def __init__(self, body: bytes, kind: bytes) -> None:
        super().__init__()
        self._body, self._kind = body, kind

    async def answer(self, request: IWebRequest) -> None:
        await request.show(self._body, self._kind)


class _Wrapped(WebResource):
    def __init__(self, film: bytes) -> None:
        super().__init__()
        self._film = film

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        return self

    async def answer(self, request: IWebRequest) -> None:
        start = float(request.args[b"t"][0])
        wrapped = fragments(self._film, start)
        if start:
            await request.show(wrapped, b"video/mp4")
        else:
            # The rest never comes: whoever goes on must ask anew.
            await request.push(wrapped[: len(wrapped) // 2])
            await Deferred()


def fragments(film: bytes, start: float) -> bytes:
    """The film from the key frame before that second on, with its times."""
    wrapped = io.BytesIO()
    options = {
        "movflags": "frag_keyframe+empty_moov+default_base_moof+frag_discont",
        "avoid_negative_ts": "disabled",
    }
    with av.open(io.BytesIO(film)) as old, av.open(wrapped, "w", format="mp4", options=options) as new:
        tracks = {track.index: new.add_stream_from_template(track) for track in old.streams}
        old.seek(round(start * 1_000_000))
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = tracks[packet.stream.index]
                new.mux(packet)
    return wrapped.getvalue()
