"""A film opened, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import av

from p2pstream.content.side.facts import AUDIO, SUBTITLES, VIDEO, Facts, FilmTrack
from p2pstream.content.text import printable
from p2pstream.limits import Limits
from p2pstream.media.lenient import LENIENT
from p2pstream.media.worker.codecs import rfc6381
from p2pstream.media.worker.reading import FilmBytes, FilmFile

__all__ = ["TEXTS", "facts_of", "opened", "shown_tracks", "start_us"]

#: Containers that are films; none of them is a list of links.
_FORMATS = (
    "aac ac3 aiff asf av1 avi dts eac3 flac flv h264 hevc ivf m4v matroska mov mp3 mp4 mpeg mpegts mpegvideo "
    "mxf obu ogg wav webm"
)
#: As FFmpeg calls them, and as we do.
_CALLED = {"mov,mp4,m4a,3gp,3g2,mj2": "mp4", "matroska,webm": "matroska"}
#: Codecs of subtitles that are text.
TEXTS = frozenset(["subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text"])
_KINDS = {"video": VIDEO, "audio": AUDIO, "subtitle": SUBTITLES}
#: Where Matroska says which of the two it is.
_HEAD_BYTES = 64
_US = 1_000_000


@contextmanager
def opened(film: FilmBytes, limits: Limits) -> Iterator[Any]:
    """The container of a film.

    :raises av.error.FFmpegError: it is none.
    """
    options = {
        "format_whitelist": ",".join(_FORMATS.split()),
        # Nothing else is opened on a film's word; see `confined`, too.
        "protocol_whitelist": "none",
        "max_streams": "1000",
    }
    with av.open(FilmFile(film), "r", options=options, **LENIENT) as container:
        for stream in container.streams.video:
            stream.codec_context.thread_count = 1
            stream.codec_context.options = {"max_pixels": str(limits.worker_pixels)}
        yield container


def facts_of(container: Any, film: FilmBytes, limits: Limits) -> Facts:
    """What is in it."""
    called = _CALLED.get(container.format.name, container.format.name)
    if called == "matroska" and b"webm" in film.pread(0, _HEAD_BYTES):
        called = "webm"
    tracks = (_track(stream) for stream in shown_tracks(container)[: limits.film_tracks])
    return Facts(_duration_ms(container), printable(called, 30), tuple(tracks))


def shown_tracks(container: Any) -> list[Any]:
    """Its streams, but for pictures that are attached and what is no track at all."""
    return [
        stream
        for stream in container.streams
        if stream.type in _KINDS and stream.codec_context is not None and not _is_attached(stream)
    ]


def start_us(container: Any) -> int:
    """What its times begin at: of a recording from the air that is any number."""
    start = container.start_time
    return int(start) if start is not None and start > 0 else 0


def _is_attached(stream: Any) -> bool:
    # The bit of FFmpeg's AV_DISPOSITION_ATTACHED_PIC; PyAV 12.3 has no name for it.
    return bool(int(getattr(stream, "disposition", 0)) & 0x400)


def _duration_ms(container: Any) -> int:
    """Milliseconds; 0 where nobody knows."""
    if container.duration:
        return max(0, int(container.duration) * 1000 // _US)
    known = (stream.duration * stream.time_base for stream in container.streams if stream.duration)
    return int(max(known, default=0) * 1000)


def _track(stream: Any) -> FilmTrack:
    context, codec = stream.codec_context, stream.codec_context.name
    kind = _KINDS[stream.type]
    metadata = stream.metadata
    codec = _DECODERS.get(codec, codec)
    return FilmTrack(
        kind,
        printable(codec, 40),
        rfc6381(codec, bytes(context.extradata or b"")),
        printable(metadata.get("language", "").removesuffix("und"), 20),
        printable(metadata.get("title", ""), 60),
        context.width if kind == VIDEO else 0,
        context.height if kind == VIDEO else 0,
        _channels(context) if kind == AUDIO else 0,
        codec in TEXTS,
    )


#: Decoders that are not called as their codec is.
_DECODERS = {
    "libdav1d": "av1",
    "libvpx-vp9": "vp9",
    "libvpx": "vp8",
    "mp3float": "mp3",
    "dca": "dts",
    "libopus": "opus",
}


def _channels(context: Any) -> int:
    layout = context.layout
    return len(layout.channels) if layout is not None else 0
