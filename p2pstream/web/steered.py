"""A stream as one response reads it: where that is steers what is fetched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from zope.interface import alsoProvides, implementer

from p2pstream.content.manifests import HEAD_BYTES
from p2pstream.interfaces import IArriving, ICursor, IData, IFileSpans, IHeldSpans, IVersioned

__all__ = ["Steered"]


@implementer(IData)
class Steered:
    """Reads that announce themselves; a player takes what it is about to show, and little more.

    What it does not take, it does not need yet: so far as a response has come its picture is,
    but for a few seconds.

    :param data: stays open.
    """

    def __init__(self, data: IData) -> None:
        self.length, self.seekable = data.length, data.seekable
        self._data: Any = data
        #: What is all here, as a film that we share, nobody need be told of.
        self._arrives = IArriving.providedBy(data)
        self._cursors: list[ICursor] = []
        key = getattr(data, "key", None)
        if key is not None:
            self.version = key.text
            alsoProvides(self, IVersioned)
        for seam in (IHeldSpans, IFileSpans):
            if seam.providedBy(data):
                alsoProvides(self, seam)

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData`."""
        self._come_to(start, stop)
        reading: Deferred[int] = self._data.read_to(consumer, start, stop)
        return reading

    def spans(self, start: int, stop: int) -> Sequence[tuple[int, int, int]]:
        """See `IFileSpans`."""
        self._come_to(start, stop)
        spans: Sequence[tuple[int, int, int]] = self._data.spans(start, stop)
        return spans

    def check(self) -> None:
        """See `IFileSpans`."""
        self._data.check()

    def hold(self, start: int, stop: int) -> Callable[[], None]:
        """See `IHeldSpans`."""
        held: Callable[[], None] = self._data.hold(start, stop)
        return held

    def close(self) -> None:
        """This response reads no more; harmless when done twice."""
        cursors, self._cursors = self._cursors, []
        for cursor in cursors:
            cursor.close()

    def _come_to(self, start: int, stop: int | None) -> None:
        looks = start == 0 and stop is not None and stop <= HEAD_BYTES
        if not self._arrives or (looks and self._data.have.covers(start, stop)):
            return  # Nobody is there: it is only looked at how it begins.
        if self._cursors:
            for cursor in self._cursors:
                cursor.move(start)
        else:
            self._cursors = [self._data.cursor(start, kind) for kind in ("read", "play")]
