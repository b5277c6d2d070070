"""What a stream's request is answered with, before a byte of it is sent.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from p2pstream.content.media_types import type_of
from p2pstream.protocols.http.media import disposition
from p2pstream.protocols.http.ranges import UNSATISFIABLE, Span, parse_ranges
from p2pstream.values import value

__all__ = ["TO_THE_END", "Conditions", "Piece", "Reply", "Target", "reply"]


@value
class Conditions:
    """What of a request's headers counts, each the value of the last of its kind; None where it has none."""

    range: bytes | None = None
    if_range: bytes | None = None
    if_none_match: bytes | None = None


@value
class Target:
    """The stream that it names."""

    name: str
    #: In bytes; None while nobody knows: then it is sent from the start, as far as it goes.
    length: int | None
    #: What tells it from others that were or will be called so; empty when nothing does.
    version: str = ""
    seekable: bool = True

    @property
    def etag(self) -> bytes:
        """A strong entity tag; empty when there is none."""
        return f'"{self.version}"'.encode("ascii") if self.version else b""


#: All of a stream of which nobody knows how long it is.
TO_THE_END: Span = (0, -1)
#: A piece of a body: bytes of ours, or a span of the stream.
Piece = bytes | Span


@dataclass(frozen=True)
class Reply:
    """A status, headers, and the pieces that are the body one after the other."""

    status: int
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: tuple[Piece, ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """What of the stream is sent."""
        return tuple(piece for piece in self.body if not isinstance(piece, bytes))


def reply(asked: Conditions, found: Target, boundary: bytes = b"") -> Reply:
    """The answer to GET, and to HEAD but for the body (RFC 9110, section 13.2.2).

    :param boundary: what stands between several parts: 1 to 70 letters and digits that whoever
        made the stream could not know.
    """
    headers = {b"Accept-Ranges": b"bytes" if found.seekable else b"none"}
    if found.etag:
        headers[b"ETag"] = found.etag
        if asked.if_none_match is not None and _matches(asked.if_none_match, found.etag):
            return Reply(HTTPStatus.NOT_MODIFIED, headers)
    spans: tuple[Span, ...] | None = None
    if found.length is None:
        headers[b"Accept-Ranges"] = b"none"
        return Reply(HTTPStatus.OK, headers | _content(found), (TO_THE_END,))
    same = asked.if_range is None or asked.if_range == (found.etag or None)
    if asked.range is not None and found.seekable and same:
        spans = parse_ranges(asked.range, found.length)
    if spans == UNSATISFIABLE:
        headers |= {b"Content-Range": b"bytes */%d" % found.length, b"Content-Length": b"0"}
        return Reply(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers)
    headers |= _content(found)
    body: tuple[Piece, ...] = spans or ((0, found.length),)
    if spans and len(spans) == 1:
        headers[b"Content-Range"] = _content_range(spans[0], found.length)
    elif spans:
        body = tuple(_parts(spans, found.length, headers[b"Content-Type"], boundary))
        headers[b"Content-Type"] = b"multipart/byteranges; boundary=" + boundary
    headers[b"Content-Length"] = b"%d" % sum(map(_length, body))
    return Reply(HTTPStatus.PARTIAL_CONTENT if spans else HTTPStatus.OK, headers, body)


def _content(found: Target) -> dict[bytes, bytes]:
    kind, way = type_of(found.name), disposition(found.name)
    return {b"Content-Type": kind.encode("ascii"), b"Content-Disposition": way.encode("ascii")}


def _parts(spans: Sequence[Span], length: int, kind: bytes, boundary: bytes) -> Iterator[Piece]:
    """Several parts as one body (RFC 9110, section 14.6)."""
    for span in spans:
        yield b"\r\n--%b\r\nContent-Type: %b\r\nContent-Range: %b\r\n\r\n" % (
            boundary,
            kind,
            _content_range(span, length),
        )
        yield span
    yield b"\r\n--%b--\r\n" % boundary


def _content_range(span: Span, length: int) -> bytes:
    return b"bytes %d-%d/%d" % (span[0], span[1] - 1, length)


def _length(piece: Piece) -> int:
    return len(piece) if isinstance(piece, bytes) else piece[1] - piece[0]


def _matches(header: bytes, etag: bytes) -> bool:
    """Whether If-None-Match lists this tag; weak ones count (RFC 9110, section 8.8.3.2)."""
    tags = (tag.strip(b" \t").removeprefix(b"W/") for tag in header.split(b","))
    return header.strip(b" \t") == b"*" or etag in tags
