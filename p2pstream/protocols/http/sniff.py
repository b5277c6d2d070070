"""What a connection that speaks HTTP begins with.  Pure."""

from __future__ import annotations

from p2pstream.content.sniff import Sniff

__all__ = ["sniff"]

_METHODS = (
    *(b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE"),
    # UPnP's, for events.
    *(b"SUBSCRIBE", b"UNSUBSCRIBE"),
)
_TARGETS = (b"/", b"http://", b"https://")

#: All of them; no name of a stream contains a slash, so none begins so.
OPENINGS = (*(method + b" " + target for method in _METHODS for target in _TARGETS), b"OPTIONS * HTTP/")


def sniff(prefix: bytes) -> Sniff:
    """Whether these first bytes are the beginning of a request (RFC 9112, section 3)."""
    if prefix.startswith(OPENINGS):
        return Sniff.YES
    return Sniff.MORE if any(opening.startswith(prefix) for opening in OPENINGS) else Sniff.NO
