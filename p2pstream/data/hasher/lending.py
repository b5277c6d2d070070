"""Memory for runs, lent again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS

__all__ = ["RUN_SIZES", "Buffer", "Lending"]

#: Memory, or a part of it.
Buffer = bytearray | memoryview

#: How long runs are at most: those that somebody waits for, those of many slower sources, and all others.
RUN_SIZES = tuple(
    units * UNIT
    for units in (LIMITS.native_urgent_run_units, LIMITS.native_run_units // 4, LIMITS.native_run_units)
)


class Lending:
    """Lends the same buffers in turn: to each run of those that are long enough a shortest.

    :param made: makes one more buffer.
    :param sizes: of the buffers that are lent again, ascending; what is longer is made for one use.
    """

    def __init__(self, made: Callable[[int], Buffer] = bytearray, sizes: Sequence[int] = RUN_SIZES) -> None:
        self._made = made
        self._spare: dict[int, list[Buffer]] = {size: [] for size in sizes}
        self._lent: dict[int, Buffer] = {}

    def lend(self, length: int) -> memoryview:
        """As `IHasher.lend`."""
        size = next((size for size in self._spare if length <= size), None)
        if size is None:
            buffer: Buffer = bytearray(length)
        else:
            spare = self._spare[size]
            buffer = spare.pop() if spare else self._made(size)
        run = memoryview(buffer)[:length]
        self._lent[id(run)] = buffer
        return run

    def buffer(self, run: memoryview) -> Buffer | None:
        """What ``run`` is the beginning of; None if it was not lent here, and as it is."""
        return self._lent.get(id(run))

    def give_back(self, run: memoryview) -> None:
        """As `IHasher.give_back`."""
        buffer = self._lent.pop(id(run))
        spare = self._spare.get(len(buffer))
        if spare is not None:
            spare.append(buffer)
