"""The C side of libvlc: callbacks that feed it and take its pictures, and one mended struct.

libvlc calls these from its own threads.  Two rules hold in each of them: no exception
may leave (ctypes would print it and return 0, which a read means as "end of film" and
a lock as "write to NULL"), and nothing may call back into libvlc but what is said to
be safe there.  Neither libvlc nor python-vlc keeps the callbacks alive: the objects
below do, and must outlive the player's stop.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from p2pstream.limits import LIMITS, Limits
from p2pstream.player.feed import ReadAhead
from p2pstream.player.frames import BYTES_A_PIXEL, Frames

__all__ = ["MemoryInput", "MemoryOutput", "VideoTrack", "video_track"]

UNKNOWN_LENGTH = 2**64 - 1

_Open = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_uint64)
)
_Read = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_Seek = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint64)
_Close = ctypes.CFUNCTYPE(None, ctypes.c_void_p)

_Lock = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))
_Unlock = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))
_Display = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_Uint = ctypes.POINTER(ctypes.c_uint)
_Format = ctypes.CFUNCTYPE(
    ctypes.c_uint, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_char), _Uint, _Uint, _Uint, _Uint
)
_Cleanup = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class MemoryInput:
    """libvlc reads from a `ReadAhead` as if it were a file."""

    def __init__(self, feed: ReadAhead, seekable: bool) -> None:
        self._feed = feed
        self._seekable = seekable
        self._callbacks = (_Open(self._open), _Read(self._read), _Seek(self._seek), _Close(self._close))

    def media(self, vlc: Any, instance: Any) -> Any:
        """A media of libvlc's that reads from here."""
        opening, read, seek, close = self._callbacks
        no_seek = ctypes.cast(ctypes.c_void_p(), vlc.MediaSeekCb)
        return instance.media_new_callbacks(
            ctypes.cast(opening, vlc.MediaOpenCb),
            ctypes.cast(read, vlc.MediaReadCb),
            ctypes.cast(seek, vlc.MediaSeekCb) if self._seekable else no_seek,
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
        try:
            self._feed.seek(position)
        except Exception:
            return -1
        return 0

    def _close(self, opaque: int) -> None:
        pass


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


# `vlc.MediaTrack` has the union of three pointers as three fields, so that
# `media.tracks_get()` reads past them and gives null pointers: these are right.


class _Video(ctypes.Structure):
    _fields_ = (
        ("height", ctypes.c_uint),
        ("width", ctypes.c_uint),
        ("sar_num", ctypes.c_uint),
        ("sar_den", ctypes.c_uint),
        ("frame_rate_num", ctypes.c_uint),
        ("frame_rate_den", ctypes.c_uint),
        ("orientation", ctypes.c_int),
    )


class _Track(ctypes.Structure):
    _fields_ = (
        ("codec", ctypes.c_uint32),
        ("original_fourcc", ctypes.c_uint32),
        ("id", ctypes.c_int),
        ("type", ctypes.c_int),
        ("profile", ctypes.c_int),
        ("level", ctypes.c_int),
        ("video", ctypes.POINTER(_Video)),
    )


VIDEO = 1
#: Orientations of libvlc's from here on lie on their side.
LYING = 4


@dataclass(frozen=True)
class VideoTrack:
    """What a film says of its pictures, once turned upright."""

    #: Visible size in pixels; zeros while unknown.
    width: int = 0
    height: int = 0
    #: How much wider than high a pixel is to be shown.
    pixel_aspect: Fraction = Fraction(1)
    #: Pictures a second; 0 when unknown.
    rate: float = 0.0


def video_track(vlc: Any, media: Any) -> VideoTrack:
    """The first video track of ``media``; what is unknown has its default."""
    tracks = ctypes.POINTER(ctypes.POINTER(_Track))()
    get = vlc.dll.libvlc_media_tracks_get
    get.argtypes, get.restype = (ctypes.c_void_p, ctypes.c_void_p), ctypes.c_uint
    release = vlc.dll.libvlc_media_tracks_release
    release.argtypes, release.restype = (ctypes.c_void_p, ctypes.c_uint), None
    count = get(media, ctypes.byref(tracks))
    try:
        videos = [tracks[n].contents.video for n in range(count) if tracks[n].contents.type == VIDEO]
        return _as_value(videos[0].contents) if videos and videos[0] else VideoTrack()
    finally:
        if count:
            release(tracks, count)


def _as_value(video: _Video) -> VideoTrack:
    width, height = video.width, video.height
    aspect = Fraction(video.sar_num or 1, video.sar_den or 1)
    rate = video.frame_rate_num / video.frame_rate_den if video.frame_rate_den else 0.0
    if video.orientation >= LYING:
        width, height, aspect = height, width, 1 / aspect
    return VideoTrack(width, height, aspect, rate)
