"""Memory for runs, lent again and again."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Buffer", "Lending"]

#: Memory, or a part of it.
Buffer = bytearray | memoryview


class Lending:
    """Lends the same buffers in turn.

    :param size: of the buffers that are lent again; what is longer is made for one use.
    :param made: makes one more of them.
    """

    def __init__(self, size: int, made: Callable[[int], Buffer] = bytearray) -> None:
        self._size = size
        self._made = made
        self._spare: list[Buffer] = []
        self._lent: dict[int, Buffer] = {}

    def lend(self, length: int) -> memoryview:
        """As `IHasher.lend`."""
        if length > self._size:
            buffer: Buffer = bytearray(length)
        else:
            buffer = self._spare.pop() if self._spare else self._made(self._size)
        run = memoryview(buffer)[:length]
        self._lent[id(run)] = buffer
        return run

    def buffer(self, run: memoryview) -> Buffer | None:
        """What ``run`` is the beginning of; None if it was not lent here, and as it is."""
        return self._lent.get(id(run))

    def give_back(self, run: memoryview) -> None:
        """As `IHasher.give_back`."""
        buffer = self._lent.pop(id(run))
        if len(buffer) == self._size:
            self._spare.append(buffer)
