"""Gives what is shared its keys: those that are remembered at once, the others by hashing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.keys import FileKey
from p2pstream.content.shown import HashingSnapshot
from p2pstream.errors import BadShare, Gone, NotShared, StorageError
from p2pstream.peer.folders.offers import Offer, Turn
from p2pstream.peer.keys.keyed import Keyed
from p2pstream.peer.keys.pending import Pending
from p2pstream.peer.keys.progress import HashProgress
from p2pstream.protocols.node import Means

__all__ = ["KeySource", "Keying"]

_log = Logger()


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
    """Follows what is offered; one file at a time is read in the background.

    A file that changed a moment ago waits: it may change once more, unnoticed.

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
        self._pending = Pending()
        self._progress = HashProgress(means.reactor, means.events, means.limits)
        self._alarm: IDelayedCall | None = None
        self._current: Offer | None = None
        self._finding: Deferred[FileKey] | None = None
        self._running = self._stopped = False

    def observe(self, changed: Callable[[list[Offer], list[Offer]], None]) -> None:
        """Call ``changed`` with the offers that got a key, and those that lost one."""
        self._observers.append(changed)

    def turned(self, turn: Turn) -> None:
        """What is offered changed."""
        for offer in turn.withdrawn:
            self._pending.discard(offer)
            if offer == self._current:
                self._cancel()
        lost = [offer for offer in turn.withdrawn if self.keyed.drop(offer) is not None]
        known = [offer for offer in turn.shared if self._remembered(offer)]
        if lost or known:
            self._changed(known, lost)
        self._go_on()

    def again(self, offer: Offer) -> None:
        """Its key may be wrong by now: find it out once more.  Until then it keeps what it has."""
        self._pending.put(offer, self._clock.seconds())
        self._go_on()

    def hashing(self) -> HashingSnapshot:
        """How it goes on; what has to wait before it is read counts, too."""
        return self._progress.snapshot() or HashingSnapshot(len(self._pending), 0, self._pending.size)

    def hashed(self, offer: Offer) -> int | None:
        """How many bytes of a file were read; None of one that is not being read."""
        return self._progress.current if offer == self._current else None

    def stop(self) -> None:
        """Find out nothing more."""
        self._stopped = True
        self._rest()
        self._cancel()

    def _changed(self, came: list[Offer], went: list[Offer]) -> None:
        for changed in self._observers:
            changed(came, went)

    def _cancel(self) -> None:
        if self._finding is not None:
            self._finding.cancel()

    def _remembered(self, offer: Offer) -> bool:
        key = self._keys.known(offer)
        if key is None:
            self._pending.put(offer, self._clock.seconds() + self._unsettled_s(offer))
            return False
        self.keyed.put(offer, key)
        return True

    def _unsettled_s(self, offer: Offer) -> float:
        """How long a file should be left alone yet; never longer, whatever its times say."""
        settle_s = self._limits.hash_settle_s
        age_s = (self._wall_ns() - max(offer.stamp.modified_ns, offer.stamp.changed_ns)) / 1e9
        # A little more: what is exactly as old as that is not settled.
        return max(0.0, min(settle_s, settle_s - age_s) + 0.05) if age_s <= settle_s else 0.0

    def _go_on(self) -> None:
        """Take the next files, now or when their time comes."""
        if self._running or self._stopped:
            return
        self._rest()
        self._running = True
        Deferred.fromCoroutine(self._find_all()).addErrback(self._broke)

    async def _find_all(self) -> None:
        while (offer := self._pending.take(self._clock.seconds())) is not None:
            self._current = offer
            await self._find(offer)
            self._current = None
            if self._stopped:
                return
        self._progress.idle()
        self._running = False
        delay = self._pending.delay(self._clock.seconds())
        if delay is not None:
            self._alarm = self._clock.callLater(delay, self._go_on)

    async def _find(self, offer: Offer) -> None:
        self._progress.began(offer.stamp.size, len(self._pending), self._pending.size)
        self._finding = self._keys.find(offer, self._progress.read)
        try:
            key = await self._finding
        except CancelledError:
            # It is shared no more.
            return
        except (BadShare, Gone, NotShared):
            self._gone()
        except StorageError as fault:
            self._events.happened("key_missing", name=offer.name, reason=fault)
            self._pending.put(offer, self._clock.seconds() + self._limits.hash_retry_s)
        else:
            self._progress.done()
            before = self.keyed.key(offer)
            if key != before:
                self.keyed.put(offer, key)
                self._changed([offer], [] if before is None else [offer])

    def _rest(self) -> None:
        alarm, self._alarm = self._alarm, None
        if alarm is not None and alarm.active():
            alarm.cancel()

    def _broke(self, failure: Failure) -> None:
        _log.failure("no more keys of shared files are found out", failure)
