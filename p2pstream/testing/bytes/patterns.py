"""Data of any length that costs no memory and can be checked anywhere."""

from __future__ import annotations

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from p2pstream.content.ranges import check_range
from p2pstream.data.reading import read
from p2pstream.errors import Gone
from p2pstream.interfaces import IData
from p2pstream.limits import LIMITS, Limits

__all__ = ["PatternData", "pattern"]

_BLOCK = bytes((7 * index + index // 251) % 256 for index in range(65_521))


def pattern(start: int, stop: int) -> bytes:
    """The bytes of the pattern in that range.  It repeats, but at no power of two."""
    first = start % len(_BLOCK)
    count = stop - start
    return (_BLOCK * (2 + count // len(_BLOCK)))[first : first + count]


@implementer(IData)
class PatternData:
    """The pattern, as an `IData`.

    :param breaks_at: reading fails with `errors.Gone` when it comes to this byte.
    :param at_once: whether chunks are at hand; else they are fetched.
    :ivar produced: how many bytes were handed out.
    """

    seekable = True

    def __init__(
        self, length: int, limits: Limits = LIMITS, breaks_at: int | None = None, at_once: bool = True
    ) -> None:
        self.length: int | None = length
        self.produced = 0
        self._limits = limits
        self._breaks_at = length + 1 if breaks_at is None else breaks_at
        self._at_once = at_once

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData.read_to`."""
        check_range(start, stop, self.length)
        return read(self, consumer, start, self.length if stop is None else stop, self._limits)

    def at_hand(self, start: int, stop: int) -> bytes | None:
        """As `reading.Supply` says."""
        return self._chunk(start, stop) if self._at_once else None

    def later(self, start: int, stop: int) -> Deferred[bytes]:
        """As `reading.Supply` says."""
        return succeed(self._chunk(start, stop))

    def _chunk(self, start: int, stop: int) -> bytes:
        if stop > self._breaks_at:
            stop = self._breaks_at
        if start == stop == self._breaks_at:
            raise Gone("the pattern breaks here")
        self.produced += stop - start
        return pattern(start, stop)
