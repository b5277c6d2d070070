"""How hashing goes on, for people: now and then while it lasts, once when it is over."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime

from p2pstream.content.shown import HashingSnapshot
from p2pstream.interfaces import IEvents
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.folders.offers import Offer

__all__ = ["HashProgress"]


class HashProgress:
    """Counts from the first file after a rest to the last before the next one.

    :param waiting: how many files wait to be read, and how many bytes they have.
    """

    def __init__(
        self,
        clock: IReactorTime,
        events: IEvents,
        waiting: Callable[[], tuple[int, int]],
        limits: Limits = LIMITS,
    ) -> None:
        self._clock = clock
        self._events = events
        self._waiting = waiting
        self._limits = limits
        self._files = self._read = 0
        self._since: float | None = None
        self._told = 0.0
        #: What is being read, and how many bytes of it were.
        self._reading: dict[Offer, int] = {}

    def began(self, offer: Offer) -> None:
        """One more file is read."""
        if self._since is None:
            self._since = self._told = self._clock.seconds()
            self._files = self._read = 0
        self._reading[offer] = 0

    def read(self, offer: Offer, count: int) -> None:
        """So many bytes more of it."""
        self._read += count
        self._reading[offer] += count
        now = self._clock.seconds()
        if now - self._told >= self._limits.hash_told_s:
            self._told = now
            so_far = self.snapshot()
            self._events.happened("hashing", done=so_far.done, size=so_far.length, files=so_far.files)

    def ended(self, offer: Offer) -> None:
        """It is read no longer, whole or not."""
        del self._reading[offer]

    def of(self, offer: Offer) -> int | None:
        """How many bytes of a file were read; None of one that is not being read."""
        return self._reading.get(offer)

    def snapshot(self) -> HashingSnapshot:
        """How it stands; what only waits counts, too."""
        files, size = self._waiting()
        done = 0 if self._since is None else self._read
        rest = sum(offer.stamp.size - count for offer, count in self._reading.items())
        return HashingSnapshot(files + len(self._reading), done, done + rest + size)

    def found(self) -> None:
        """One file has its key."""
        self._files += 1

    def idle(self) -> None:
        """There is nothing to read for now."""
        since, self._since = self._since, None
        if since is not None and self._files:
            seconds = self._clock.seconds() - since
            self._events.happened("hashed", files=self._files, size=self._read, seconds=seconds)
