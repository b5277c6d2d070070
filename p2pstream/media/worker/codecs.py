"""Names of codecs as browsers ask for them (RFC 6381), out of what decoders are set up with.  Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["rfc6381"]

#: Where a sequence parameter set begins in H.264 without lengths (ITU-T H.264, annex B).
_SPS = re.compile(rb"\x00\x00\x01[\x07\x27\x47\x67](.{3})", re.DOTALL)
#: Those that have one name, whatever is set up.
_PLAIN = {
    "ac3": "ac-3",
    "eac3": "ec-3",
    "dts": "dtsc",
    "flac": "flac",
    "mp3": "mp3",
    "opus": "opus",
    "vorbis": "vorbis",
    "vp8": "vp8",
    "alac": "alac",
}


def rfc6381(codec: str, setup: bytes) -> str:
    """The name; empty where there is none, or the setup does not tell.

    :param codec: as FFmpeg calls it.
    :param setup: what containers have for the decoder: ``avcC``, ``AudioSpecificConfig`` and so on.
    """
    return _NAMED[codec](setup) if codec in _NAMED else _PLAIN.get(codec, "")


def _avc(setup: bytes) -> str:
    if len(setup) >= 4 and setup[0] == 1:
        return f"avc1.{setup[1:4].hex()}"
    found = _SPS.search(setup[:4096])
    return f"avc1.{found[1].hex()}" if found else ""


def _hevc(setup: bytes) -> str:
    """By ISO/IEC 14496-15, annex E.3."""
    if len(setup) < 13 or setup[0] != 1:
        return ""
    space = ("", "A", "B", "C")[setup[1] >> 6]
    tier = "H" if setup[1] & 0x20 else "L"
    compatible = int(f"{int.from_bytes(setup[2:6], 'big'):032b}"[::-1], 2)
    name = f"hvc1.{space}{setup[1] & 0x1F}.{compatible:X}.{tier}{setup[12]}"
    return name + "".join(f".{byte:X}" for byte in setup[6:12].rstrip(b"\0"))


def _av1(setup: bytes) -> str:
    """By the AV1 codec ISO media file format binding, section 5."""
    if len(setup) < 3 or setup[0] != 0x81:
        return ""
    bits = 8 if not setup[2] & 0x40 else 12 if setup[2] & 0x20 else 10
    tier = "H" if setup[2] & 0x80 else "M"
    return f"av01.{setup[1] >> 5}.{setup[1] & 0x1F:02}{tier}.{bits:02}"


def _vp9(setup: bytes) -> str:
    """By the VP codec binding; without its box what nearly all films have."""
    if len(setup) >= 8 and setup[0] == 1:
        return f"vp09.{setup[4]:02}.{setup[5]:02}.{setup[6] >> 4:02}"
    return "vp09.00.41.08"


def _aac(setup: bytes) -> str:
    """The audio object type (ISO/IEC 14496-3, 1.6.2.1); in transport streams it is not told: 2, as ever."""
    if len(setup) < 2:
        return "mp4a.40.2"
    kind = setup[0] >> 3
    if kind == 31:
        kind = 32 + ((setup[0] & 7) << 3 | setup[1] >> 5)
    return f"mp4a.40.{kind or 2}"


_NAMED: dict[str, Callable[[bytes], str]] = {
    "h264": _avc,
    "hevc": _hevc,
    "av1": _av1,
    "vp9": _vp9,
    "aac": _aac,
}
