"""Room for runs of units on their way to the disk."""

from __future__ import annotations

from p2pstream.limits import LIMITS, Limits

__all__ = ["RunPool"]


class RunPool:
    """Lends room for one run at a time, and uses it again.

    How much is lent at once is bounded by how much is asked for.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._size = limits.receive_bytes
        self._spare: list[bytearray] = []
        self._lent: dict[int, bytearray] = {}
        #: Bytes that are lent now.
        self.lent = 0

    def lend(self, length: int) -> memoryview:
        """Room of exactly ``length`` bytes."""
        fits = length <= self._size
        room = self._spare.pop() if fits and self._spare else bytearray(max(length, self._size))
        run = memoryview(room)[:length]
        self._lent[id(run)] = room
        self.lent += length
        return run

    def give_back(self, run: memoryview) -> None:
        """Room that was lent is not needed any more."""
        room = self._lent.pop(id(run))
        self.lent -= len(run)
        if len(room) == self._size:
            self._spare.append(room)
