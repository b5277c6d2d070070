"""A shared file that somebody is reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.data.file import FileReader
from p2pstream.data.shared_stream import SharedStream
from p2pstream.errors import Gone, ReadStopped
from p2pstream.interfaces import IFileSpans, IOpened, IRevocable, IVersioned
from p2pstream.peer.folders.offers import Offer

__all__ = ["OpenedFile", "unless_cancelled"]

Result = TypeVar("Result")


@implementer(IOpened, IFileSpans, IRevocable, IVersioned)
class OpenedFile:
    """A file of a share, opened for one reader, which can be told that it is shared no more.

    :param closed: called once, with this, when the reader is done.
    """

    seekable = True

    def __init__(
        self, offer: Offer, data: FileReader | SharedStream, closed: Callable[[OpenedFile], None]
    ) -> None:
        self.offer = offer
        self.length: int | None = data.length
        self.version = offer.stamp.digest
        self._data = data
        self._closed: Callable[[OpenedFile], None] | None = closed
        self._reads: set[Deferred[int]] = set()
        self._gone: Gone | None = None
        self._revoked: list[Deferred[Exception]] = []

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData.read_to`."""
        reading = self._data.read_to(consumer, start, stop)
        self._reads.add(reading)
        return reading.addBoth(self._ended, reading)

    def spans(self, start: int, stop: int) -> Sequence[tuple[int, int, int]]:
        """As `IFileSpans` says."""
        return self._data.spans(start, stop)

    def check(self) -> None:
        """As `IFileSpans` says."""
        if self._gone is not None:
            raise self._gone
        self._data.check()

    def when_revoked(self) -> Deferred[Exception]:
        """As `IRevocable` says."""
        if self._gone is not None:
            return succeed(self._gone)
        revoked: Deferred[Exception] = Deferred(self._revoked.remove)
        self._revoked.append(revoked)
        return revoked

    def withdraw(self) -> None:
        """It is shared no more: reads under way fail with `errors.Gone`, and so do checks."""
        self._gone = gone = Gone(f"“{self.offer.name}” is no longer shared")
        self._stop()
        revoked, self._revoked = self._revoked, []
        for each in revoked:
            each.callback(gone)

    def close(self) -> None:
        """The reader is done, also with reads under way; harmless when done twice."""
        closed, self._closed = self._closed, None
        if closed is not None:
            self._stop()
            self._data.close()
            closed(self)

    def _stop(self) -> None:
        for reading in tuple(self._reads):
            reading.cancel()

    def _ended(self, result: Any, reading: Deferred[int]) -> Any:
        self._reads.discard(reading)
        if self._gone is not None and isinstance(result, Failure) and result.check(ReadStopped):
            return Failure(self._gone)
        return result


def unless_cancelled(work: Deferred[Result], drop: Callable[[Result], Any]) -> Deferred[Result]:
    """What ``work`` fires with; when that comes after a cancel, it goes to ``drop`` instead.

    Work in a thread cannot be called back, and a file it opened would stay open.
    """
    wanted: Deferred[Result] = Deferred()

    def came(result: Any) -> None:
        if not wanted.called:
            wanted.callback(result)
        elif not isinstance(result, Failure):
            drop(result)

    work.addBoth(came)
    return wanted
