"""What this user's other programs fetched, looked at again and again, to be served as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from p2pstream.content.keys import FileKey
from p2pstream.content.listed import part_of
from p2pstream.data.store.reader import StoreReader
from p2pstream.errors import StorageError
from p2pstream.protocols.node import Means

__all__ = ["Stored"]


class Stored:
    """Follows a store that other processes fill.

    :ivar changed: called when other streams are there, or more of one.
    """

    def __init__(self, means: Means, reader: StoreReader) -> None:
        self.changed: Callable[[], None] = lambda: None
        self._reader = reader
        self._events = means.events
        self._limits = means.limits
        self._told = False
        self._looking = LoopingCall(self._look)
        self._looking.clock = means.reactor

    def start(self) -> None:
        """Look now, and from now on."""
        self._looking.start(self._limits.store_look_s)

    def stop(self) -> Deferred[None]:
        """Look no more, and end what is served; fires when it has ended."""
        if self._looking.running:
            self._looking.stop()
        return self._reader.close()

    def keys(self) -> Sequence[FileKey]:
        """What is there, whole or in part."""
        return self._reader.keys()

    def have(self, key: FileKey) -> int:
        """How much of it, in 255ths."""
        return part_of(self._reader.units(key).total, key.units)

    def _look(self) -> Deferred[None]:
        return self._reader.look().addCallbacks(self._looked, self._refused)

    def _looked(self, changed: bool) -> None:
        self._told = False
        if changed:
            self.changed()

    def _refused(self, failure: Failure) -> None:
        failure.trap(StorageError)
        if not self._told:
            self._told = True
            self._events.happened("state_refused", reason=failure.value)
