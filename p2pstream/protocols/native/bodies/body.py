"""What all messages between peers have in common.  Pure."""

from __future__ import annotations

from itertools import chain
from struct import Struct
from typing import Any, ClassVar, Self

from p2pstream.codes import Code
from p2pstream.errors import PeerError
from p2pstream.values import value

__all__ = ["CountedRanges", "Fixed", "Message", "impossible", "pack_ranges", "ranges_most", "unpack_ranges"]

#: The first and how many, ascending; nothing twice.
CountedRanges = tuple[tuple[int, int], ...]

_HEAD, _RANGE = Struct(">BH"), Struct(">QI")


@value
class Message:
    """What a frame's body says."""

    type: ClassVar[int]
    #: Who sends it: the end that wants units, the one that has them, or either.
    sender: ClassVar[str]
    #: The most bytes of a body.
    most: ClassVar[int]

    def pack(self) -> bytes:
        """The body."""
        raise NotImplementedError

    @classmethod
    def unpack(cls, body: bytes) -> Self:
        """What a body says.

        :raises PeerError: it is no such body.
        """
        raise NotImplementedError


@value
class Fixed(Message):
    """A message whose fields always take the same room."""

    layout: ClassVar[Struct]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.most = cls.layout.size

    def pack(self) -> bytes:
        """See `Message`."""
        return self.layout.pack(*self.__dict__.values())

    @classmethod
    def unpack(cls, body: bytes) -> Self:
        """See `Message`."""
        if len(body) != cls.layout.size:
            raise PeerError(f"{cls.__name__}: it has {len(body)} bytes, not {cls.layout.size}")
        said = cls(*cls.layout.unpack(body))
        said.check()
        return said

    def check(self) -> None:
        """:raises PeerError: a field has a value that it cannot have."""


def impossible(said: str) -> PeerError:
    """The fault of a body whose form is right and whose content cannot be."""
    return PeerError(said, Code.BAD_MESSAGE)


def ranges_most(count: int) -> int:
    """How many bytes a mode and so many ranges take."""
    return _HEAD.size + count * _RANGE.size


def pack_ranges(mode: int, ranges: CountedRanges) -> bytes:
    """A mode, and ranges, as both families tell what is here."""
    flat = chain.from_iterable(ranges)
    return _HEAD.pack(mode, len(ranges)) + Struct(">" + "QI" * len(ranges)).pack(*flat)


def unpack_ranges(named: str, body: bytes, most: int) -> tuple[int, CountedRanges]:
    """The mode, and the ranges.

    :param named: what message it is, for the fault.
    :raises PeerError: they are none, more than ``most``, or not in order.
    """
    mode, count = _HEAD.unpack_from(body) if len(body) >= _HEAD.size else (0, -1)
    if len(body) != ranges_most(count):
        raise PeerError(f"{named}: {len(body)} bytes cannot hold {count} ranges")
    if count > most:
        raise impossible(f"{named}: it has {count} ranges, and {most} are the most")
    ranges = tuple(_RANGE.iter_unpack(body[_HEAD.size :]))
    end = 0
    for first, length in ranges:
        if first < end or not length:
            raise impossible(f"{named}: its range at {first} is empty, or not behind the one before")
        end = first + length
    return mode, ranges
