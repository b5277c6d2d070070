"""What was fed in and is not signed yet.  Pure."""

from __future__ import annotations

from collections import deque

from p2pstream.content.hls import Boundary
from p2pstream.content.signed.heads import NO_RAP
from p2pstream.content.units import LEAF
from p2pstream.values import value

__all__ = ["Cut", "Unsigned"]


@value
class Cut:
    """The bytes of the next slice, and what was said of them."""

    content: bytes
    captured_ms: int
    #: From its start; `NO_RAP` for none.
    rap: int
    discontinuity: bool
    #: At which byte a segment begins, and what is known of it; None: none does.
    segment: tuple[int, Boundary] | None = None


class Unsigned:
    """Bytes in order, with what is known of some of them.

    :ivar waiting: how many there are.
    """

    def __init__(self) -> None:
        self._content = bytearray()
        self._offset = 0
        # Where something is known: the offset, when it was captured, whether one may begin there.
        self._captured: deque[tuple[int, int]] = deque()
        self._raps: deque[int] = deque()
        self._breaks: deque[int] = deque()
        self._segments: deque[tuple[int, Boundary]] = deque()
        self._last_ms = 0

    @property
    def waiting(self) -> int:
        """How many bytes are not signed yet."""
        return len(self._content)

    def put(
        self,
        content: bytes,
        rap: bool,
        discontinuity: bool,
        captured_ms: int,
        segment: Boundary | None = None,
    ) -> None:
        """Bytes follow; what is said is said of the first of them."""
        if not content:
            return
        at = self._offset + len(self._content)
        self._content += content
        self._captured.append((at, captured_ms))
        if rap:
            self._raps.append(at)
        if discontinuity:
            self._breaks.append(at)
        if segment is not None:
            self._segments.append((at, segment))

    def cut(self, leaves: int) -> Cut:
        """The next whole leaves, so many at most; with 0, all that is left, of a stream that ends."""
        length = min(len(self._content) // LEAF, leaves) * LEAF if leaves else len(self._content)
        length = self._one_segment(length)
        content = bytes(self._content[:length])
        del self._content[:length]
        start, stop = self._offset, self._offset + length
        self._offset = stop
        captured = self._captured_at(start)
        rap, broken = NO_RAP, False
        while self._raps and self._raps[0] < stop:
            at = self._raps.popleft()
            rap = at - start if rap == NO_RAP else rap
        while self._breaks and self._breaks[0] < stop:
            self._breaks.popleft()
            broken = True
        return Cut(content, captured, rap, broken, self._begun(start, stop))

    def _one_segment(self, length: int) -> int:
        """A slice ends before the leaf in which another segment would begin, for it can name one."""
        places = [(at - self._offset) // LEAF * LEAF for at, _ in self._segments]
        return min([length, *(each for each in places if each > places[0])])

    def _begun(self, start: int, stop: int) -> tuple[int, Boundary] | None:
        """The segment that begins in this slice; of several in one leaf the last."""
        found: tuple[int, Boundary] | None = None
        while self._segments and self._segments[0][0] < stop:
            at, segment = self._segments.popleft()
            found = at - start, segment.after(found[1] if found is not None else None)
        return found

    def _captured_at(self, offset: int) -> int:
        """When that byte was captured; never before the one before it."""
        while len(self._captured) > 1 and self._captured[1][0] <= offset:
            self._captured.popleft()
        if self._captured:
            self._last_ms = max(self._last_ms, self._captured[0][1])
        return self._last_ms
