"""Feeds libvlc from memory, through callbacks that it makes from threads of its own.

Two rules hold in each of them: no exception may leave (ctypes would print it and return
0, which a read means as "end of film"), and nothing may call back into libvlc.  Neither
libvlc nor python-vlc keeps the callbacks alive: the object below does, and must outlive
the player's stop.
"""

from __future__ import annotations

import ctypes
from typing import Any

from p2pstream.player.intake.feed import ReadAhead

__all__ = ["MemoryInput"]

UNKNOWN_LENGTH = 2**64 - 1

# Types of our own: the address of a buffer comes as a number, of which a view can be made.
_Open = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_uint64)
)
_Read = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_Seek = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint64)
_Close = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class MemoryInput:
    """libvlc reads from a `ReadAhead` as if it were a file.

    :param seekable: whether it may read from wherever it likes.
    :param at_pace: it may not, and is to play at the pace of the film all the same.  Else
        libvlc takes what it cannot seek in for a camera: whatever has come is shown at
        once, and nothing can be paused.
    """

    def __init__(self, feed: ReadAhead, seekable: bool, at_pace: bool = False) -> None:
        self._feed = feed
        self._seekable = seekable
        self._seeks = seekable or at_pace
        self._callbacks = (_Open(self._open), _Read(self._read), _Seek(self._seek), _Close(self._close))

    def media(self, vlc: Any, instance: Any) -> Any:
        """A media of libvlc's that reads from here."""
        opening, read, seek, close = self._callbacks
        no_seek = ctypes.cast(ctypes.c_void_p(), vlc.MediaSeekCb)
        return instance.media_new_callbacks(
            ctypes.cast(opening, vlc.MediaOpenCb),
            ctypes.cast(read, vlc.MediaReadCb),
            ctypes.cast(seek, vlc.MediaSeekCb) if self._seeks else no_seek,
            ctypes.cast(close, vlc.MediaCloseCb),
            None,
        )

    def _open(self, opaque: int, datap: Any, sizep: Any) -> int:
        try:
            # A media is opened again when a film that broke off is taken up once more.
            self._feed.seek(0)
            datap[0] = None
            # Told the size of what it cannot seek in, libvlc takes whole MP4 boxes for cut off.
            length = self._feed.length if self._seekable else None
            sizep[0] = UNKNOWN_LENGTH if length is None else length
        except Exception:
            return -1
        return 0

    def _read(self, opaque: int, room: int, size: int) -> int:
        try:
            # Straight into libvlc's buffer: slicing the chunk first would copy it twice.
            return self._feed.read_into(memoryview((ctypes.c_ubyte * size).from_address(room)).cast("B"))
        except Exception:
            return -1

    def _seek(self, opaque: int, position: int) -> int:
        if not self._seekable:
            return 0 if position == self._feed.position else -1
        try:
            self._feed.seek(position)
        except Exception:
            return -1
        return 0

    def _close(self, opaque: int) -> None:
        pass
