"""Where the windows of broadcasts lie that are watched: each process has a place of its own.

A process that is killed leaves its window there; whoever watches next removes it.
"""

from __future__ import annotations

from contextlib import suppress

from p2pstream.data.disk import telling
from p2pstream.data.state import Held, Within, clear, hold
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk
from p2pstream.limits import LIMITS, Limits

__all__ = ["WatchedWindow", "take_window"]

_FOLDER = "watched"
_LOCK = "-lock"
_TITLE = "the window of a broadcast"


class WatchedWindow:
    """One place for a window, from the moment that nobody else has it; it may block.

    :ivar disk: what lies there.
    :raises Held: another process has it.
    :raises StorageError: the disk refuses.
    """

    def __init__(self, disk: IDisk, number: str) -> None:
        self._above = disk
        self._path = f"{_FOLDER}/{number}"
        self._lock = hold(disk, self._path + _LOCK, _TITLE)
        self.disk: IDisk = Within(disk, self._path)

    def leave(self) -> None:
        """Nothing of it stays.

        :raises StorageError: the disk refuses.
        """
        try:
            with telling("remove", _TITLE):
                clear(self._above, self._path)
                self._above.remove(self._path)
                self._above.remove(self._path + _LOCK)
        finally:
            self._lock.close()


def take_window(disk: IDisk, limits: Limits = LIMITS) -> WatchedWindow:
    """One that nobody has, with nothing in it; what others left who are gone goes; may block.

    :raises StorageError: all are taken, or the disk refuses.
    """
    with telling("read", _TITLE):
        known = [name for name in disk.names(_FOLDER) if not name.endswith(_LOCK)]
    for name in known:
        with suppress(Held):
            WatchedWindow(disk, name).leave()
    for number in range(limits.live_watched):
        with suppress(Held):
            return WatchedWindow(disk, str(number))
    raise StorageError(f"{limits.live_watched} broadcasts are watched on one private folder already")
