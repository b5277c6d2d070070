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

    How long a run is a stranger chooses, and four times as much memory as it needs is lent
    to one that is a little longer than a buffer; so there are only so many of them.

    :param made: makes one more buffer.
    :param sizes: of the buffers that are lent again, ascending.
    :param most: bytes of all of those together; for what finds none, memory is made for one use.
    """

    def __init__(
        self,
        made: Callable[[int], Buffer] = bytearray,
        sizes: Sequence[int] = RUN_SIZES,
        most: int = LIMITS.hash_shared_bytes,
    ) -> None:
        self._made = made
        self._spare: dict[int, list[Buffer]] = {size: [] for size in sizes}
        #: How many bytes may still be made that are lent again.
        self._left = most
        #: What is lent, by run; and where it is put when it comes back, if that is anywhere.
        self._lent: dict[int, tuple[Buffer, list[Buffer] | None]] = {}

    def lend(self, length: int) -> memoryview:
        """As `IHasher.lend`."""
        buffer, place = self._again(length) or (bytearray(length), None)
        run = memoryview(buffer)[:length]
        self._lent[id(run)] = buffer, place
        return run

    def buffer(self, run: memoryview) -> Buffer | None:
        """What ``run`` is the beginning of; None if it was not lent here, and as it is."""
        return self._lent.get(id(run), (None,))[0]

    def give_back(self, run: memoryview) -> None:
        """As `IHasher.give_back`."""
        buffer, place = self._lent.pop(id(run))
        if place is not None:
            place.append(buffer)

    def _again(self, length: int) -> tuple[Buffer, list[Buffer]] | None:
        """A buffer that is long enough, and where it lies when nobody uses it."""
        enough = [size for size in self._spare if length <= size]
        if enough and not self._spare[enough[0]] and enough[0] <= self._left:
            self._left -= enough[0]
            return self._made(enough[0]), self._spare[enough[0]]
        spare = next((self._spare[size] for size in enough if self._spare[size]), None)
        return None if spare is None else (spare.pop(), spare)
