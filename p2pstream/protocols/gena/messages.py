"""One event as a request of HTTP, and whether it was taken.  Pure."""

from __future__ import annotations

import re

from p2pstream.content.dlna import EventNotice

__all__ = ["event_request", "is_taken"]

_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})[ \r]")


def event_request(notice: EventNotice) -> bytes:
    """What is sent, over a connection of its own."""
    host = f"[{notice.host}]" if ":" in notice.host else notice.host
    lines = [
        f"NOTIFY {notice.path} HTTP/1.1",
        f"HOST: {host}:{notice.port}",
        'CONTENT-TYPE: text/xml; charset="utf-8"',
        f"CONTENT-LENGTH: {len(notice.body)}",
        "NT: upnp:event",
        "NTS: upnp:propchange",
        f"SID: {notice.sid}",
        f"SEQ: {notice.number}",
        "CONNECTION: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + notice.body


def is_taken(raw: bytes) -> bool | None:
    """Whether what came so far says that it was; None: that is not known yet."""
    if b"\r\n" not in raw:
        return None
    found = _STATUS.match(raw)
    return found is not None and found[1] == b"200"
