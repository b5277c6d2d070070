"""The memory that units arrive in."""

from __future__ import annotations

from p2pstream.content.keys import FileKey
from p2pstream.content.units import UNIT
from p2pstream.interfaces import IHasher
from p2pstream.limits import LIMITS, Limits

__all__ = ["Runs"]


class Runs:
    """Lends memory to sources, and says how much more may be asked for.

    :param key: whose units.
    :param hasher: whose memory.
    """

    def __init__(self, key: FileKey, hasher: IHasher, limits: Limits = LIMITS) -> None:
        self._key = key
        self._hasher = hasher
        self._most = limits.ask_bytes
        #: Bytes in use: arriving, or not yet written.
        self._lent = 0

    def lend(self, first: int, count: int) -> memoryview:
        """Memory for units ``[first, first + count)``; `give_back` it once."""
        start, stop = self._key.span(first, first + count)
        self._lent += stop - start
        run: memoryview = self._hasher.lend(stop - start)
        return run

    def give_back(self, run: memoryview) -> None:
        """Nobody looks at it any more."""
        self._lent -= len(run)
        self._hasher.give_back(run)

    def room(self, outstanding: int) -> int:
        """How many units may be asked for beyond the ``outstanding`` that are; perhaps less than none."""
        return (self._most - self._lent) // UNIT - outstanding
