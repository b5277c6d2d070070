"""Which names of a folder of state may be lost if the power goes.  Safe for threads."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Folder", "FreshNames"]

#: The parts of its path.
Folder = tuple[str, ...]

_EARLIER = object()


class FreshNames:
    """What was made waits for the first thing that has to be durable there: a sync may take seconds.

    Of what another process made nothing is known, so that each folder is synced once in any case.
    """

    def __init__(self) -> None:
        #: What was made in each folder last, and up to what it is durable.
        self._last: dict[Folder, object] = {}
        self._durable: dict[Folder, object] = {}

    def made(self, folder: Folder) -> None:
        """Names in it are others now."""
        self._last[folder] = object()

    def settle(self, folder: Folder, sync: Callable[[Folder], None]) -> None:
        """Have all names in ``folder`` durable, and those on the way to it.

        :param sync: has those in one folder durable when it returns.
        """
        for depth in range(len(folder) + 1):
            each = folder[:depth]
            last = self._last.get(each, _EARLIER)
            if self._durable.get(each) is not last:
                sync(each)
                # Not what is last by now: that may have been made meanwhile.
                self._durable[each] = last
