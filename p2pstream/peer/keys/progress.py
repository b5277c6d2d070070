"""How hashing goes on, for people: now and then while it lasts, once when it is over."""

from __future__ import annotations

from twisted.internet.interfaces import IReactorTime

from p2pstream.content.shown import HashingSnapshot
from p2pstream.interfaces import IEvents
from p2pstream.limits import LIMITS, Limits

__all__ = ["HashProgress"]


class HashProgress:
    """Counts from the first file after a rest to the last before the next one."""

    def __init__(self, clock: IReactorTime, events: IEvents, limits: Limits = LIMITS) -> None:
        self._clock = clock
        self._events = events
        self._limits = limits
        self._files = self._left = 0
        self._read = self._size = 0
        self._since: float | None = None
        self._told = 0.0
        #: Bytes read of the file that is read now.
        self.current = 0

    def began(self, size: int, waiting: int, waiting_size: int) -> None:
        """One more file is read; so many wait behind it."""
        if self._since is None:
            self._since = self._told = self._clock.seconds()
            self._files = self._read = 0
        self._left = 1 + waiting
        self.current = 0
        self._size = self._read + size + waiting_size

    def read(self, count: int) -> None:
        """So many bytes more."""
        self._read += count
        self.current += count
        now = self._clock.seconds()
        if now - self._told >= self._limits.hash_told_s:
            self._told = now
            self._events.happened("hashing", done=self._read, size=self._size, files=self._left)

    def snapshot(self) -> HashingSnapshot | None:
        """How it stands; None while nothing is read."""
        if self._since is None:
            return None
        return HashingSnapshot(self._left, self._read, self._size)

    def done(self) -> None:
        """One file has its key."""
        self._files += 1

    def idle(self) -> None:
        """There is nothing to read for now."""
        since, self._since = self._since, None
        if since is not None and self._files:
            seconds = self._clock.seconds() - since
            self._events.happened("hashed", files=self._files, size=self._read, seconds=seconds)
