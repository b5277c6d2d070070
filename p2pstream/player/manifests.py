"""Tells films from lists of links: pure.

libvlc follows HLS, DASH and Smooth Streaming manifests, whatever they are called and
wherever they came from: a stranger's "film" would make this machine fetch the
stranger's addresses, those of its own network among them.
"""

from __future__ import annotations

__all__ = ["HEAD_BYTES", "is_manifest"]

#: How much of a stream is looked at; libvlc's own probes look at less.
HEAD_BYTES = 4096

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
#: So many bytes of nothing but text are no film either.
TEXT_BYTES = 256
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r"))


def is_manifest(head: bytes) -> bool:
    """Whether a stream that begins with ``head`` is a list of links, or may be taken for one.

    :param head: its first `HEAD_BYTES`, or all of it if it is shorter.
    """
    # UTF-16 is ASCII with NULs in between, as far as these signs go.
    plain = head[:HEAD_BYTES].replace(b"\0", b"").lower()
    if any(sign in plain for sign in SIGNS):
        return True
    start = head[:TEXT_BYTES]
    return bool(start) and start.translate(None, CONTROLS) == start
