"""Whether a packet begins a picture that needs no other (a random-access point), and its times."""

from __future__ import annotations

from p2pstream.content.mpegts.packets import ADAPTATION
from p2pstream.content.mpegts.sections import payload

__all__ = ["TICKS", "WRAP", "clock_of", "is_access", "is_broken", "parameters_of", "stamp_of"]

#: Ticks of the clock in a second; and after how many it starts again, 26.5 hours (2.4.3.5).
TICKS, WRAP = 90_000, 1 << 33
_DISCONTINUITY, _ACCESS, _CLOCK = 0x80, 0x40, 0x10
_PES = b"\0\0\1"
#: Sequence header and sequence of MPEG-1/2; visual object sequence and group of MPEG-4 part 2.
_STARTS = {"mpeg1video": {0xB3}, "mpeg2video": {0xB3}, "mpeg4": {0xB0, 0xB3}}


def _flags(packet: bytes) -> int:
    """Those of its adaptation field; none if it has none."""
    return packet[5] if packet[3] & ADAPTATION and packet[4] else 0


def is_broken(packet: bytes) -> bool:
    """Whether it says that the clock does not go on from what was before."""
    return bool(_flags(packet) & _DISCONTINUITY)


def clock_of(packet: bytes) -> int | None:
    """The program clock it carries, in ticks (2.4.3.5)."""
    if _flags(packet) & _CLOCK and packet[4] >= 7:
        return int.from_bytes(packet[6:11], "big") >> 7
    return None


def stamp_of(packet: bytes) -> int | None:
    """When what begins in it is decoded, in ticks (2.4.3.7)."""
    begun = payload(packet)
    if len(begun) < 19 or begun[:3] != _PES or not begun[7] & 0x80:
        return None
    at = 14 if begun[7] & 0x40 else 9
    high, middle, low = (
        begun[at],
        int.from_bytes(begun[at + 1 : at + 3], "big"),
        int.from_bytes(begun[at + 3 : at + 5], "big"),
    )
    return (high & 0x0E) << 29 | (middle & 0xFFFE) << 14 | low >> 1


def is_access(packet: bytes, codec: str) -> bool:
    """Whether one may begin at a packet that begins a picture or a piece of sound.

    Most multiplexers say so; of the others it is seen from the first units of the
    picture, which stand in its first packet.
    """
    if _flags(packet) & _ACCESS:
        return True
    units = [unit[0] for unit in _units(packet)]
    if codec == "h264":  # a picture that refreshes all, or the parameters before it (table 7-1)
        return any(unit & 0x1F in (5, 7) for unit in units)
    if codec == "hevc":  # a picture to enter at, or the parameters before it (table 7-1)
        return any(16 <= unit >> 1 & 0x3F <= 21 or unit >> 1 & 0x3F in (32, 33) for unit in units)
    return bool(_STARTS.get(codec, set()).intersection(units))


def parameters_of(packet: bytes, codec: str) -> bytes | None:
    """What it says of the size and kind of the pictures from there on; None if it does not, as a whole."""
    # The last one may go on in the next packet.
    for unit in _units(packet)[:-1]:
        if (codec == "h264" and unit[0] & 0x1F == 7) or (codec == "hevc" and unit[0] >> 1 & 0x3F == 33):
            return unit.rstrip(b"\0")
    return None


def _units(packet: bytes) -> list[bytes]:
    """The units of a picture that begins in it, without what parts them."""
    begun = payload(packet)
    if len(begun) < 9 or begun[:3] != _PES:
        return []
    return [unit for unit in begun[9 + begun[8] :].split(_PES)[1:] if unit]
