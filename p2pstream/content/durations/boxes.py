"""The length of a film in MP4 and QuickTime: boxes in boxes (ISO/IEC 14496-12, 4.2, 8.2.2, 8.8.2)."""

from __future__ import annotations

from p2pstream.content.durations.asking import Asking, Part

__all__ = ["BRANDS", "boxes_duration"]

#: What stands at byte 4 of such a file.
BRANDS = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp")
#: A box's size and kind; and its size, where 32 bits are too few.
_HEAD, _LARGE = 8, 16
#: Version and flags, two times, the time scale and the length, as a film's header has them in version 1.
_MOST = 4 + 8 + 8 + 4 + 8


def boxes_duration(length: int) -> Asking[int]:
    """Milliseconds; 0: it is not said."""
    film = yield from _box(b"moov", (0, length))
    if film is None:
        return 0
    header = yield from _content(b"mvhd", film)
    is_long = header[:1] == b"\1"
    scale_at, size = (20, 8) if is_long else (12, 4)
    scale = _number(header[scale_at : scale_at + 4])
    ticks = _number(header[scale_at + 4 : scale_at + 4 + size])
    if not ticks or ticks == 2 ** (8 * size) - 1:
        # In fragments: the length of them all may stand elsewhere.
        ticks = yield from _fragmented(film)
    return ticks * 1000 // scale if scale else 0


def _fragmented(film: Part) -> Asking[int]:
    extends = yield from _box(b"mvex", film)
    if extends is None:
        return 0
    header = yield from _content(b"mehd", extends)
    return _number(header[4 : 12 if header[:1] == b"\1" else 8])


def _content(kind: bytes, within: Part) -> Asking[bytes]:
    """The beginning of what is in a box; empty where there is none."""
    found = yield from _box(kind, within)
    if found is None:
        return b""
    content: bytes = yield found[0], min(found[1], found[0] + _MOST)
    return content


def _box(kind: bytes, within: Part) -> Asking[Part | None]:
    """Where what is in the first box of that kind is; None where there is none."""
    at, stop = within
    while at + _HEAD <= stop:
        head = yield at, min(stop, at + _LARGE)
        size, begin = _number(head[:4]), at + _HEAD
        if size == 1:
            size, begin = _number(head[_HEAD:_LARGE]), at + _LARGE
        elif not size:
            size = stop - at
        if size < begin - at or begin > stop:
            return None
        if head[4:_HEAD] == kind:
            return begin, min(stop, at + size)
        at += size
    return None


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "big")
