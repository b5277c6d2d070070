"""Side content as a stream with a key, like any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twisted.internet.defer import Deferred, fail, succeed
from zope.interface import implementer

from p2pstream.content.hashes.hash_pages import valid_page
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.ranges import Ranges, check_range
from p2pstream.data.memory import BufferData
from p2pstream.errors import Unproven
from p2pstream.interfaces import IStream
from p2pstream.limits import LIMITS, Limits

__all__ = ["BufferStream"]


@implementer(IStream)
class BufferStream(BufferData):
    """All of it in memory, with its tree.

    :param tree: of these bytes, down to the leaves.
    """

    def __init__(self, content: bytes, tree: Tree, limits: Limits = LIMITS) -> None:
        super().__init__(content, limits)
        self.key = tree.key
        self.units = Ranges([(0, tree.key.units)])
        self._tree = tree

    def hashes(self, layer: int, first: int, count: int, uncles: int) -> Deferred[tuple[bytes, bytes]]:
        """As `IStream` says."""
        if not valid_page(self.key, layer, first, count, uncles):
            return fail(Unproven("there is no such page of hashes"))
        return succeed(self._tree.page(layer, first, count, uncles))

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """As `IStream` says: it never changes."""
        return lambda: None

    def spans(self, start: int, stop: int) -> Sequence[tuple[int, int, int]]:
        """As `IFileSpans` says: it is in no file."""
        check_range(start, stop, self.length)
        return []

    def check(self) -> None:
        """As `IFileSpans` says."""

    def close(self) -> None:
        """As `IOpened` says."""
