from __future__ import annotations

import ctypes

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.libvlc.frames import ALIGNMENT, Frames
from tests import strategies as profile  # noqa: F401


class FramesTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Frames of 4 by 2, and how often there was news."""
        self.news = 0
        self.frames = Frames(self._count)
        self.frames.set_up(4, 2)

    def _count(self) -> None:
        self.news += 1

    def _show(self, value: int) -> None:
        picture, address = self.frames.fill()
        ctypes.memset(address, value, 4 * 2 * 4)
        self.frames.show(picture)

    def test_newest(self) -> None:
        """The newest picture is taken, once; what it overtook is counted."""
        self._show(1)
        self._show(2)
        frame = self.frames.take()
        assert frame is not None
        self.assertEqual((bytes(frame.pixels), frame.width, frame.height), (b"\x02" * 32, 4, 2))
        self.assertIsNone(self.frames.take())
        self.assertEqual((self.news, self.frames.overtaken), (2, 1))

    def test_repeats(self) -> None:
        """The same picture again is no news: a starving libvlc repeats its last every 80 ms."""
        self._show(1)
        self.frames.take()
        self.frames.give_back()
        self._show(1)
        self.assertIsNone(self.frames.take())
        self.assertEqual((self.news, self.frames.overtaken), (1, 0))

    def test_taken_is_left_alone(self) -> None:
        """What was taken does not change under the hands of who uploads it."""
        self._show(1)
        frame = self.frames.take()
        assert frame is not None
        for value in range(2, 30):
            self._show(value)
            self.assertEqual(bytes(frame.pixels), b"\x01" * 32)

    def test_size_changes_midway(self) -> None:
        """A picture of the old size that is shown after the change is dropped."""
        picture, _ = self.frames.fill()
        self.frames.set_up(2, 2)
        self.frames.show(picture)
        self.assertIsNone(self.frames.take())
        self._show_small()
        frame = self.frames.take()
        assert frame is not None
        self.assertEqual((len(frame.pixels), frame.width), (16, 2))

    def _show_small(self) -> None:
        picture, address = self.frames.fill()
        ctypes.memset(address, 9, 16)
        self.frames.show(picture)

    def test_alignment(self) -> None:
        """Every buffer begins where libvlc's copying loops like it."""
        for width in (1, 3, 322, 1920):
            self.frames.set_up(width, 3)
            self.assertEqual(self.frames.fill()[1] % ALIGNMENT, 0)

    @given(st.lists(st.sampled_from(["fill", "show", "take", "give", "resize"]), max_size=60))
    def test_never_the_same_buffer(self, steps: list[str]) -> None:
        """Whatever the order of calls, libvlc never writes into what is newest or taken."""
        frames = Frames()
        frames.set_up(2, 2)
        picture, value = None, 0
        for step in steps:
            if step == "fill":
                picture, address = frames.fill()
                self.assertNotIn(picture % 4, (frames._newest, frames._taken))
                value = (value + 1) % 256
                ctypes.memset(address, value, 16)
            elif step == "show" and picture is not None:
                frames.show(picture)
                picture = None
            elif step == "take":
                frames.take()
            elif step == "give":
                frames.give_back()
            elif step == "resize":
                frames.set_up(2, 2)
                picture = None
