"""Units on their way into a file.  What may block here is called in workers."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from twisted.python.failure import Failure

from p2pstream.content.ranges import Ranges
from p2pstream.content.text import size_text
from p2pstream.content.units import HASH_BYTES, UNIT
from p2pstream.data.disk import telling
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk
from p2pstream.values import value

__all__ = ["FULL", "Kept", "Run", "full_said", "matching"]

#: What a disk says that has no room.
FULL = {errno.ENOSPC, errno.EDQUOT}


@value
class Run:
    """Consecutive units that arrived.

    :param fits: for each of them whether it is what its hash says.
    :param missing: the numbers of those that are not kept yet.
    """

    first: int
    content: memoryview
    fits: Sequence[bool]
    missing: Ranges

    @property
    def good(self) -> Ranges:
        """The numbers of those that fit."""
        if all(self.fits):
            return Ranges([(self.first, self.first + len(self.fits))])
        return Ranges((self.first + at, self.first + at + 1) for at, fit in enumerate(self.fits) if fit)

    def bytes_of(self, start: int, stop: int) -> memoryview:
        """The bytes of some of its units."""
        return self.content[(start - self.first) * UNIT : (stop - self.first) * UNIT]


@value
class Kept:
    """What became of a run.

    :param fits: for each unit whether it is what its hash says.
    :param written: the units that were written.
    :param failure: why not all that fit were.
    """

    fits: Sequence[bool]
    written: Ranges
    failure: Failure | None = None

    @property
    def full(self) -> bool:
        """Whether that is because the disk is full."""
        why = self.failure.value if self.failure is not None else None
        cause = why.__cause__ if why is not None else None
        return isinstance(cause, OSError) and cause.errno in FULL


def matching(found: bytes, hashes: Sequence[bytes]) -> list[bool]:
    """For each unit whether its hash, of those ``found`` one after the other, is what it should be."""
    ends = range(HASH_BYTES, len(found) + 1, HASH_BYTES)
    return [found[end - HASH_BYTES : end] == hash for end, hash in zip(ends, hashes, strict=True)]


@contextmanager
def full_said(disk: IDisk, need: int) -> Iterator[None]:
    """As `telling`; where the disk is full, with what is needed and what there is."""
    try:
        with telling("write", "the store"):
            yield
    except StorageError as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno in FULL:
            free = size_text(disk.free())
            raise StorageError(
                f"cannot write the store: disk full (need {size_text(need)}, {free} free)"
            ) from cause
        raise
