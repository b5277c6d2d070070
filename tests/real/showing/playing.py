"""The film is really seen, whole and in order; and heard."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy
from twisted.internet import reactor
from twisted.internet.protocol import Factory
from twisted.trial.unittest import TestCase

from p2pstream.data.memory import BufferData
from p2pstream.errors import CannotPlay, NoPlayer
from p2pstream.player.options import PlayerOptions
from p2pstream.player.screen.photograph import Photograph
from p2pstream.player.sfml_player import SfmlPlayer
from p2pstream.testing.people.player import PlayerContract
from tests.real.showing.films import SILENT, Trickle, Viewing, arriving, film, until


class SfmlPlayerTests(PlayerContract, TestCase):
    async def make_player(self) -> Any:
        """See `PlayerContract`."""
        options = PlayerOptions(size=(320, 180), hardware="none", libvlc=SILENT)
        return SfmlPlayer(reactor, options)

    async def test_garbage(self) -> None:
        """Bytes that are no film are named so, in one printable line."""
        player = await self.make_player()
        self.addCleanup(player.stop)
        await player.open("a\x1b[31mb.mp4")
        failure = await self.assertFailure(player.play(BufferData(b"\1no film " * 5000)), CannotPlay)
        self.assertIn("a\\x1b[31mb.mp4", str(failure))
        self.assertTrue(str(failure).isprintable())

    async def test_lists_of_links(self) -> None:
        """A film that is a playlist makes this machine fetch nothing."""
        dialled: list[Any] = []
        trap = Factory()
        trap.buildProtocol = dialled.append  # type: ignore[assignment]
        port = reactor.listenTCP(0, trap, interface="127.0.0.1")  # type: ignore[attr-defined]
        self.addCleanup(port.stopListening)
        link = f"http://127.0.0.1:{port.getHost().port}/film.ts"
        for text in (
            f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{link}\n#EXT-X-ENDLIST\n",
            '<SmoothStreamingMedia MajorVersion="2" Duration="300000000">'
            f'<StreamIndex Type="video" Url="{link}">'
            '<QualityLevel Index="0" Bitrate="1000" FourCC="H264"/><c d="300000000"/></StreamIndex>'
            "</SmoothStreamingMedia>",
        ):
            player = await self.opened()
            failure = await self.assertFailure(player.play(BufferData(text.encode())), CannotPlay)
            self.assertIn("film.mp4 is not played: it is text, or a playlist", str(failure))
            await player.stop()
        self.assertEqual(dialled, [])

    async def test_begins_too_late(self) -> None:
        """A film is not begun after its end; begun within its last moment it just ends."""
        player = await self.opened()
        failure = await self.assertFailure(player.play(BufferData(film(1.0)), None, 90.0), CannotPlay)
        self.assertIn("film.mp4 is over after 0:01, and was to begin at 1:30", str(failure))
        await player.stop()
        player = await self.opened()
        state = await player.play(BufferData(film(4.0)), None, 3.9)
        self.assertEqual(state.ended, "end")
        self.assertLess(state.shown, 25)

    async def test_sound_only(self) -> None:
        """A stream with sound and no picture is played, not refused."""
        viewing = Viewing(self)
        await viewing.player.open("tone.ts")
        state = await viewing.player.play(BufferData(tone()))
        self.assertEqual((state.ended, viewing.numbers), ("end", []))


class FramesTests(TestCase):
    async def _assert_whole(
        self, content: bytes, frames: int, coverage: float = 0.9, seekable: bool = True
    ) -> None:
        viewing = Viewing(self)
        await viewing.player.open("film")
        data = arriving()
        data.seekable = seekable
        source = Trickle(data, content, 2_000_000)
        source.start()
        self.addCleanup(source.stop)
        state = await viewing.player.play(data)
        seen = viewing.numbers
        self.assertNotIn(None, seen)
        self.assertEqual(seen, sorted(set(seen)), "frames came twice or out of order")
        self.assertGreaterEqual(len(seen), viewing.enough(frames, coverage))
        self.assertEqual(state.shown, len(seen))

    async def test_faststart(self) -> None:
        """Frames are seen in the window in order and hardly one is missing."""
        await self._assert_whole(film(), 90)

    async def test_not_seekable(self) -> None:
        """Data that can only be read from its beginning is played from its beginning."""
        await self._assert_whole(film(2), 60, seekable=False)

    async def test_moov_last(self) -> None:
        """A film whose index comes last is played once that is there."""
        await self._assert_whole(film(2, container="mp4-moov-last"), 60)

    async def test_fragments(self) -> None:
        """So is one in fragments: libvlc walks through all of them before it begins."""
        await self._assert_whole(film(2, container="mp4-fragments"), 60)

    async def test_matroska(self) -> None:
        """Matroska too, which looks for its cues at the end."""
        await self._assert_whole(film(2, container="mkv"), 60)

    async def test_transport_stream(self) -> None:
        """A transport stream too, which says neither its length nor, at first, its size."""
        await self._assert_whole(film(2, container="ts"), 60)

    async def test_full_hd(self) -> None:
        """Padded coding (1088 lines for 1080) does not stretch the picture."""
        await self._assert_whole(film(2, 1920, 1080), 60, 0.7)


class ShapeTests(TestCase):
    async def _shape(self, content: bytes, size: tuple[int, int]) -> tuple[Fraction, Viewing]:
        viewing = Viewing(self, size)
        await viewing.player.open("film")
        playing = viewing.player.play(BufferData(content))
        await viewing.until(15)
        seen = viewing.player.photograph()
        self.assertEqual(seen.film, (0, 0, seen.width, seen.height), "the window has the shape of the film")
        await viewing.player.stop()
        await playing
        return Fraction(seen.width, seen.height), viewing

    async def test_square_pixels(self) -> None:
        """The window takes the shape of the film."""
        shape, _ = await self._shape(film(2, 320, 240), (640, 360))
        self.assertLess(abs(float(shape) - 4 / 3), 0.01)

    async def test_wide_pixels(self) -> None:
        """Pixels that are wider than high are shown so."""
        shape, viewing = await self._shape(film(2, 320, 240, aspect=Fraction(4, 3)), (640, 480))
        self.assertLess(abs(float(shape) - 16 / 9), 0.01)
        self.assertNotIn(None, viewing.numbers)

    async def test_padded_transport_stream(self) -> None:
        """A transport stream is first known by its padded size; its shape is right all the same."""
        shape, _ = await self._shape(film(2, 320, 180, container="ts"), (640, 360))
        self.assertLess(abs(float(shape) - 16 / 9), 0.01)


class SubtitleTests(TestCase):
    async def _white(self, **options: Any) -> int:
        """How many light pixels there are where subtitles would be."""
        viewing = Viewing(self, (640, 360), **options)
        await viewing.player.open("film")
        playing = viewing.player.play(BufferData(film(6)))
        # When the controls are no longer over them.
        await until(lambda: viewing.player.state.position > 3.5)
        pictures: list[Photograph] = []
        viewing.player.when_drawn = lambda: pictures.append(viewing.player.photograph())
        await until(lambda: bool(pictures))
        seen, wide, high = pictures[0], pictures[0].width, pictures[0].height
        await viewing.player.stop()
        await playing
        picture = numpy.frombuffer(seen.pixels, numpy.uint8).reshape(high, wide, 4)
        place = picture[high * 2 // 3 :, wide // 6 : wide * 5 // 6, :3]
        return int((place.min(axis=2) > 120).sum())

    async def test_file_beside_the_film(self) -> None:
        """A subtitle file is shown, whatever its name is made of."""
        folder = Path(self.mktemp())
        folder.mkdir()
        path = folder / "a film #1 :sout=%41.srt"
        path.write_text("1\n00:00:00,000 --> 00:00:06,000\nIt is written\n", encoding="utf-8")
        self.assertLess(await self._white(), 50)
        self.assertGreater(await self._white(subtitles=str(path)), 200)


class TitleTests(TestCase):
    async def _heading(self, title: str) -> str:
        viewing = Viewing(self)
        await viewing.player.open(title)
        canvas = viewing.player._projector.canvas
        assert canvas is not None
        heading = canvas.heading
        await viewing.player.stop()
        return heading

    async def test_glyphs(self) -> None:
        """A name is drawn if the font has its glyphs, composed; else only the title bar has it."""
        self.assertEqual(
            await self._heading("Le fabuleux destin d'Ame\u0301lie ♪.mp4"),
            "Le fabuleux destin d'Amélie ♪.mp4",
        )
        self.assertEqual(await self._heading("Фильм — ταινία.mkv"), "Фильм — ταινία.mkv")
        self.assertEqual(await self._heading("film \U0001f3ac.mp4"), "")

    async def test_scripts_that_need_shaping(self) -> None:
        """Names that would come apart, or run backwards, are left to the title bar."""
        for title in ("فيلم.mp4", "סרט.mp4", "फ़िल्म.mp4"):
            self.assertEqual(await self._heading(title), "")

    def test_system_font(self) -> None:
        """Fontconfig names a file for what an ordinary name needs."""
        from p2pstream.player.screen.titles import system_font

        path = system_font("film")
        self.assertTrue(not path or Path(path).is_file())


class SoundTests(TestCase):
    async def _pitch(self, content: bytes, keys: tuple[str, ...] = ()) -> float:
        path = self.mktemp()
        viewing = Viewing(self, libvlc=("--aout=afile", f"--audiofile-file={path}"))
        await viewing.player.open("film")
        await viewing.player.play(BufferData(content))
        await viewing.player.stop()
        return pitch(path)

    async def test_sound(self) -> None:
        """The sound of the film is heard: a tone of 440 Hz."""
        self.assertLess(abs(await self._pitch(film(2)) - 440), 2)

    async def test_other_tone(self) -> None:
        """Another film, another tone."""
        self.assertLess(abs(await self._pitch(film(2, tones=(880,))) - 880), 2)


class PictureTests(TestCase):
    async def test_screenshot(self) -> None:
        """A picture of the window is a PNG that shows the film and the time."""
        viewing = Viewing(self)
        await viewing.player.open("film")
        playing = viewing.player.play(BufferData(film()))
        await until(lambda: viewing.player.state.position > 0)
        path = Path(self.mktemp())
        await viewing.player.screenshot(path)
        self.assertEqual(path.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        await viewing.player.stop()
        await playing
        self.assertGreater(path.stat().st_size, 5000)

    async def test_film_goes_on(self) -> None:
        """While pictures are pressed and written no frame is missed."""
        viewing = Viewing(self)
        await viewing.player.open("film")
        playing = viewing.player.play(BufferData(film()))
        path = Path(self.mktemp())
        for seconds in (0.7, 1.3, 2.0):
            await until(lambda seconds=seconds: viewing.player.state.position > seconds)  # type: ignore[misc]
            await viewing.player.screenshot(path)
        state = await playing
        self.assertGreaterEqual(state.shown, viewing.enough(90))

    async def test_cannot_be_written(self) -> None:
        """A picture that has no place fails, and the film does not; without a window there is none."""
        viewing = Viewing(self)
        await viewing.player.open("film")
        playing = viewing.player.play(BufferData(film(1)))
        await viewing.until(3)
        await self.assertFailure(viewing.player.screenshot("/dev/null/x.png"), NotADirectoryError)
        await self.assertFailure(viewing.player.screenshot(Path.cwd()), IsADirectoryError)
        self.assertEqual((await playing).ended, "end")
        await viewing.player.stop()
        await self.assertFailure(viewing.player.screenshot(self.mktemp()), NoPlayer)


def pitch(path: str) -> float:
    """The loudest frequency in a sound file, in Hz."""
    with wave.open(path) as sound:
        rate = sound.getframerate()
        samples = numpy.frombuffer(sound.readframes(sound.getnframes()), "<i2")[:: sound.getnchannels()]
    middle = samples[len(samples) // 4 : len(samples) * 3 // 4]
    spectrum = numpy.abs(numpy.fft.rfft(middle * numpy.hanning(len(middle))))
    return float(numpy.argmax(spectrum) * rate / len(middle))


def tone() -> bytes:
    """One second of sound in a container, and no picture."""
    import io

    import av

    room = io.BytesIO()
    with av.open(room, "w", format="matroska") as out:
        stream: Any = out.add_stream("aac", rate=48_000)
        stream.layout = "mono"
        for number in range(48):
            frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            frame.planes[0].update(bytes(4096))
            frame.sample_rate, frame.pts = 48_000, number * 1024
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return room.getvalue()
