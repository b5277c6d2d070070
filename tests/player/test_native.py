from __future__ import annotations

import ctypes
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.player.frames import Frames
from p2pstream.player.native import (
    UNKNOWN_LENGTH,
    MemoryInput,
    MemoryOutput,
    VideoTrack,
    _as_value,
    _Video,
    picture_size,
)
from tests import strategies as profile  # noqa: F401


class BrokenFeed:
    """Everything about it raises."""

    length = 5

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


class CountingFeed:
    """Ten bytes, of which each read gives three."""

    def __init__(self, length: int | None) -> None:
        self.length = length
        self.position = 0

    def seek(self, position: int) -> None:
        """See `ReadAhead`."""
        self.position = position

    def read_into(self, room: memoryview) -> int:
        """See `ReadAhead`."""
        room[:3] = b"abc"
        return 3


class InputTests(SynchronousTestCase):
    def test_open(self) -> None:
        """The size is told when it is known; 2**64-1 means that it is not."""
        for length, told in ((77, 77), (None, UNKNOWN_LENGTH)):
            source = MemoryInput(CountingFeed(length), True)  # type: ignore[arg-type]
            opening = source._callbacks[0]
            data, size = ctypes.c_void_p(1), ctypes.c_uint64()
            self.assertEqual(opening(None, ctypes.byref(data), ctypes.byref(size)), 0)
            self.assertEqual((data.value, size.value), (None, told))

    def test_read(self) -> None:
        """Bytes land in libvlc's own buffer, and not one behind them."""
        read = MemoryInput(CountingFeed(10), True)._callbacks[1]  # type: ignore[arg-type]
        room = ctypes.create_string_buffer(b"......", 6)
        self.assertEqual((read(None, ctypes.addressof(room), 6), room.raw), (3, b"abc..."))

    def test_no_exception_leaves(self) -> None:
        """An exception in a callback would look like the end of the film: it is an error instead."""
        opening, read, seek, close = MemoryInput(BrokenFeed(), True)._callbacks  # type: ignore[arg-type]
        room, data, size = ctypes.create_string_buffer(6), ctypes.c_void_p(), ctypes.c_uint64()
        self.assertEqual(opening(None, ctypes.byref(data), ctypes.byref(size)), -1)
        self.assertEqual(read(None, ctypes.addressof(room), 6), -1)
        self.assertEqual(seek(None, 3), -1)
        close(None)


class OutputTests(SynchronousTestCase):
    def _format(self, output: MemoryOutput, width: int, height: int) -> tuple[Any, ...]:
        chroma = (ctypes.c_char * 4)(*b"VAOP")
        sizes = [ctypes.c_uint(value) for value in (width, height, 0, 0)]
        opaque = ctypes.c_void_p()
        done = output._setting[0](ctypes.byref(opaque), chroma, *map(ctypes.byref, sizes))  # type: ignore[arg-type]
        return (done, bytes(chroma), *(size.value for size in sizes))

    def test_format(self) -> None:
        """The visible size is asked for, not the padded one, in four bytes a pixel."""
        output = MemoryOutput(Frames(), lambda: (640, 360), b"RV32")
        self.assertEqual(self._format(output, 640, 386), (1, b"RV32", 640, 360, 2560, 360))

    def test_format_that_fails(self) -> None:
        """When the size cannot be had there is no picture, and no exception."""
        output = MemoryOutput(Frames(), lambda: 1 // 0, b"RV32")  # type: ignore[arg-type, return-value]
        self.assertEqual(self._format(output, 640, 386)[0], 0)

    def test_picture(self) -> None:
        """A picture goes from lock to display under one id."""
        frames = Frames()
        output = MemoryOutput(frames, lambda: (2, 2), b"RV32")
        self._format(output, 2, 2)
        lock, unlock, display = output._picture
        planes = (ctypes.c_void_p * 1)()
        picture = lock(None, planes)
        ctypes.memset(planes[0], 7, 16)
        unlock(None, picture, planes)
        display(None, picture)
        frame = frames.take()
        assert frame is not None
        self.assertEqual(bytes(frame.pixels), b"\x07" * 16)


class SizeTests(SynchronousTestCase):
    def test_padded(self) -> None:
        """Padding is left out; where the visible size is unknown it has to do."""
        self.assertEqual(picture_size((1920, 1080), (1920, 1090)), (1920, 1080))
        self.assertEqual(picture_size((0, 0), (320, 194)), (320, 194))

    def test_lying(self) -> None:
        """A film that was turned upright has width and height the other way round."""
        self.assertEqual(picture_size((1920, 1080), (1090, 1920)), (675, 1200))

    @given(*[st.integers(1, 9000)] * 2)
    def test_bounds(self, width: int, height: int) -> None:
        """Large pictures are made smaller, in their shape; others are left alone."""
        widest, highest = LIMITS.picture_width, LIMITS.picture_height
        wide, high = picture_size((width, height), (width, height))
        self.assertTrue(1 <= wide <= widest and 1 <= high <= highest)
        if width <= widest and height <= highest:
            self.assertEqual((wide, high), (width, height))
        self.assertLessEqual(abs(wide * height - high * width), max(width, height))

    def test_at_the_bound(self) -> None:
        """A picture as wide or as high as may be is left alone, a pixel more is one too many."""
        limits = replace(LIMITS, picture_width=100, picture_height=50)
        for size, made in (
            ((100, 50), (100, 50)),
            ((101, 2), (100, 2)),
            ((2, 51), (2, 50)),
            ((101, 51), (99, 50)),
        ):
            self.assertEqual(picture_size(size, size, limits), made)


class TrackTests(SynchronousTestCase):
    def test_values(self) -> None:
        """Aspect and rate are what the film says; unknown ones have their defaults."""
        video = _Video(width=720, height=576, sar_num=64, sar_den=45, frame_rate_num=25, frame_rate_den=1)
        self.assertEqual(_as_value(video), VideoTrack(720, 576, Fraction(64, 45), 25.0))
        self.assertEqual(_as_value(_Video(width=4, height=3)), VideoTrack(4, 3, Fraction(1), 0.0))

    def test_turned(self) -> None:
        """A film that lies on its side is described as it is shown: upright."""
        video = _Video(width=1920, height=1080, sar_num=4, sar_den=3, orientation=6)
        self.assertEqual(_as_value(video), VideoTrack(1080, 1920, Fraction(3, 4), 0.0))
