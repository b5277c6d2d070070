"""The worker's end of the pipes: it waits for what it asked for."""

from __future__ import annotations

import os

from p2pstream.media.messages import BYTES, HEAD, PART, READ, SPAN, frame

__all__ = ["PartWriter", "PipeFilm", "Pipes"]

_IN, _OUT = 0, 1


class Pipes:
    """Standard input and output, with frames on them."""

    def say(self, kind: int, body: bytes = b"") -> None:
        """One frame; whoever reads slowly has us wait."""
        view = memoryview(frame(kind, body))
        while view:
            view = view[os.write(_OUT, view) :]

    def hear(self, kind: int) -> bytes:
        """The next frame, which is of that kind; nobody there is the end of us."""
        length, heard = HEAD.unpack(self._exactly(HEAD.size))
        if heard != kind:
            raise SystemExit(3)
        return self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        parts = []
        while count:
            part = os.read(_IN, min(count, 1 << 20))
            if not part:
                raise SystemExit(0)
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


class PipeFilm:
    """The film as bytes that are asked for, two units at a time; see `reading.FilmBytes`."""

    def __init__(self, pipes: Pipes, length: int, step: int) -> None:
        self.length = length
        self._pipes = pipes
        self._step = step
        #: What was asked for last, by its place in steps: headers are read in pieces, and again.
        self._kept: dict[int, bytes] = {}

    def pread(self, start: int, count: int) -> bytes:
        """At most so many bytes from there; at least one, but for the end."""
        if start >= self.length:
            return b""
        number, within = divmod(start, self._step)
        if number not in self._kept:
            while len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            at = number * self._step
            self._pipes.say(READ, SPAN.pack(at, min(self._step, self.length - at)))
            self._kept[number] = self._pipes.hear(BYTES)
        return self._kept[number][within : within + count]


_KEPT = 8


class PartWriter:
    """What a container is written to: no seeking, and few, large parts."""

    def __init__(self, pipes: Pipes) -> None:
        self._pipes = pipes

    def write(self, content: bytes) -> int:
        """As of a file."""
        for start in range(0, len(content), _PART):
            self._pipes.say(PART, bytes(content[start : start + _PART]))
        return len(content)


_PART = 65_536
