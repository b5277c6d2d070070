from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.film import CONTAINERS, decode_number, make_film, perforations
from tests import strategies as profile  # noqa: F401


def strip(number: int, width: int, height: int, light: int = 235) -> bytearray:
    """A picture of nothing but the perforations of one frame."""
    pixels = bytearray(b"\x10\x10\x10\xff" * (width * height))
    for bit, (x, y, wide, high) in enumerate(perforations(width, height)):
        shade = light if number >> (15 - bit) & 1 else 40
        for row in range(y, y + high):
            start = (row * width + x) * 4
            pixels[start : start + 4 * wide] = bytes((shade, shade, shade, 255)) * wide
    return pixels


class NumberTests(SynchronousTestCase):
    @given(st.integers(0, 65535), st.sampled_from([(320, 180), (640, 360), (500, 281), (360, 640)]))
    def test_round_trip(self, number: int, size: tuple[int, int]) -> None:
        """The number is read back from a picture of any size and shape."""
        self.assertEqual(decode_number(strip(number, *size), *size), number)

    def test_torn(self) -> None:
        """A grey perforation is no number."""
        self.assertIsNone(decode_number(strip(7, 320, 180, 128), 320, 180))

    def test_part_of_a_picture(self) -> None:
        """The film may be a part of the picture: a letterbox is left out."""
        rows = strip(4242, 320, 180)
        picture = bytes(320 * 4 * 60) + rows + bytes(320 * 4 * 60)
        self.assertEqual(decode_number(picture, 320, 300, (0, 60, 320, 180)), 4242)


class FilmTests(SynchronousTestCase):
    def _film(self, **more: Any) -> Any:
        path = Path(self.mktemp())
        self.assertEqual(make_film(path, 1, 320, 180, **more), 30)
        film = av.open(str(path))
        self.addCleanup(film.close)
        return film

    def test_every_container(self) -> None:
        """In each container every frame carries its number, with a tone beside it."""
        for container in CONTAINERS:
            film = self._film(container=container)
            numbers = []
            for frame in film.decode(video=0):
                picture = frame.reformat(format="rgba")
                numbers.append(decode_number(bytes(picture.planes[0]), 320, 180))
            self.assertEqual(numbers, list(range(30)), container)
            self.assertEqual(len(film.streams.audio), 1)

    def test_key_frames(self) -> None:
        """One in each second, no more: what is between them must be decoded to be seen."""
        path = Path(self.mktemp())
        for container in CONTAINERS:
            make_film(path, 2, 320, 180, fps=12, container=container)
            with av.open(str(path)) as film:
                packets = [packet for packet in film.demux(video=0) if packet.size]
            keys = [number for number, packet in enumerate(packets) if packet.is_keyframe]
            self.assertEqual((len(packets), keys), (24, [0, 12]), container)

    def test_options(self) -> None:
        """No sound, two sound tracks, and pixels that are wider than high."""
        self.assertEqual(len(self._film(audio=False).streams.audio), 0)
        film = self._film(tones=(440, 880), aspect=Fraction(4, 3))
        self.assertEqual(len(film.streams.audio), 2)
        self.assertEqual(film.streams.video[0].sample_aspect_ratio, Fraction(4, 3))

    def test_grain(self) -> None:
        """Grain makes a film large, so that it does not arrive all at once."""
        plain, grainy = self._film(), self._film(grain=20)
        self.assertGreater(grainy.size, 4 * plain.size)
