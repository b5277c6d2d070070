"""What a film says of its pictures: asked of libvlc in C, for python-vlc's own way is broken."""

from __future__ import annotations

import ctypes
from fractions import Fraction
from typing import Any

from p2pstream.values import value

__all__ = ["VideoTrack", "video_track"]

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


@value
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
