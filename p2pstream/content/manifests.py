"""Tells films from lists of links: pure.

Players follow HLS, DASH and Smooth Streaming manifests, whatever they are called and
wherever they came from: a stranger's "film" would make this machine fetch the
stranger's addresses, those of its own network among them.
"""

from __future__ import annotations

from p2pstream.limits import LIMITS

__all__ = ["HEAD_BYTES", "is_manifest", "shows_manifest"]

#: How much of a stream is looked at.
HEAD_BYTES = LIMITS.manifest_head_bytes

#: What libvlc knows manifests by, wherever in the head it stands: lower case, no NULs.
SIGNS = (
    b"#extm3u",
    b"#ext-x-",
    b"urn:mpeg:dash:schema:mpd",
    b"urn:mpegb:dash:schema:mpd",
    b"urn:3gpp:ns:pss:adaptive",
    b"<mpd",
    b"<smoothstreamingmedia",
)
#: What libvlc unpacks by itself before it looks on: gzip, compress, bzip2, xz.
PACKED = (b"\x1f\x8b", b"\x1f\x9d", b"BZh", b"\xfd7zXZ")
#: What it skips: the tags of music files.
ID3, APE = b"ID3", b"APETAGEX"
ID3_HEADER, ID3_FOOTED = 10, 0x10
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r"))


def is_manifest(head: bytes) -> bool:
    """Whether a stream that begins with ``head`` is a list of links, or may be taken for one.

    Also when it may turn out to be one where ``head`` does not reach: libvlc's filters
    unpack and skip before anything is recognized.

    :param head: its first `HEAD_BYTES`, or all of it if it is shorter.
    """
    if shows_manifest(head):
        return True
    behind = _behind_tags(head)
    if not behind or behind.startswith((*PACKED, APE)):
        return bool(head)
    start = behind[: LIMITS.manifest_text_bytes]
    return start.translate(None, CONTROLS) == start


def shows_manifest(head: bytes) -> bool:
    """Whether ``head`` shows what manifests are known by; for streams that may well be text."""
    # UTF-16 is ASCII with NULs in between, as far as these signs go.
    plain = head[:HEAD_BYTES].replace(b"\0", b"").lower()
    return any(sign in plain for sign in SIGNS)


def _behind_tags(head: bytes) -> bytes:
    """What follows the ID3 tags that a stream begins with; nothing if they are longer than ``head``."""
    while head.startswith(ID3) and len(head) >= ID3_HEADER:
        size = ID3_HEADER * (2 if head[5] & ID3_FOOTED else 1)
        for place, digit in enumerate(reversed(head[6:ID3_HEADER])):
            size += (digit & 0x7F) << 7 * place
        head = head[size:]
    return head
