"""The readers' side of a stream that is still arriving."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from p2pstream.data.cursors import Cursor, Cursors
from p2pstream.data.observers import Observers
from p2pstream.data.waiting import Waiters

__all__ = ["Arriving"]


class Arriving:
    """What all providers of `IArriving` have in common: where readers are, and who of them waits.

    Subclasses say what `_settles` a reader, `_wait` for a byte, `_wake` or `_fail` those who do, and
    `_tell` observers.
    """

    def __init__(self) -> None:
        #: Where readers are.
        self.cursors = Cursors()
        self._observers = Observers()
        self._waiters = Waiters()

    def observe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `IArriving.observe`."""
        return self._observers.add(changed)

    def cursor(self, position: int, kind: str) -> Cursor:
        """See `IArriving.cursor`."""
        return self.cursors.add(position, kind)

    def _settles(self, position: int) -> bool:
        """Whether a reader at ``position`` need not wait: the byte is there, or never comes."""
        raise NotImplementedError

    def _wait(self, position: int) -> Deferred[None]:
        """Fires when a reader there need not wait any more; may be cancelled."""
        return self._waiters.wait(position)

    def _wake(self) -> None:
        """Those go on who need not wait any more."""
        self._waiters.wake(self._settles)

    def _tell(self) -> None:
        """What is here changed: observers are told."""
        self._observers.notify()

    def _arrived(self) -> None:
        """Bytes came: readers go on, and observers are told."""
        self._wake()
        self._tell()

    def _fail(self, failure: Failure) -> None:
        """Nothing more will come: whoever waits is told."""
        self._waiters.fail(failure)
