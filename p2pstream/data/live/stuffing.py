"""What stands for bytes that never came, so that all that follows stays in its place.  Pure."""

from __future__ import annotations

from p2pstream.content.mpegts import PACKET, SYNC

__all__ = ["ts_stuffing", "zeros"]

#: A packet that every receiver of MPEG-TS skips (ISO/IEC 13818-1, 2.4.3.3: PID 0x1FFF).
_NULL_PACKET = SYNC + b"\x1f\xff\x10" + b"\xff" * (PACKET - 4)


def ts_stuffing(place: int, length: int) -> bytes:
    """Null packets, in step with the packets of an epoch that is MPEG-TS from byte 0 on.

    :param place: the byte of the epoch at which it begins.
    """
    phase = place % PACKET
    return (_NULL_PACKET * (length // PACKET + 2))[phase : phase + length]


def zeros(place: int, length: int) -> bytes:
    """Nothing, for bytes of an unknown kind."""
    return bytes(length)
