"""Where the body of a request ends (RFC 9112, sections 6 and 7.1).  Pure."""

from __future__ import annotations

import re
from typing import Protocol

from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits

__all__ = ["ChunkedBody", "CountedBody", "EndlessBody", "RequestBody"]

_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?")


class RequestBody(Protocol):
    """What follows the head of a request.

    :ivar over: whether that was all.
    """

    over: bool

    def take(self, received: bytes) -> bytes:
        """What of it is content.

        :raises PeerError: it is framed as nothing is.
        """

    def hung_up(self) -> bool:
        """Whether it may end here, where no more comes."""


class EndlessBody:
    """All of it is content, until the connection ends."""

    over = False

    def take(self, received: bytes) -> bytes:
        """See `RequestBody`."""
        return received

    def hung_up(self) -> bool:
        """See `RequestBody`."""
        return True


class CountedBody:
    """So many bytes."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.over = not length

    def take(self, received: bytes) -> bytes:
        """See `RequestBody`."""
        content = received[: self._left]
        self._left -= len(content)
        self.over = not self._left
        return content

    def hung_up(self) -> bool:
        """See `RequestBody`."""
        return self.over


class ChunkedBody:
    """Parts, each behind its length; the last is empty.  What may follow that is for nobody."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._line = bytearray()
        #: Bytes of the part that is under way; None between two.
        self._left: int | None = None
        self.over = False

    def take(self, received: bytes) -> bytes:
        """See `RequestBody`."""
        content, rest = bytearray(), memoryview(received)
        while rest and not self.over:
            if self._left:
                content += rest[: self._left]
                rest, self._left = rest[self._left :], max(0, self._left - len(rest))
                continue
            rest = self._read_line(rest)
        return bytes(content)

    def hung_up(self) -> bool:
        """See `RequestBody`."""
        return self.over

    def _read_line(self, rest: memoryview) -> memoryview:
        """A line, as far as it is here: the end of a part, or the length of the next."""
        # No more of it is looked at than a line may have: what follows may be large, and is looked at again.
        found = bytes(rest[: self._limits.publish_chunk_bytes + 1]).find(b"\n")
        self._line += rest[: found + 1] if found >= 0 else rest
        if len(self._line) > self._limits.publish_chunk_bytes:
            raise PeerError("an HTTP publisher sends no chunks, or puts too much before one")
        if found < 0:
            return rest[:0]
        line, self._line = bytes(self._line), bytearray()
        self._look(line)
        return rest[found + 1 :]

    def _look(self, line: bytes) -> None:
        if self._left == 0:
            if line != b"\r\n":
                raise PeerError("an HTTP publisher sends a chunk that is longer than it says")
            self._left = None
            return
        written = _CHUNK.fullmatch(line.removesuffix(b"\r\n")) if line.endswith(b"\r\n") else None
        if written is None:
            raise PeerError("an HTTP publisher sends a body that is not in chunks")
        length = int(written[1], 16)
        self.over, self._left = not length, length or None
