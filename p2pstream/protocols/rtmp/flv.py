"""FLV, the file that sound and pictures of RTMP make when they are put one behind the other.  Pure.

Adobe Flash Video File Format 10.1, Annex E.
"""

from __future__ import annotations

__all__ = ["FLV_BEGIN", "tag"]

#: Header of a file with sound and pictures, and the size of the tag before the first.
FLV_BEGIN = b"FLV\x01\x05\0\0\0\x09" + bytes(4)


def tag(kind: int, stamp: int, body: bytes) -> bytes:
    """One tag and its size.

    :param kind: 8 for sound, 9 for a picture, 18 for what is said of both.
    :param stamp: in ms, up to 32 bits.
    """
    stamp_bytes = (stamp & 0xFFFFFF).to_bytes(3, "big") + bytes([stamp >> 24 & 0xFF])
    head = bytes([kind]) + len(body).to_bytes(3, "big") + stamp_bytes + bytes(3)
    return head + body + (len(head) + len(body)).to_bytes(4, "big")
