"""What a worker does with a film, in this process: pictures, subtitles, another container."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from typing import Any

from p2pstream.content.side import Storyboard, playable
from p2pstream.limits import LIMITS
from p2pstream.testing.film import decode_number, make_film
from tests.media.filmed import FPS, SECONDS, FilmCase, MemoryFilm, mpeg2, reordered, shown_in, with_texts


class ConfinedTests(FilmCase):
    """What a worker gives up."""

    def test_bounds(self) -> None:
        """So much memory and so many seconds of a processor, and no file, whatever it had before."""
        import resource

        from p2pstream.media.worker.confined import confine

        told: dict[int, Any] = {}
        self.patch(resource, "setrlimit", told.__setitem__)
        limits = replace(LIMITS, worker_memory_bytes=1 << 30, worker_cpu_s=7.0)
        confine(limits)
        self.assertEqual(told[resource.RLIMIT_AS], (1 << 30, 1 << 30))
        self.assertEqual(told[resource.RLIMIT_CPU], (7, 7))
        self.assertEqual(told[resource.RLIMIT_NOFILE], (0, 0))


class FactTests(FilmCase):
    """What is in it."""

    def test_containers(self) -> None:
        """The same tracks in each, of the same length."""
        for container, called, way in (
            ("mp4", "mp4", "file"),
            ("mkv", "matroska", "remux"),
            ("ts", "mpegts", "remux"),
        ):
            _, facts = self.opened(self.film(container))
            self.assertEqual(facts.container, called)
            self.assertLess(abs(facts.duration_ms - 1000 * SECONDS), 150)
            self.assertEqual([track.codec for track in facts.tracks], ["h264", "aac"])
            self.assertEqual((facts.tracks[0].width, facts.tracks[0].height), (320, 180))
            self.assertEqual(playable(facts).way, way)
            self.assertIn("avc1.", playable(facts).mime)

    def test_F51_lists(self) -> None:
        """Lists of links and other words are no films, whatever they are called; nothing is opened."""
        import av

        for raw in (
            b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n",
            b"ffconcat version 1.0\nfile /etc/passwd\n",
            b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
            b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'/>",
            b"P6 1 1 255\n\0\0\0",
            os.urandom(5000),
            b"",
        ):
            self.assertRaises((av.error.FFmpegError, EOFError), self.opened, raw)


class PictureTests(FilmCase):
    """Pictures out of it."""

    def pictures(self, raw: bytes) -> tuple[list[tuple[str, bytes]], Storyboard | None]:
        """All of them, and what is on the sheets."""
        from p2pstream.media.worker.pictures import pictures

        found = list(pictures(*self.opened(raw), LIMITS))
        board = next((each for each in found if isinstance(each, Storyboard)), None)
        return [each for each in found if isinstance(each, tuple)], board

    def test_each_shows_its_time(self) -> None:
        """On the sheet, side by side, what is shown at five-second steps, in every container."""
        for container in ("mp4", "mkv", "ts"):
            (picture, sheet), board = self.pictures(self.film(container))
            self.assertEqual((picture[0], sheet[0]), ("picture", "sheet"))
            self.assertEqual(board, Storyboard(5000, 2, 160, 90, 2, 1))
            shown = [shown_in(sheet[1], (160 * place, 0, 160, 90)) for place in range(2)]
            # In the transport stream sound begins a little before pictures.
            self.assertIn(shown, ([0, 5 * FPS], [0, 5 * FPS - 1]))
            self.assertIn(shown_in(picture[1]), shown)

    def test_wide_pixels(self) -> None:
        """Pictures have the proportions in which the film is shown."""
        import av

        path = self.mktemp()
        make_film(path, 1, 320, 180, FPS, audio=False, aspect=Fraction(1, 2))
        with open(path, "rb") as file:
            pictures, board = self.pictures(file.read())
        with av.open(BytesIO(pictures[0][1]), format="jpeg_pipe") as container:
            frame = next(container.decode(video=0))
        self.assertEqual((frame.width, frame.height, board), (240, 270, None))

    def test_turned(self) -> None:
        """What a camera held upright took is turned."""
        import av

        from p2pstream.media.worker.tiles import Tile, tile_of

        class Held:
            rotation, width, height = -90, 4, 2

            def reformat(self, width: int, height: int, format: str) -> Any:
                frame = av.VideoFrame(width, height, "yuvj420p")
                for plane in frame.planes:
                    line = bytes(at % 256 for at in range(plane.line_size))
                    plane.update((line * (plane.buffer_size // len(line) + 1))[: plane.buffer_size])
                return frame

        turned = tile_of(Held(), (4, 2))
        self.assertEqual(turned.size, (2, 4))
        self.assertEqual(turned.planes[0], bytes((0, 0, 1, 1, 2, 2, 3, 3)))
        self.assertEqual(Tile.black((2, 4)).planes[1], bytes((128, 128)))

    def test_too_large(self) -> None:
        """Of a film with larger pictures than are decoded there are none."""
        from p2pstream.media.worker.opening import facts_of, opened
        from p2pstream.media.worker.pictures import pictures

        film = MemoryFilm(self.film("mkv"))
        for most, count in ((320 * 192, 2), (320 * 160, 0)):
            limits = replace(LIMITS, worker_pixels=most)
            with opened(film, limits) as container:
                found = list(pictures(container, facts_of(container, film, limits), limits))
            self.assertEqual(sum(isinstance(each, tuple) for each in found), count)

    def test_cut_short(self) -> None:
        """Of half a film there are the pictures that there are."""
        raw = self.film("mkv")
        pictures, board = self.pictures(raw[: len(raw) // 2])
        self.assertEqual(pictures[0][0], "picture")
        self.assertTrue(board is None or board.count <= 2)


class TextTests(FilmCase):
    """Subtitles inside it."""

    def test_inside(self) -> None:
        """As WebVTT, in the order of their times, with their language."""
        from p2pstream.media.worker.texts import texts

        for kind in ("srt", "ass"):
            opened, facts = self.opened(with_texts(self.film("mp4"), "matroska", kind))
            ((stream, vtt),) = texts(opened, LIMITS)
            self.assertEqual(stream.metadata.get("language"), "eng")
            self.assertEqual(
                vtt,
                b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello &amp; <i>welcome</i>\n"
                b"\n00:00:04.500 --> 00:00:06.000\nBye\n",
            )
            self.assertTrue(facts.tracks[-1].is_text)

    def test_kinds(self) -> None:
        """What one packet shows, as containers have it."""
        from p2pstream.media.worker.texts import shown_by

        for codec, raw, wanted in (
            ("mov_text", b"\x00\x05a & b\x00\x00\x00\x0cstyl", ("a &amp; b", "")),
            ("mov_text", b"", ("", "")),
            ("webvtt", b"a &amp; <b>c</b>", ("a &amp; <b>c</b>", "")),
            ("subrip", b"a\r\nb\xff", ("a\nb\ufffd", "")),
            ("ass", b"7,0,Default,,0,0,0,,{\\an8}a, b", ("a, b", "line:0")),
        ):
            self.assertEqual(shown_by(codec, raw, 100), wanted)

    def test_none(self) -> None:
        """A film without any is not read for them."""
        from p2pstream.media.worker.texts import texts

        self.assertEqual(list(texts(self.opened(self.film("mkv"))[0], LIMITS)), [])


class RemuxTests(FilmCase):
    """The same in fragmented MP4."""

    def remuxed(self, raw: bytes, start_ms: int = 0) -> bytes:
        """All of it from there."""
        from p2pstream.media.worker.remux import remux

        class Parts:
            def __init__(self) -> None:
                self.parts: list[bytes] = []

            def write(self, content: bytes) -> int:
                self.parts.append(bytes(content))
                return len(content)

        parts = Parts()
        remux(*self.opened(raw), start_ms, parts)
        return b"".join(parts.parts)

    def numbers(self, raw: bytes) -> list[int | None]:
        """The frames that it shows."""
        import av

        found = []
        with av.open(BytesIO(raw)) as container:
            for frame in container.decode(video=0):
                plane = frame.reformat(format="rgba").planes[0]
                found.append(decode_number(bytes(plane), plane.line_size // 4, 180, (0, 0, 320, 180)))
        return found

    def test_whole(self) -> None:
        """Each picture and all of the sound, in fragments, from containers that browsers do not open."""
        import av

        for container in ("mkv", "ts", "mp4"):
            raw = self.remuxed(self.film(container))
            self.assertEqual(self.numbers(raw), list(range(SECONDS * FPS)), container)
            self.assertGreater(raw.count(b"moof"), 5)
            with av.open(BytesIO(raw)) as made:
                sound = sum(frame.samples for frame in made.decode(audio=0))
            self.assertLess(abs(sound / 48_000 - SECONDS), 0.2)

    def test_from_a_time(self) -> None:
        """From the key frame before it; times are those of the film, so that parts fit together."""
        import av

        for container in ("mkv", "ts", "mp4"):
            raw = self.remuxed(self.film(container), 7_000)
            first = self.numbers(raw)[0] or 0
            self.assertTrue(5 * FPS <= first <= 7 * FPS, (container, first))
            with av.open(BytesIO(raw)) as made:
                video = made.streams.video[0]
                start = float((video.start_time or 0) * (video.time_base or 1))
            self.assertLess(abs(start - first / FPS), 0.05)

    def test_reordered(self) -> None:
        """Pictures stored in another order than they are shown in: none is lost, each has its time."""
        import av

        for container in ("matroska", "mpegts", "avi", "mp4"):
            raw = reordered(container)
            for start_ms, first in ((0, 0), (3_000, 50), (5_900, 100)):
                with av.open(BytesIO(self.remuxed(raw, start_ms))) as made:
                    video = made.streams.video[0]
                    shown = [
                        (round(float(frame.pts * video.time_base) * 25), bytes(frame.planes[0])[0])
                        for frame in made.decode(video)
                    ]
                self.assertEqual(len(shown), 150 - first, (container, start_ms))
                # From the very beginning all of it may be two pictures late.
                wrong = [(time, light) for time, light in shown if abs(time - light) > 3]
                self.assertEqual(wrong, [], (container, start_ms))

    def test_nothing_to_show(self) -> None:
        """A film with nothing that a browser decodes is refused in words."""
        said = self.assertRaises(ValueError, self.remuxed, mpeg2())
        self.assertIn("browser", str(said))
