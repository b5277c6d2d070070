"""What somebody wants to broadcast, opened."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from typing import Any

import av
from av.error import ExitError, FFmpegError

from p2pstream.errors import CannotPlay
from p2pstream.media.lenient import LENIENT
from p2pstream.values import value

__all__ = ["DEVICES", "Input", "called", "is_remote", "open_input"]

#: As they are typed, and as FFmpeg calls them.
DEVICES = {"v4l2": "v4l2", "x11grab": "x11grab", "pulse": "pulse", "alsa": "alsa"}
#: Why one that is not there is not; FFmpeg says of it no more than that it cannot be read.
_UNSEEN = {
    "v4l2": "there is no such camera; ls /dev/video* shows those that there are",
    "x11grab": "there is no such display, or it lets nobody look; DISPLAY names the one that you see",
    "pulse": "there is no such source of sound; pactl list short sources shows those that there are",
    "alsa": "there is no such source of sound, or another program has it; arecord -L shows them",
}
_REMOTE = tuple(
    f"{scheme}://"
    for scheme in ("rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "srt", "udp", "rtp", "tcp")
)
#: For whatever is far away: how long nothing may come, in µs; and that RTSP comes over TCP.
_FAR = {"rw_timeout": "10000000", "timeout": "10000000", "rtsp_transport": "tcp"}


@value
class Input:
    """One that is open."""

    container: Any
    #: It has no speed of its own, as files have none.
    is_file: bool = False
    #: It gives raw pictures and sound, which nobody can send as they are.
    is_raw: bool = False


def is_remote(text: str) -> bool:
    """Whether it is an address that FFmpeg fetches from."""
    return text.lower().startswith(_REMOTE)


def called(text: str) -> str:
    """An input, as people are told of it."""
    return "what comes in" if text == "-" else text


def open_input(text: str, form: str | None = None, environ: Mapping[str, str] = os.environ) -> Input:
    """A file, an address, ``DEVICE:WHICH``, or ``-`` for the standard input.

    :param form: of the standard input, as FFmpeg calls it.
    :raises CannotPlay: it cannot be opened, and why.
    """
    device, _, which = text.partition(":")
    try:
        if text == "-":
            return Input(av.open(sys.stdin.buffer, format=form, **LENIENT))
        if device in DEVICES:
            return Input(_device(device, which, environ), is_raw=True)
        if is_remote(text):
            return Input(av.open(text, options=_FAR, timeout=15.0, **LENIENT))
        return Input(av.open(text, **LENIENT), is_file=True)
    except (FFmpegError, OSError) as fault:
        raise CannotPlay(f"cannot open {called(text)}: {_why(device, fault)}") from None


def _why(device: str, fault: Exception) -> str:
    """What FFmpeg says of it, or what that means."""
    number, said = getattr(fault, "errno", None), getattr(fault, "strerror", None) or str(fault)
    if device in _UNSEEN and number in (errno.EIO, errno.ENOENT, errno.ENODEV):
        return _UNSEEN[device]
    if isinstance(fault, ExitError):
        # It was told to, when its time was over.
        return "nobody answers there"
    return said


def _device(device: str, which: str, environ: Mapping[str, str]) -> Any:
    if device == "x11grab" and (
        environ.get("WAYLAND_DISPLAY") or environ.get("XDG_SESSION_TYPE") == "wayland"
    ):
        raise CannotPlay("x11grab sees nothing on Wayland: send the screen from OBS, to p2p-live --listen")
    if DEVICES[device] not in _known_formats():
        raise CannotPlay(
            f"the FFmpeg in PyAV cannot read {device}: send it from OBS, to p2p-live --listen,"
            " or from an ffmpeg of your own: ffmpeg -f … -i … -f mpegts - | p2p-live CENTRAL NAME -"
        )
    options = {"framerate": "30"} if device == "x11grab" else {}
    default = {"v4l2": "/dev/video0", "x11grab": environ.get("DISPLAY", ":0")}.get(device, "default")
    return av.open(which or default, format=DEVICES[device], options=options)


def _known_formats() -> set[str]:
    """By all of their names: one has several, with commas between."""
    return {name for names in av.formats_available for name in names.split(",")}
