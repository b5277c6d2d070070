"""How many bytes a store may take."""

from __future__ import annotations

__all__ = ["Quota"]


class Quota:
    """A count that has an end, or none.

    :ivar used: bytes that are kept, or about to be written.
    """

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.used = 0

    def has_room(self, count: int) -> bool:
        """Whether so many more would fit."""
        return self.limit is None or self.used + count <= self.limit

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
