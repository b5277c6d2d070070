"""Gives what is shared its keys: those that are remembered at once, the others by hashing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime

from p2pstream.content.keys import FileKey
from p2pstream.content.shown import HashingSnapshot
from p2pstream.errors import BadShare, Gone, NotShared, StorageError
from p2pstream.peer.folders.offers import Offer, Turn
from p2pstream.peer.keys.hash_lane import HashLane
from p2pstream.peer.keys.keyed import Keyed
from p2pstream.peer.keys.progress import HashProgress
from p2pstream.protocols.node import Means

__all__ = ["KeySource", "Keying"]


class KeySource(Protocol):
    """Who remembers the keys of files, or finds them out."""

    def known(self, offer: Offer) -> FileKey | None:
        """The key that is remembered."""

    def find(self, offer: Offer, progress: Callable[[int], None]) -> Deferred[FileKey]:
        """Read all of it; ``progress`` is told how many bytes more were read.

        :returns: fails with `errors.Gone` or `errors.NotShared` when the file is no
            longer what was offered, with `errors.StorageError` when a disk refuses.
        """


class Keying:
    """Follows what is offered; in the background one file at a time is read.

    Small ones first; one that comes while a large one is read is read beside it.  A file
    that changed a moment ago waits: it may change once more, unnoticed.

    :param gone: called when a file turned out to be different.
    :ivar keyed: what has a key now.
    """

    def __init__(self, means: Means, keys: KeySource, gone: Callable[[], None]) -> None:
        self.keyed = Keyed()
        self._clock: IReactorTime = means.reactor
        self._keys = keys
        self._observers: list[Callable[[list[Offer], list[Offer]], None]] = []
        self._gone = gone
        self._events = means.events
        # The times of files are told by the time of day.
        self._wall_ns = means.wall_ns
        self._limits = means.limits
        self._small = HashLane(self._clock, self._find, self._small_rested)
        self._large = HashLane(self._clock, self._find, self._rested, lambda: self._small.running)
        self._progress = HashProgress(means.reactor, means.events, self._waiting, means.limits)
        #: What is being read.
        self._finding: dict[Offer, Deferred[FileKey]] = {}

    def observe(self, changed: Callable[[list[Offer], list[Offer]], None]) -> None:
        """Call ``changed`` with the offers that got a key, and those that lost one."""
        self._observers.append(changed)

    def turned(self, turn: Turn) -> None:
        """What is offered changed."""
        for offer in turn.withdrawn:
            self._lane(offer).pending.discard(offer)
            if offer in self._finding:
                self._finding[offer].cancel()
        lost = [offer for offer in turn.withdrawn if self.keyed.drop(offer) is not None]
        known = [offer for offer in turn.shared if self._remembered(offer)]
        if lost or known:
            self._changed(known, lost)
        self._go_on()

    def again(self, offer: Offer) -> None:
        """Its key may be wrong by now: find it out once more.  Until then it keeps what it has."""
        self._lane(offer).pending.put(offer, self._clock.seconds())
        self._go_on()

    def hashing(self) -> HashingSnapshot:
        """How it goes on; what has to wait before it is read counts, too."""
        return self._progress.snapshot()

    def hashed(self, offer: Offer) -> int | None:
        """How many bytes of a file were read; None of one that is not being read."""
        return self._progress.of(offer)

    def stop(self) -> None:
        """Find out nothing more."""
        self._small.stop()
        self._large.stop()
        for finding in tuple(self._finding.values()):
            finding.cancel()

    def _changed(self, came: list[Offer], went: list[Offer]) -> None:
        for changed in self._observers:
            changed(came, went)

    def _remembered(self, offer: Offer) -> bool:
        key = self._keys.known(offer)
        if key is None:
            self._lane(offer).pending.put(offer, self._clock.seconds() + self._unsettled_s(offer))
            return False
        self.keyed.put(offer, key)
        return True

    def _unsettled_s(self, offer: Offer) -> float:
        """How long a file should be left alone yet; never longer, whatever its times say."""
        settle_s = self._limits.hash_settle_s
        age_s = (self._wall_ns() - max(offer.stamp.modified_ns, offer.stamp.changed_ns)) / 1e9
        # A little more: what is exactly as old as that is not settled.
        return max(0.0, min(settle_s, settle_s - age_s) + 0.05) if age_s <= settle_s else 0.0

    def _lane(self, offer: Offer) -> HashLane:
        # Those that processes of their own read: two of these at once would be four processes.
        return self._large if offer.stamp.size >= self._limits.hash_file_apart_bytes else self._small

    def _waiting(self) -> tuple[int, int]:
        small, large = self._small.pending, self._large.pending
        return len(small) + len(large), small.size + large.size

    def _go_on(self) -> None:
        self._small.go_on()
        self._large.go_on()

    def _small_rested(self) -> None:
        self._large.go_on()
        self._rested()

    def _rested(self) -> None:
        if not self._small.running and not self._large.running:
            self._progress.idle()

    async def _read(self, offer: Offer) -> FileKey:
        self._progress.began(offer)
        self._finding[offer] = self._keys.find(offer, partial(self._progress.read, offer))
        try:
            return await self._finding[offer]
        finally:
            del self._finding[offer]
            self._progress.ended(offer)

    async def _find(self, offer: Offer) -> None:
        try:
            key = await self._read(offer)
        except CancelledError:
            # It is shared no more.
            return
        except (BadShare, Gone, NotShared):
            self._gone()
        except StorageError as fault:
            self._events.happened("key_missing", name=offer.name, reason=fault)
            self._lane(offer).pending.put(offer, self._clock.seconds() + self._limits.hash_retry_s)
        else:
            self._progress.found()
            before = self.keyed.key(offer)
            if key != before:
                self.keyed.put(offer, key)
                self._changed([offer], [] if before is None else [offer])
