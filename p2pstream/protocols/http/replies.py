"""What a stream's request is answered with, before a byte of it is sent.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from p2pstream.protocols.http.media import disposition, type_of
from p2pstream.protocols.http.ranges import UNSATISFIABLE, parse_range

__all__ = ["Conditions", "Reply", "Target", "reply"]

OK, PARTIAL, NOT_MODIFIED, RANGE_NOT_SATISFIABLE = 200, 206, 304, 416


@dataclass(frozen=True)
class Conditions:
    """What of a request's headers counts, each the value of the last of its kind; None where it has none."""

    range: bytes | None = None
    if_range: bytes | None = None
    if_none_match: bytes | None = None


@dataclass(frozen=True)
class Target:
    """The stream that it names."""

    name: str
    length: int
    #: What tells it from others that were or will be called so; empty when nothing does.
    version: str = ""
    seekable: bool = True

    @property
    def etag(self) -> bytes:
        """A strong entity tag; empty when there is none."""
        return f'"{self.version}"'.encode("ascii") if self.version else b""


@dataclass(frozen=True)
class Reply:
    """A status, headers, and the part ``[start, stop)`` of the stream that is the body."""

    status: int
    headers: dict[bytes, bytes] = field(default_factory=dict)
    start: int = 0
    stop: int = 0


def reply(asked: Conditions, found: Target) -> Reply:
    """The answer to GET, and to HEAD but for the body (RFC 9110, section 13.2.2)."""
    headers = {b"Accept-Ranges": b"bytes" if found.seekable else b"none"}
    if found.etag:
        headers[b"ETag"] = found.etag
        if asked.if_none_match is not None and _matches(asked.if_none_match, found.etag):
            return Reply(NOT_MODIFIED, headers)
    span = None
    same = asked.if_range is None or asked.if_range == (found.etag or None)
    if asked.range is not None and found.seekable and same:
        span = parse_range(asked.range, found.length)
    if span == UNSATISFIABLE:
        headers |= {b"Content-Range": b"bytes */%d" % found.length, b"Content-Length": b"0"}
        return Reply(RANGE_NOT_SATISFIABLE, headers)
    start, stop = span or (0, found.length)
    if span:
        headers[b"Content-Range"] = b"bytes %d-%d/%d" % (start, stop - 1, found.length)
    headers |= {
        b"Content-Type": type_of(found.name).encode("ascii"),
        b"Content-Disposition": disposition(found.name).encode("ascii"),
        b"Content-Length": b"%d" % (stop - start),
    }
    return Reply(PARTIAL if span else OK, headers, start, stop)


def _matches(header: bytes, etag: bytes) -> bool:
    """Whether If-None-Match lists this tag; weak ones count (RFC 9110, section 8.8.3.2)."""
    tags = (tag.strip(b" \t").removeprefix(b"W/") for tag in header.split(b","))
    return header.strip(b" \t") == b"*" or etag in tags
