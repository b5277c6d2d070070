"""Sections: the tables of a stream, carried in packets of their own (2.4.4)."""

from __future__ import annotations

from p2pstream.content.mpegts.packets import ADAPTATION, BEGINS, CONTENT
from p2pstream.limits import LIMITS

__all__ = ["Section", "Sections", "payload"]

_HEADER = 3
_CRC = 4
_POLYNOMIAL = 0x04C11DB7


def payload(packet: bytes) -> bytes:
    """What a packet carries behind its header and its adaptation field; empty if that says nonsense."""
    if not packet[3] & CONTENT:
        return b""
    return packet[5 + packet[4] :] if packet[3] & ADAPTATION else packet[4:]


class Section:
    """One that is whole and sound, and the packets it came in."""

    __slots__ = ("body", "packets", "table")

    def __init__(self, raw: bytes, packets: bytes) -> None:
        #: Its ``table_id``.
        self.table = raw[0]
        #: What stands between its five fields of administration and its checksum.
        self.body = raw[8:-_CRC]
        #: As they were received.
        self.packets = packets


class Sections:
    """Puts the sections of one PID together; one that begins anew ends the one before."""

    def __init__(self) -> None:
        self._raw = b""
        self._packets = b""

    def feed(self, packet: bytes) -> Section | None:
        """A section that this packet completes, if it is one and its checksum is right."""
        carried = payload(packet)
        if packet[1] & BEGINS:
            carried = carried[1 + carried[0] :] if carried else b""
            self._raw, self._packets = carried, packet
        elif self._packets:
            self._raw += carried
            self._packets += packet
        length = _length(self._raw)
        if length is None or len(self._raw) < length:
            if len(self._raw) > LIMITS.live_section_bytes:
                self._packets = self._raw = b""
            return None
        raw, packets = self._raw[:length], self._packets
        self._packets = self._raw = b""
        return Section(raw, packets) if _is_sound(raw) else None


def _length(raw: bytes) -> int | None:
    """Of the whole section that begins so."""
    if len(raw) < _HEADER:
        return None
    return _HEADER + (int.from_bytes(raw[1:3], "big") & 0xFFF)


def _is_sound(raw: bytes) -> bool:
    """Whether it is in force now, and as it was sent."""
    return len(raw) >= 8 + _CRC and bool(raw[5] & 1) and _checksum(raw) == 0


def _checksum(raw: bytes) -> int:
    """CRC-32 as Annex A has it, which is not that of zlib: highest bit first, nothing inverted."""
    rest = 0xFFFFFFFF
    for byte in raw:
        rest = (rest << 8 & 0xFFFFFFFF) ^ _TABLE[rest >> 24 ^ byte]
    return rest


def _row(byte: int) -> int:
    rest = byte << 24
    for _ in range(8):
        rest = (rest << 1) ^ (_POLYNOMIAL if rest & 0x80000000 else 0)
    return rest & 0xFFFFFFFF


_TABLE = [_row(byte) for byte in range(256)]
