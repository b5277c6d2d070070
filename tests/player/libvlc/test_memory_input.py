from __future__ import annotations

import ctypes
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.libvlc.memory_input import UNKNOWN_LENGTH, MemoryInput


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

    def test_at_the_pace_of_the_film(self) -> None:
        """What cannot be sought in may pass for what can, so that libvlc waits: where it is, it may be."""
        feed = CountingFeed(None)
        seek = MemoryInput(feed, False, at_pace=True)._callbacks[2]  # type: ignore[arg-type]
        feed.position = 7
        self.assertEqual((seek(None, 7), seek(None, 0), feed.position), (0, -1, 7))

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
