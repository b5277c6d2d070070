"""Takes libvlc's pictures into memory, through callbacks that it makes from threads of its own.

Two rules hold in each of them: no exception may leave (ctypes would print it and return
0, which a lock means as "write to NULL"), and nothing may call back into libvlc but what
is said to be safe there.  Neither libvlc nor python-vlc keeps the callbacks alive: the
object below does, and must outlive the player's stop.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from p2pstream.limits import LIMITS, Limits
from p2pstream.player.libvlc.frames import BYTES_A_PIXEL, Frames

__all__ = ["MemoryOutput", "picture_size"]

_Lock = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))
_Unlock = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))
_Display = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_Uint = ctypes.POINTER(ctypes.c_uint)
_Format = ctypes.CFUNCTYPE(
    ctypes.c_uint, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_char), _Uint, _Uint, _Uint, _Uint
)
_Cleanup = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class MemoryOutput:
    """libvlc's pictures land in `Frames`."""

    def __init__(
        self,
        frames: Frames,
        size: Callable[[], tuple[int, int]],
        chroma: bytes,
        limits: Limits = LIMITS,
    ) -> None:
        """Nothing happens before `attach`.

        :param size: tells the visible size of the film, width and height.
        :param chroma: four letters, what a picture's bytes are: ``RV32`` (blue, green,
            red, nothing) costs half of what ``RGBA`` does.
        """
        self._frames = frames
        self._size = size
        self._chroma = chroma
        self._limits = limits
        self._picture = (_Lock(self._lock), _Unlock(self._unlock), _Display(self._display))
        self._setting = (_Format(self._format), _Cleanup(self._cleanup))

    def attach(self, vlc: Any, player: Any) -> None:
        """Make ``player`` show its pictures here."""
        lock, unlock, display = self._picture
        player.video_set_callbacks(
            ctypes.cast(lock, vlc.VideoLockCb),
            ctypes.cast(unlock, vlc.VideoUnlockCb),
            ctypes.cast(display, vlc.VideoDisplayCb),
            None,
        )
        setting, cleanup = self._setting
        player.video_set_format_callbacks(
            ctypes.cast(setting, vlc.VideoFormatCb), ctypes.cast(cleanup, vlc.VideoCleanupCb)
        )

    def _format(self, opaque: Any, chroma: Any, width: Any, height: Any, pitches: Any, lines: Any) -> int:
        try:
            # Called two or three times, with the padded size in which the film is coded
            # (1920x1090 for 1080 lines): keeping that would stretch the picture.
            wide, high = picture_size(self._size(), (width[0], height[0]), self._limits)
            self._frames.set_up(wide, high)
            for index, letter in enumerate(self._chroma):
                chroma[index] = letter
            width[0], height[0] = wide, high
            pitches[0], lines[0] = wide * BYTES_A_PIXEL, high
        except Exception:
            return 0
        return 1

    def _lock(self, opaque: int, planes: Any) -> int:
        picture, planes[0] = self._frames.fill()
        return picture

    def _unlock(self, opaque: int, picture: int, planes: Any) -> None:
        pass

    def _display(self, opaque: int, picture: int | None) -> None:
        # ctypes gives a null pointer, which is what id 0 looks like, as None.
        self._frames.show(picture or 0)

    def _cleanup(self, opaque: int) -> None:
        pass


def picture_size(
    visible: tuple[int, int], coded: tuple[int, int], limits: Limits = LIMITS
) -> tuple[int, int]:
    """The size to ask libvlc for, within `Limits.picture_width` and `Limits.picture_height`.

    :param visible: as the film says, before it is turned upright; zeros while unknown.
    :param coded: as libvlc decodes, padded, after it is turned upright.
    """
    wide, high = visible if all(visible) else coded
    if (wide - high) * (coded[0] - coded[1]) < 0:
        wide, high = high, wide
    shrink = min(1.0, limits.picture_width / wide, limits.picture_height / high)
    return max(1, round(wide * shrink)), max(1, round(high * shrink))
