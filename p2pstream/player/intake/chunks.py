"""Bytes in a row, in the pieces in which they came.  Pure."""

from __future__ import annotations

from collections import deque

__all__ = ["Chunks"]


class Chunks:
    """Put in at the end, taken from the front; nothing is copied but into the taker's room."""

    def __init__(self) -> None:
        self._chunks: deque[memoryview] = deque()
        self._held = 0

    def __len__(self) -> int:
        """How many bytes there are."""
        return self._held

    def put(self, chunk: bytes) -> None:
        """These bytes come next."""
        if chunk:
            self._chunks.append(memoryview(chunk))
            self._held += len(chunk)

    def head(self, count: int) -> bytes:
        """A copy of the first ``count`` bytes, or of all there are."""
        found = bytearray()
        for chunk in self._chunks:
            if len(found) >= count:
                break
            found += chunk[: count - len(found)]
        return bytes(found)

    def take(self, room: memoryview) -> int:
        """Move into ``room`` as much of the first chunk as fits; returns how many bytes that is."""
        chunk = self._chunks[0]
        count = min(len(chunk), len(room))
        room[:count] = chunk[:count]
        self.skip(count)
        return count

    def skip(self, count: int) -> None:
        """Drop the first ``count`` bytes, of those that are there."""
        self._held -= count
        while count:
            chunk = self._chunks.popleft()
            if len(chunk) > count:
                self._chunks.appendleft(chunk[count:])
            count -= min(count, len(chunk))

    def clear(self) -> None:
        """Drop all of it."""
        self._chunks.clear()
        self._held = 0
