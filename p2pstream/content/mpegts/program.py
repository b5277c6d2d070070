"""A program: which packets carry its pictures, its sound and its clock."""

from __future__ import annotations

from p2pstream.content.mpegts.packets import pid_at
from p2pstream.values import value

__all__ = ["Elementary", "Program", "first_map", "read_map"]

_ASSOCIATION, _MAP = 0, 2
#: "No clock" (2.4.4.9).
_NO_PID = 0x1FFF
#: ``stream_type`` of table 2-34 and its registered additions, as far as one may begin at them.
_CODECS = {
    0x01: "mpeg1video",
    0x02: "mpeg2video",
    0x10: "mpeg4",
    0x1B: "h264",
    0x24: "hevc",
    0x03: "mp3",
    0x04: "mp3",
    0x0F: "aac",
    0x11: "aac_latm",
    0x81: "ac3",
    0x87: "eac3",
}
_VIDEO = {"mpeg1video", "mpeg2video", "mpeg4", "h264", "hevc"}


@value
class Elementary:
    """One stream of a program."""

    pid: int
    #: As FFmpeg calls it; empty for what is no picture and no sound that we know.
    codec: str

    @property
    def is_video(self) -> bool:
        """Whether it is a picture."""
        return self.codec in _VIDEO


@value
class Program:
    """What a map lists."""

    #: The PID that carries its clock; None if none does.
    clock: int | None
    streams: tuple[Elementary, ...]

    @property
    def lead(self) -> Elementary | None:
        """The stream one begins at: its first picture, else its first sound."""
        known = [stream for stream in self.streams if stream.codec]
        return next((stream for stream in known if stream.is_video), known[0] if known else None)


def first_map(table: int, body: bytes) -> int | None:
    """The PID of the map of the first program that an association table lists (2.4.4.3)."""
    if table != _ASSOCIATION:
        return None
    for at in range(0, len(body) - 3, 4):
        if body[at : at + 2] != b"\0\0":
            return pid_at(body, at + 2)
    return None


def read_map(table: int, body: bytes) -> Program | None:
    """The program that a map describes (2.4.4.8); None if it contradicts itself."""
    if table != _MAP or len(body) < 4:
        return None
    clock, at = pid_at(body, 0), 4 + _length(body, 2)
    streams = []
    while at + 5 <= len(body):
        streams.append(Elementary(pid_at(body, at + 1), _CODECS.get(body[at], "")))
        at += 5 + _length(body, at + 3)
    if at != len(body):
        return None
    return Program(None if clock == _NO_PID else clock, tuple(streams))


def _length(body: bytes, at: int) -> int:
    return int.from_bytes(body[at : at + 2], "big") & 0xFFF
