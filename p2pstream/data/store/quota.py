"""How many bytes a store may take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

__all__ = ["MakesRoom", "Quota"]


class MakesRoom(Protocol):
    """Whoever knows who else may have to go."""

    async def make(self, need: int, pinned: bool) -> None:
        """Returns when so many bytes more may be kept; raises `errors.StorageError`."""

    async def free_disk(self, need: int) -> bool:
        """The disk has less room than we may take; whether there is more of it now than there was."""


class Quota:
    """A count that has an end, or none.

    :param exempt: how many of the bytes that are counted are not to be.
    :ivar used: bytes that are kept, or about to be written.
    """

    def __init__(self, limit: int | None, exempt: Callable[[], int] = lambda: 0) -> None:
        self.limit = limit
        self.used = 0
        self._exempt = exempt

    @property
    def counted(self) -> int:
        """How many of the bytes count."""
        return self.used - self._exempt()

    def has_room(self, count: int) -> bool:
        """Whether so many more would fit."""
        return self.limit is None or self.counted + count <= self.limit

    def take(self, count: int) -> bool:
        """Have room for so many; False: there is none."""
        if not self.has_room(count):
            return False
        self.used += count
        return True

    def give(self, count: int) -> None:
        """So many are not kept any more."""
        self.used -= count
        assert self.used >= 0, "more was given back than taken"
