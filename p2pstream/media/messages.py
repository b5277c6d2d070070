"""What is said on the pipes between us and a worker.  Pure.

A frame is its length (4 bytes, big endian; of what follows the kind), its kind (1 byte),
and that much more.  We say one `JOB`, then `BYTES` for each `READ`, in turn.  The worker
says `READY` when it is confined, any number of `READ` and `PART`, and last `DONE` or
`FAILED`.  Numbers of bytes are 8 bytes, big endian.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import Any

from p2pstream.content.bencode import decode, encode
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = [
    "BYTES",
    "DONE",
    "FAILED",
    "HEAD",
    "JOB",
    "PART",
    "READ",
    "READY",
    "SPAN",
    "WorkerFrames",
    "WorkerJob",
    "frame",
]

HEAD = Struct(">IB")
#: Where to read, and how much.
SPAN = Struct(">QQ")

JOB, BYTES = 1, 2
READY, READ, PART, DONE, FAILED = 16, 17, 18, 19, 20


@value
class WorkerJob:
    """What a worker is to do, and within which bounds."""

    #: ``pictures``, ``texts``, ``facts`` or ``remux``.
    kind: str
    #: Of the film.
    length: int
    #: Where ``remux`` begins.
    start_ms: int = 0
    #: Whether nobody waits for it.
    background: bool = False

    def encode(self) -> bytes:
        """As it is sent."""
        return encode(
            {
                b"b": int(self.background),
                b"k": self.kind.encode(),
                b"n": self.length,
                b"t": self.start_ms,
            }
        )

    @classmethod
    def decode(cls, raw: bytes) -> WorkerJob:
        """As `encode` wrote it; what says it is us."""
        said: dict[bytes, Any] = decode(raw)
        return cls(said[b"k"].decode(), said[b"n"], said[b"t"], said[b"b"] == 1)


def frame(kind: int, body: bytes | memoryview = b"") -> bytes:
    """One frame."""
    return HEAD.pack(len(body), kind) + body


class WorkerFrames:
    """WorkerFrames out of bytes as they come.

    :raises PeerError: in `receive`: one is longer than any may be.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._waiting = bytearray()
        self._most = limits.worker_frame_bytes

    def receive(self, chunk: bytes) -> Iterator[tuple[int, bytes]]:
        """Kind and body of each frame that is complete by now."""
        self._waiting += chunk
        while len(self._waiting) >= HEAD.size:
            length, kind = HEAD.unpack_from(self._waiting)
            if length > self._most:
                raise PeerError(f"a worker says {length} bytes at once")
            end = HEAD.size + length
            if len(self._waiting) < end:
                return
            body = bytes(self._waiting[HEAD.size : end])
            del self._waiting[:end]
            yield kind, body
