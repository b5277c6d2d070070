"""A request that publishes, without a socket or a clock.  Pure.

::

    HEAD --blank line--> ASKED --accept()--> LIVE --the body's end--> OVER
      '------------------- refuse(), or no such request ------------> OVER

What comes out of its methods is `PeerError` and nothing else, whatever the bytes.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from http import HTTPStatus
from urllib.parse import unquote

from p2pstream.content.admission import is_forwarded
from p2pstream.content.publishing import Footage, PublishAsked, Published, Unpublished
from p2pstream.content.sniff import Sniff
from p2pstream.errors import PeerError, SessionError
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.put.body import ChunkedBody, CountedBody, EndlessBody, RequestBody

__all__ = ["PutSession", "sniff", "sniff_publishing"]

_METHODS = (b"GET ", b"HEAD ", b"POST ", b"PUT ", b"OPTIONS ", b"DELETE ", b"PATCH ", b"TRACE ")
_REQUEST = re.compile(rb"([A-Z]{3,7}) (?:http://[^/ ]+)?(/[!-~]*) HTTP/1\.[01]")
#: Blanks around a value are taken off later: there is one way alone to read a line, however long.
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n\0]*)")
_PUBLISHING = (b"PUT", b"POST")


def sniff(prefix: bytes) -> Sniff:
    """Whether a connection begins with a request of HTTP."""
    return _sniff(prefix, _METHODS)


def sniff_publishing(prefix: bytes) -> Sniff:
    """Whether it begins with one that publishes: where pages are served beside it."""
    return _sniff(prefix, (b"PUT ", b"POST "))


def _sniff(prefix: bytes, methods: tuple[bytes, ...]) -> Sniff:
    if prefix.startswith(methods):
        return Sniff.YES
    return Sniff.MORE if any(method.startswith(prefix) for method in methods) else Sniff.NO


class Phase(Enum):
    """How far a session is."""

    HEAD = auto()
    ASKED = auto()
    LIVE = auto()
    OVER = auto()


class Declined(Exception):
    """A request that is none of ours: the status, and why."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class PutSession:
    """Reads one request, whose body is the film; a `content.publishing.PublishSession`."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._phase = Phase.HEAD
        #: The head of the request; then what came behind it before it is accepted.
        self._waiting = bytearray()
        self._fields: dict[str, str] = {}
        self._body: RequestBody = EndlessBody()
        self._outgoing: list[bytes] = []

    def receive(self, received: bytes) -> list[Published]:
        """See `PublishSession`."""
        if self._phase is Phase.LIVE:
            return self._film(received)
        if self._phase is Phase.OVER:
            return []
        self._waiting += received
        if self._phase is Phase.ASKED:
            return []
        head, blank, rest = bytes(self._waiting).partition(b"\r\n\r\n")
        if len(head) > self._limits.publish_head_bytes:
            raise PeerError("a request that publishes says too much before it begins")
        if not blank:
            return []
        self._waiting = bytearray(rest)
        return self._asked(head)

    def hung_up(self) -> list[Published]:
        """See `PublishSession`: a film without a length ends with its connection."""
        if self._phase is Phase.LIVE and self._body.hung_up():
            return self._end()
        return []

    def accept(self) -> None:
        """See `PublishSession`."""
        if self._phase is not Phase.ASKED:
            raise SessionError("nobody asked to publish")
        self._phase = Phase.LIVE
        if self._fields.get("expect", "").lower() == "100-continue":
            self._outgoing.append(b"HTTP/1.1 100 Continue\r\n\r\n")

    def refuse(self, why: str) -> None:
        """See `PublishSession`."""
        self._answer(HTTPStatus.FORBIDDEN, why)

    def to_send(self) -> bytes:
        """See `PublishSession`."""
        outgoing = b"".join(self._outgoing)
        self._outgoing.clear()
        return outgoing

    def _film(self, received: bytes) -> list[Published]:
        received, self._waiting = bytes(self._waiting) + received, bytearray()
        content = self._body.take(received)
        events: list[Published] = [Footage(content)] if content else []
        return events + (self._end() if self._body.over else [])

    def _end(self) -> list[Published]:
        self._answer(HTTPStatus.OK, "")
        return [Unpublished()]

    def _asked(self, head: bytes) -> list[Published]:
        try:
            key = self._read(head)
        except Declined as fault:
            self._answer(fault.status, str(fault))
            raise PeerError(f"it sent a request that publishes nothing: {fault}") from None
        self._phase = Phase.ASKED
        return [PublishAsked(key)]

    def _read(self, head: bytes) -> str:
        """The stream key in the request."""
        first, *lines = head.split(b"\r\n")
        request = _REQUEST.fullmatch(first)
        fields = [_FIELD.fullmatch(line) for line in lines]
        if request is None or None in fields:
            raise Declined(HTTPStatus.BAD_REQUEST, "that is no request of HTTP/1.1")
        named = ((each[1], each[2].strip(b" \t")) for each in fields if each)
        self._fields = {name.decode().lower(): value.decode("latin-1") for name, value in named}
        if len(self._fields) < len(fields) and self._framed_twice(lines):
            raise Declined(HTTPStatus.BAD_REQUEST, "it says twice how long it is")
        if request[1] not in _PUBLISHING:
            raise Declined(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "this port takes broadcasts in, by PUT or POST; watch with p2p-play",
            )
        if "origin" in self._fields or "sec-fetch-site" in self._fields:
            # Any page may have a browser POST here, and browsers say that it is a page.
            raise Declined(HTTPStatus.FORBIDDEN, "a page of the web publishes nothing here")
        if is_forwarded(lambda header: header.decode() in self._fields):
            # Whoever is behind it need not be on this machine.
            raise Declined(HTTPStatus.FORBIDDEN, "nothing is published here through a proxy")
        self._body = self._framed()
        path = request[2].partition(b"?")[0].decode("ascii")
        return unquote(path.rpartition("/")[2])

    def _framed(self) -> RequestBody:
        coding, length = self._fields.get("transfer-encoding"), self._fields.get("content-length")
        if coding is not None:
            if coding.lower() != "chunked" or length is not None:
                raise Declined(
                    HTTPStatus.NOT_IMPLEMENTED, "its body is coded in a way that nobody knows here"
                )
            return ChunkedBody(self._limits)
        if length is not None:
            if not re.fullmatch(r"[0-9]{1,18}", length):
                raise Declined(HTTPStatus.BAD_REQUEST, "its length is no number")
            return CountedBody(int(length))
        return EndlessBody()

    @staticmethod
    def _framed_twice(lines: list[bytes]) -> bool:
        names = [line.partition(b":")[0].lower() for line in lines]
        return any(names.count(name) > 1 for name in (b"content-length", b"transfer-encoding"))

    def _answer(self, status: HTTPStatus, why: str) -> None:
        self._phase = Phase.OVER
        body = f"{why}\n".encode() if why else b""
        allowed = "Allow: PUT, POST\r\n" if status is HTTPStatus.METHOD_NOT_ALLOWED else ""
        self._outgoing.append(
            f"HTTP/1.1 {status.value} {status.phrase}\r\n{allowed}Content-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
            + body
        )
