"""What televisions call things: UPnP's types, and what DLNA says of bytes beside their media type.

UPnP Device Architecture 1.0 and 1.1; ContentDirectory:1, ConnectionManager:1, MediaServer:1;
the DLNA Guidelines, part 1-1, section 7.4 (``DLNA.ORG_…``), as far as open servers follow them.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from p2pstream import __version__

__all__ = [
    "CONNECTION_MANAGER",
    "CONTENT_DIRECTORY",
    "DEVICE",
    "ROOT_DEVICE",
    "SERVER",
    "SERVICES",
    "EventNotice",
    "device_uuid",
    "features",
    "protocol_info",
    "transfer_headers",
]

#: What every device is, whatever else it is.
ROOT_DEVICE = "upnp:rootdevice"
DEVICE = "urn:schemas-upnp-org:device:MediaServer:1"
CONTENT_DIRECTORY = "urn:schemas-upnp-org:service:ContentDirectory:1"
CONNECTION_MANAGER = "urn:schemas-upnp-org:service:ConnectionManager:1"
#: What we are to those who log whom they talk to: a system, UPnP's version, a product, and DLNA's version.
SERVER = f"Python/3 UPnP/1.0 p2pstream/{__version__} DLNADOC/1.50"
SERVICES = (CONTENT_DIRECTORY, CONNECTION_MANAGER)

# Bits of the first 32 of DLNA.ORG_FLAGS: how bytes may be transferred, that a client may let
# them wait, and that the bits mean what DLNA 1.5 says.
_STREAMING, _INTERACTIVE, _BACKGROUND, _STALL, _V15 = 1 << 24, 1 << 23, 1 << 22, 1 << 21, 1 << 20
_FILM = _STREAMING | _BACKGROUND | _STALL | _V15
_PICTURE = _INTERACTIVE | _BACKGROUND | _STALL | _V15
#: Of what has one profile, whatever is in it.  A wrong one is worse than none: players believe it.
_PROFILES = {"audio/mpeg": "MP3"}


def features(kind: str, profile: str = "") -> str:
    """What DLNA says of a stream of this media type: it may be read from any byte on, and is sent as it is.

    :param profile: which of DLNA's profiles it has, where that is certain and the type does not tell.
    """
    profile = profile or _PROFILES.get(kind, "")
    flags = _PICTURE if kind.startswith("image/") else _FILM
    said = f"DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS={flags:08X}{0:024X}"
    return f"DLNA.ORG_PN={profile};{said}" if profile else said


def protocol_info(kind: str, profile: str = "") -> str:
    """How it is had, as ContentDirectory's ``res`` says."""
    return f"http-get:*:{kind}:{features(kind, profile)}"


def transfer_headers(asked: str | None, mode: str | None, kind: str) -> dict[bytes, bytes]:
    """What is said of a transfer to a client that knows DLNA.

    :param asked: its ``getcontentFeatures.dlna.org``; None: it has none.
    :param mode: its ``transferMode.dlna.org``.
    """
    if asked is None and mode is None:
        return {}
    # Films are streamed, or fetched in the background; whoever wants them at once has them streamed.
    transfer = "Background" if mode is not None and mode.strip().lower() == "background" else "Streaming"
    said = {b"transferMode.dlna.org": transfer.encode("ascii")}
    if asked is not None and asked.strip() == "1":
        said[b"contentFeatures.dlna.org"] = features(kind).encode("ascii")
    return said


def device_uuid(peer: bytes) -> str:
    """What a device is called for ever, made of its peer's id so that nothing else must be kept.

    RFC 9562, section 5.8: a hash, with the bits of version and variant set.
    """
    raw = bytearray(sha256(b"p2pstream DLNA device" + peer).digest()[:16])
    raw[6], raw[8] = raw[6] & 0x0F | 0x80, raw[8] & 0x3F | 0x80
    text = raw.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


@dataclass(frozen=True)
class EventNotice:
    """Something that a subscriber is told."""

    #: Where: an IP literal, a port, and a path.
    host: str
    port: int
    path: str
    #: Which subscription it belongs to, and which of its notices it is, from 0 on.
    sid: str
    number: int
    body: bytes
