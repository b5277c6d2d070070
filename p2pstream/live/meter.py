"""How many bits a second a broadcast has, as its heads say.  Pure."""

from __future__ import annotations

from collections import deque

from p2pstream.content.signed.heads import Head

__all__ = ["RateMeter"]

_SPAN_MS = 5000


class RateMeter:
    """Over the last five seconds of the source's clock."""

    def __init__(self) -> None:
        self._slices: deque[tuple[int, int]] = deque()
        self._bytes = 0

    def add(self, head: Head) -> None:
        """One more slice; old ones that come late do not count."""
        if self._slices and head.captured_ms < self._slices[-1][0]:
            return
        self._slices.append((head.captured_ms, head.length))
        self._bytes += head.length
        while self._slices[0][0] < head.captured_ms - _SPAN_MS:
            self._bytes -= self._slices.popleft()[1]

    @property
    def rate(self) -> float:
        """Bits a second; 0 before the second slice."""
        if len(self._slices) < 2:
            return 0.0
        lasted = self._slices[-1][0] - self._slices[0][0]
        # The last slice has begun, and not lasted yet.
        return (self._bytes - self._slices[-1][1]) * 8000 / lasted if lasted else 0.0
