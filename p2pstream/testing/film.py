"""Films made on the spot, whose frames carry their number where it can be read back.

A film strip: a moving picture with a time code between two black edges, and in each
edge eight perforations.  A perforation that is white is a one, a dark one a zero; the
left edge holds the high byte of the frame's number, the right edge the low byte.
Whoever looks at a picture of the window can say which frame is shown, and whether it
is whole: a perforation that is neither white nor dark is no number.

Needs PyAV (``pip install av``), no ffmpeg program.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import av

__all__ = ["CONTAINERS", "decode_number", "make_film", "perforations"]

#: What a film can be wrapped in: muxer, then its options.
CONTAINERS: dict[str, tuple[str, dict[str, str]]] = {
    "mp4": ("mp4", {"movflags": "faststart"}),
    "mp4-moov-last": ("mp4", {}),
    "mp4-fragments": ("mp4", {"movflags": "frag_keyframe+empty_moov"}),
    "mkv": ("matroska", {}),
    "ts": ("mpegts", {}),
}

BITS = 16
SOUND_RATE = 48_000
SOUND_FRAME = 1024

BLACK = (16, 128, 128)
DARK = (40, 128, 128)
WHITE = (235, 128, 128)
AMBER = (190, 60, 160)

#: Lit segments of a digit, as (x, y, w, h) on a grid of 4 by 7.
SEGMENTS = {
    "a": (0, 0, 4, 1),
    "b": (3, 0, 1, 4),
    "c": (3, 3, 1, 4),
    "d": (0, 6, 4, 1),
    "e": (0, 3, 1, 4),
    "f": (0, 0, 1, 4),
    "g": (0, 3, 4, 1),
}
DIGITS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg")

Box = tuple[int, int, int, int]
Colour = tuple[int, int, int]


def perforations(width: int, height: int) -> list[Box]:
    """Where the sixteen bits are, the highest first: (x, y, width, height) in pixels.

    They keep to the middle of the height, clear of a player's controls.
    """
    # Proportions first, whole pixels last: a scaled picture has its bits in the same places.
    pitch = height * 9 / 16 / 8
    top = height * 7 / 32
    wide, high = round(width / 32), round(pitch * 5 / 8)
    edges = (round(width / 80), width - round(width / 80) - wide)
    return [(x, round(top + row * pitch), wide, high) for x in edges for row in range(8)]


def decode_number(
    pixels: bytes | bytearray | memoryview, width: int, height: int, film: Box | None = None
) -> int | None:
    """The number that a picture carries; None when it is torn, grey or no film of ours.

    :param pixels: rows of four bytes a pixel, ``width * height * 4`` bytes in all; the
        order of the first three does not matter.
    :param film: where in the picture the film is, when it does not fill it.
    """
    left, top, across, down = film or (0, 0, width, height)
    number = 0
    for x, y, wide, high in perforations(across, down):
        at = ((top + y + high // 2) * width + left + x + wide // 2) * 4
        light = sum(pixels[at : at + 3]) // 3
        if 90 < light < 165:
            return None
        number = number << 1 | (light >= 165)
    return number


def make_film(
    path: str | Path,
    seconds: float,
    width: int = 640,
    height: int = 360,
    fps: int = 30,
    audio: bool = True,
    container: str = "mp4",
    *,
    tones: Sequence[int] = (440,),
    aspect: Fraction = Fraction(1),
    bit_rate: int | None = None,
    grain: int = 0,
) -> int:
    """Write a film and return how many frames it has.

    :param container: a key of `CONTAINERS`.
    :param tones: one sound track per pitch in Hz, when there is ``audio``.
    :param aspect: how much wider than high a pixel is shown.
    :param bit_rate: bits a second; without it, even quality.
    :param grain: how strong the noise is, 0 to 100; 20 makes a film of several Mbit/s.
    """
    import av

    muxer, options = CONTAINERS[container]
    frames = round(seconds * fps)
    with av.open(str(path), "w", format=muxer, options=options) as out:
        video = _video_stream(out, width, height, fps, aspect, bit_rate)
        sounds = [_SoundTrack(out, tone) for tone in (tones if audio else ())]
        for number, frame in enumerate(_pictures(width, height, fps, frames, grain)):
            out.mux(video.encode(frame))
            for sound in sounds:
                sound.write_until((number + 1) / fps)
        out.mux(video.encode(None))
        for sound in sounds:
            sound.finish()
    return frames


def _video_stream(
    out: Any, width: int, height: int, fps: int, aspect: Fraction, bit_rate: int | None
) -> av.VideoStream:
    """One key frame a second, so that seeking is quick and yet worth testing."""
    stream = out.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "20"})
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.gop_size = fps
    stream.codec_context.sample_aspect_ratio = aspect
    if bit_rate is not None:
        stream.bit_rate = bit_rate
        stream.codec_context.options = {"preset": "ultrafast"}
    return stream  # type: ignore[no-any-return]


class _SoundTrack:
    """A sine of one pitch, written as the pictures go along."""

    def __init__(self, out: Any, tone: int) -> None:
        self._out = out
        self._stream = out.add_stream("aac", rate=SOUND_RATE, layout="mono")
        self._written = 0
        # As many samples as hold a whole number of swings: repeating them never clicks.
        samples = SOUND_RATE // math.gcd(tone, SOUND_RATE)
        swing = 2 * math.pi * tone / SOUND_RATE
        once = array("f", (0.3 * math.sin(swing * n) for n in range(samples)))
        self._wave = once * (SOUND_FRAME // samples + 2)
        self._period = samples

    def write_until(self, seconds: float) -> None:
        """Write what is missing of the first so many seconds."""
        import av

        while self._written < seconds * SOUND_RATE:
            start = self._written % self._period
            frame = av.AudioFrame(format="fltp", layout="mono", samples=SOUND_FRAME)
            frame.planes[0].update(self._wave[start : start + SOUND_FRAME].tobytes())
            frame.sample_rate, frame.pts = SOUND_RATE, self._written
            frame.time_base = Fraction(1, SOUND_RATE)
            self._written += SOUND_FRAME
            self._out.mux(self._stream.encode(frame))

    def finish(self) -> None:
        self._out.mux(self._stream.encode(None))


def _pictures(width: int, height: int, fps: int, frames: int, grain: int) -> Iterator[av.VideoFrame]:
    """Every frame in turn: slow colours, a ball on its way, time code, perforations."""
    for number, frame in zip(range(frames), _colours(width, height, fps, grain), strict=False):
        canvas = _Canvas(frame)
        for edge in (0, width - width // 16):
            canvas.fill((edge, 0, width // 16, height), BLACK)
        for bit, box in enumerate(perforations(width, height)):
            canvas.fill(box, WHITE if number >> (BITS - 1 - bit) & 1 else DARK)
        canvas.disc(*_ball(number / fps, width, height), AMBER)
        canvas.time_code(number, fps, width, height)
        frame.pts, frame.time_base = number, Fraction(1, fps)
        # The filter says that each is a key frame, and x264 would obey.
        frame.pict_type = 0
        yield frame


def _colours(width: int, height: int, fps: int, grain: int) -> Iterator[av.VideoFrame]:
    """An endless drift of colours, computed small and blown up: it is smooth anyway."""
    from av.filter import Graph

    graph = Graph()
    spec = (
        f"s=640x360:r={fps}:x0=0:y0=0:x1=640:y1=360:speed=0.012:seed=7"
        ":n=4:c0=0x0b2447:c1=0x19747e:c2=0xa9432a:c3=0x3b1f5b"
    )
    chain = [
        graph.add("gradients", spec),
        graph.add("scale", f"{width}:{height}:flags=bicubic"),
        graph.add("format", "yuv420p"),
        *([graph.add("noise", f"alls={grain}:allf=t")] if grain else []),
        graph.add("buffersink"),
    ]
    for one, following in pairwise(chain):
        one.link_to(following)
    graph.configure()
    while True:
        frame = graph.vpull()
        frame.make_writable()
        yield frame


def _ball(seconds: float, width: int, height: int) -> tuple[int, int, int]:
    """Centre and radius of a ball that bounces on the floor as balls do."""
    radius = height // 16
    reach = width * 3 // 8 - radius
    phase = seconds % 1.0
    bounce = 4 * phase * (1 - phase)
    x = width // 2 + round(reach * math.sin(seconds * 0.9))
    y = round(height * 0.84) - radius - round(bounce * height * 0.22)
    return x, y, radius


class _Canvas:
    """Plain shapes on a yuv420p frame, made larger where an edge would halve a colour sample."""

    def __init__(self, frame: Any) -> None:
        self._planes = [(memoryview(plane), plane.line_size) for plane in frame.planes]

    def fill(self, box: Box, colour: Colour) -> None:
        left, top = box[0] & ~1, box[1] & ~1
        right, bottom = (box[0] + box[2] + 1) & ~1, (box[1] + box[3] + 1) & ~1
        for (room, line), value, shift in zip(self._planes, colour, (0, 1, 1), strict=True):
            row = bytes((value,)) * ((right - left) >> shift)
            for at in range(top >> shift, bottom >> shift):
                start = at * line + (left >> shift)
                room[start : start + len(row)] = row

    def disc(self, x: int, y: int, radius: int, colour: Colour) -> None:
        for row in range(-radius, radius, 2):
            half = math.isqrt(radius * radius - row * row)
            self.fill((x - half, y + row, 2 * half, 2), colour)

    def time_code(self, number: int, fps: int, width: int, height: int) -> None:
        """Minutes, seconds and frames, in the digits of an old clock."""
        seconds, frame = divmod(number, fps)
        text = f"{seconds // 60:02}:{seconds % 60:02}:{frame:02}"
        cell = max(2, min(height // 45, width // 80) & ~1)
        x = (width - cell * sum(3 if mark == ":" else 6 for mark in text) + 2 * cell) // 2
        y = height * 3 // 10
        for mark in text:
            for box in _mark_boxes(mark):
                left, top, wide, high = (cell * value for value in box)
                self.fill((x + left, y + top, wide, high), WHITE)
            x += cell * (3 if mark == ":" else 6)


def _mark_boxes(mark: str) -> Iterable[Box]:
    if mark == ":":
        return ((0, 2, 1, 1), (0, 4, 1, 1))
    return (SEGMENTS[name] for name in DIGITS[int(mark)])
