"""Memory that a process apart sees, too."""

from __future__ import annotations

import mmap
import os

from p2pstream.data.hasher.lending import Buffer

__all__ = ["Shared"]


class Shared:
    """Slots in memory without a file; none takes room before it is written to.

    :param size: how long all of them are together, at most.
    :ivar descriptor: what another process maps to see all of them.
    """

    def __init__(self, size: int) -> None:
        self.descriptor = os.memfd_create("p2pstream-runs")
        os.ftruncate(self.descriptor, size)
        self._memory = memoryview(mmap.mmap(self.descriptor, size))
        #: Where the next begins.
        self._end = 0
        #: Kept, so that no other object gets the identity of a slot.
        self._slots: list[memoryview] = []
        self._offsets: dict[int, int] = {}

    def slot(self, size: int) -> Buffer:
        """One more slot; whoever asks knows that there is room for it."""
        offset = self._end
        self._end += size
        slot = self._memory[offset : self._end]
        self._slots.append(slot)
        self._offsets[id(slot)] = offset
        return slot

    def offset(self, buffer: Buffer | None) -> int | None:
        """Where in the shared memory a slot begins; None for what is none."""
        return self._offsets.get(id(buffer))

    def close(self) -> None:
        """Give the descriptor back; what is mapped stays as long as somebody uses it."""
        os.close(self.descriptor)
