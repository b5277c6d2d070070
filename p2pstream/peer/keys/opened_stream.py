"""A shared file that somebody is reading who asked for it by its key."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from zope.interface import implementer

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.data.shared_stream import SharedStream
from p2pstream.interfaces import IRevocable, IStream
from p2pstream.peer.folders.offers import Offer
from p2pstream.peer.folders.opened import OpenedFile

__all__ = ["OpenedStream"]


@implementer(IStream, IRevocable)
class OpenedStream(OpenedFile):
    """An `OpenedFile` with its proofs; once it is withdrawn, none of its units is here.

    :param data: over the file; closed with this.
    """

    def __init__(self, offer: Offer, data: SharedStream, closed: Callable[[OpenedFile], None]) -> None:
        super().__init__(offer, data, closed)
        self.key: FileKey = data.key
        self._stream = data

    @property
    def units(self) -> Ranges:
        """As `IStream` says."""
        return self._stream.units

    def hashes(self, layer: int, first: int, count: int, uncles: int) -> Deferred[tuple[bytes, bytes]]:
        """As `IStream` says."""
        return self._stream.hashes(layer, first, count, uncles)

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """As `IStream` says."""
        return self._stream.watch(changed)

    def withdraw(self) -> None:
        """As `OpenedFile.withdraw`; whoever watches is told."""
        super().withdraw()
        self._stream.revoke()
