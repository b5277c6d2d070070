"""How many bits a second a broadcast has, as its heads say.  Pure."""

from __future__ import annotations

from bisect import insort

from p2pstream.content.signed.heads import Head

__all__ = ["RateMeter"]

_SPAN_MS = 5000


class RateMeter:
    """Over the last five seconds of the source's clock."""

    def __init__(self) -> None:
        #: When each was captured, and its bytes, the oldest first.
        self._slices: list[tuple[int, int]] = []
        self._bytes = 0

    def add(self, head: Head) -> None:
        """One more slice, in any order: heads overtake each other all the time."""
        insort(self._slices, (head.captured_ms, head.length))
        self._bytes += head.length
        oldest = self._slices[-1][0] - _SPAN_MS
        while self._slices[0][0] < oldest:
            self._bytes -= self._slices.pop(0)[1]

    @property
    def rate(self) -> float:
        """Bits a second; 0 before the second slice."""
        if len(self._slices) < 2:
            return 0.0
        lasted = self._slices[-1][0] - self._slices[0][0]
        # The last slice has begun, and not lasted yet.
        return (self._bytes - self._slices[-1][1]) * 8000 / lasted if lasted else 0.0
