"""Films for tests, made once, and opened in this process."""

from __future__ import annotations

from contextlib import ExitStack
from importlib.util import find_spec
from io import BytesIO
from typing import Any, ClassVar

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from p2pstream.content.side import Facts
from p2pstream.limits import LIMITS
from p2pstream.testing.film import decode_number, make_film

__all__ = ["FPS", "SECONDS", "FilmCase", "MemoryFilm", "mpeg2", "reordered", "shown_in", "with_texts"]

SECONDS, FPS = 12, 5

TEXTS = {
    "srt": (
        b"1\n00:00:01,000 --> 00:00:02,000\nHello & <i>welcome</i>\n\n2\n00:00:04,500 --> 00:00:06,000\nBye\n"
    ),
    "ass": (
        b"[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n\n"
        b"[Events]\n"
        b"Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        b"Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Hello & {\\i1}welcome{\\i0}\n"
        b"Dialogue: 0,0:00:04.50,0:00:06.00,Default,,0,0,0,,Bye\n"
    ),
}


class MemoryFilm:
    """A film in memory."""

    def __init__(self, raw: bytes) -> None:
        self.length = len(raw)
        self._raw = raw

    def pread(self, start: int, count: int) -> bytes:
        """As `reading.FilmBytes` says."""
        return self._raw[start : start + count]


class FilmCase(SynchronousTestCase):
    """Tests with a film, made once for all of them."""

    films: ClassVar[dict[str, bytes]] = {}

    def setUp(self) -> None:
        """Skip where there is nothing to make them with."""
        if find_spec("av") is None:
            raise SkipTest("films are made and opened with PyAV: pip install av")

    def film(self, container: str) -> bytes:
        """A film of twelve seconds."""
        if container not in self.films:
            path = self.mktemp()
            make_film(path, SECONDS, 320, 180, FPS, container=container)
            with open(path, "rb") as file:
                self.films[container] = file.read()
        return self.films[container]

    def opened(self, raw: bytes) -> tuple[Any, Facts]:
        """The container of a film, which is closed by itself, and what is in it."""
        from p2pstream.media.worker.opening import facts_of, opened

        film = MemoryFilm(raw)
        stack = ExitStack()
        self.addCleanup(stack.close)
        container = stack.enter_context(opened(film, LIMITS))
        return container, facts_of(container, film, LIMITS)


def shown_in(picture: bytes, box: tuple[int, int, int, int] | None = None) -> int | None:
    """The number of the frame that a JPEG shows, there."""
    import av

    with av.open(BytesIO(picture), format="jpeg_pipe") as container:
        return number_of(next(container.decode(video=0)), box)


def number_of(frame: Any, box: tuple[int, int, int, int] | None = None) -> int | None:
    """The number that a decoded picture carries."""
    frame = frame.reformat(format="rgba")
    plane, line = bytes(frame.planes[0]), frame.planes[0].line_size
    pixels = b"".join(plane[row * line : row * line + 4 * frame.width] for row in range(frame.height))
    return decode_number(pixels, frame.width, frame.height, box)


def with_texts(film: bytes, container: str, kind: str) -> bytes:
    """The same film with a track of subtitles.

    :param kind: ``srt`` or ``ass``.
    """
    import av

    into = BytesIO()
    with (
        av.open(BytesIO(film)) as source,
        av.open(BytesIO(TEXTS[kind]), format=kind) as texts,
        av.open(into, "w", format=container) as out,
    ):
        taken = [source.streams.video[0], texts.streams.subtitles[0]]
        copies = [_like(out, each) for each in taken]
        copies[1].metadata["language"] = "eng"
        for stream, copy in zip(taken, copies, strict=True):
            for packet in [each for each in stream.container.demux(stream) if each.dts is not None]:
                packet.stream = copy
                out.mux(packet)
    return into.getvalue()


def reordered(container: str) -> bytes:
    """A film as encoders make them: key frames two seconds apart, pictures stored in another order.

    Its n-th picture, of 150 in six seconds, is as light as n.
    """
    import av

    into = BytesIO()
    with av.open(into, "w", format=container) as out:
        options = {"preset": "veryfast", "bf": "2", "g": "50", "keyint_min": "50", "sc_threshold": "0"}
        stream: Any = out.add_stream("libx264", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(150):
            frame = av.VideoFrame(64, 64, "yuv420p")
            for plane, light in zip(frame.planes, (number, 128, 128), strict=True):
                plane.update(bytes((light,)) * plane.buffer_size)
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return into.getvalue()


def mpeg2() -> bytes:
    """A film that no browser plays."""
    import av

    into = BytesIO()
    with av.open(into, "w", format="matroska") as out:
        stream: Any = out.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(5):
            frame = av.VideoFrame(64, 64, "yuv420p")
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return into.getvalue()


def _like(out: Any, stream: Any) -> Any:
    """A stream as that one, in any PyAV."""
    add = getattr(out, "add_stream_from_template", None)
    return add(stream) if add is not None else out.add_stream(template=stream)
