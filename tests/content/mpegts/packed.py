"""Transport streams by hand, packet by packet."""

from __future__ import annotations

import zlib
from itertools import count

from p2pstream.content.mpegts import PACKET

MAP, VIDEO, SOUND = 0x1000, 0x100, 0x101
_MIRROR = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_counters = count()


def packet(pid: int, content: bytes, *, start: bool = False, field: bytes = b"") -> bytes:
    """One packet; ``field`` is its adaptation field from the flags on, stuffed to fit."""
    room = PACKET - 4 - len(content)
    control = 0x10
    adaptation = b""
    if field or room:
        control |= 0x20
        body = field or (b"\0" if room > 1 else b"")
        adaptation = bytes([room - 1]) + body + b"\xff" * (room - 1 - len(body))
    head = bytes([0x47, (0x40 if start else 0) | pid >> 8, pid & 0xFF, control | next(_counters) & 0x0F])
    made = head + adaptation + content
    assert len(made) == PACKET, len(made)
    return made


def crc32_mpeg(raw: bytes) -> bytes:
    """By way of zlib's, which goes through each byte the other way round."""
    mirrored = zlib.crc32(raw.translate(_MIRROR)) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2).to_bytes(4, "big")


def section(table: int, body: bytes) -> bytes:
    """A whole one, in force."""
    raw = bytes([table]) + (0xB000 | len(body) + 9).to_bytes(2, "big") + b"\0\1\xc1\0\0" + body
    return raw + crc32_mpeg(raw)


def tabled(pid: int, raw: bytes) -> bytes:
    """The packets that carry a section."""
    carried = b"\0" + raw
    parts = [carried[at : at + 184] for at in range(0, len(carried), 184)]
    last = parts[-1] + b"\xff" * (184 - len(parts[-1]))
    return b"".join(packet(pid, part, start=not at) for at, part in enumerate([*parts[:-1], last]))


def association(pid: int = MAP, number: int = 1) -> bytes:
    """A table of one program."""
    return tabled(0, section(0, number.to_bytes(2, "big") + (0xE000 | pid).to_bytes(2, "big")))


def map_of(*streams: tuple[int, int], clock: int = VIDEO, info: bytes = b"", pid: int = MAP) -> bytes:
    """A map of streams, each its type and PID."""
    body = (0xE000 | clock).to_bytes(2, "big") + (0xF000 | len(info)).to_bytes(2, "big") + info
    for kind, stream in streams:
        body += bytes([kind]) + (0xE000 | stream).to_bytes(2, "big") + b"\xf0\0"
    return tabled(pid, section(2, body))


def clock_bytes(seconds: float) -> bytes:
    """Six bytes of a program clock."""
    return ((int(seconds * 90_000) % (1 << 33)) << 15 | 0x7E00).to_bytes(6, "big")


def stamp_bytes(seconds: float) -> bytes:
    """Five bytes of a time stamp."""
    ticks = int(seconds * 90_000) % (1 << 33)
    parts = (0x21 | ticks >> 29 & 0x0E, (ticks >> 15 & 0x7FFF) << 1 | 1, (ticks & 0x7FFF) << 1 | 1)
    return parts[0].to_bytes(1, "big") + parts[1].to_bytes(2, "big") + parts[2].to_bytes(2, "big")


def clocked(pid: int, seconds: float, *, broken: bool = False) -> bytes:
    """A packet that tells the time and carries little else."""
    return packet(pid, b"x" * 170, field=bytes([0x10 | (0x80 if broken else 0)]) + clock_bytes(seconds))


def picture(units: bytes, *, pid: int = VIDEO, access: bool = False, seconds: float | None = None) -> bytes:
    """The packet that begins a picture of these units, each one byte."""
    stamp = stamp_bytes(seconds) if seconds is not None else b""
    head = bytes([0x80, 0x80 if stamp else 0, len(stamp)]) + stamp
    coded = b"".join(b"\0\0\1" + bytes([unit]) + b"coded" for unit in units)
    return packet(pid, b"\0\0\1\xe0\0\0" + head + coded, start=True, field=b"\x40" if access else b"")


def broadcast(seconds: int) -> bytes:
    """One key picture each second and nine others, with a clock before each."""
    made = []
    for tenth in range(seconds * 10):
        if not tenth % 10:
            made += [association(), map_of((0x1B, VIDEO), (0x0F, SOUND))]
        made += [clocked(VIDEO, 5 + tenth / 10), picture(b"\x09\x67\x65" if not tenth % 10 else b"\x09\x41")]
        made += [packet(VIDEO, b"v" * 184), packet(SOUND, b"s" * 184), packet(0x1FFF, b"\xff" * 184)]
    return b"".join(made)
