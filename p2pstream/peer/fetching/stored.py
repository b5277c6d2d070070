"""What this user's other programs fetched, looked at again and again, to be served as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.keys import FileKey
from p2pstream.content.listed import part_of
from p2pstream.data.store.reader import StoreReader
from p2pstream.errors import StorageError
from p2pstream.peer.easing import Easing
from p2pstream.peer.nap import Nap
from p2pstream.protocols.node import Means

__all__ = ["Stored"]

_log = Logger()


class Stored:
    """Follows a store that other processes fill.

    :ivar changed: called when other streams are there, or more of one.
    """

    def __init__(self, means: Means, reader: StoreReader) -> None:
        self.changed: Callable[[], None] = lambda: None
        self._reader = reader
        self._events = means.events
        self._clock = means.reactor
        self._easing = Easing(means.limits.store_look_s, means.limits.store_look_most_s, means.limits)
        self._told = False
        self._looking: Deferred[None] = succeed(None)

    def start(self) -> None:
        """Look now, and from now on."""
        self._looking = Deferred.fromCoroutine(self._keep_looking())
        self._looking.addErrback(_broke)

    def stop(self) -> Deferred[None]:
        """Look no more, and end what is served; fires when it has ended."""
        self._looking.cancel()
        return self._reader.close()

    def keys(self) -> Sequence[FileKey]:
        """What is there, whole or in part."""
        return self._reader.keys()

    def have(self, key: FileKey) -> int:
        """How much of it, in 255ths."""
        return part_of(self._reader.units(key).total, key.units)

    async def _keep_looking(self) -> None:
        nap = Nap(self._clock)
        while True:
            try:
                changed = await self._reader.look()
            except StorageError as fault:
                self._refused(fault)
            else:
                self._looked(changed)
            await nap.sleep(self._easing.rest(self._clock.seconds()))

    def _looked(self, changed: bool) -> None:
        self._told = False
        if changed:
            self._easing.found()
            self.changed()

    def _refused(self, fault: StorageError) -> None:
        if not self._told:
            self._told = True
            self._events.happened("state_refused", reason=fault)


def _broke(failure: Failure) -> None:
    if not failure.check(CancelledError):
        _log.failure("what other programs of this user fetch is no longer looked at", failure)
