from __future__ import annotations

import ctypes
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.player.libvlc.frames import Frames
from p2pstream.player.libvlc.memory_output import MemoryOutput, picture_size
from tests import strategies as profile  # noqa: F401


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
