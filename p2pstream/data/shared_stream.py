"""A shared file as a stream with a key: all of it is here, and its hashes prove it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from p2pstream.content.hashes.hash_pages import valid_page
from p2pstream.content.hashes.leaf_pages import leaf_page, page_units
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.data.file import FileReader
from p2pstream.data.observers import Observers
from p2pstream.errors import Gone, Unproven
from p2pstream.interfaces import IStream, IWorkers

__all__ = ["SharedStream"]


@implementer(IStream)
class SharedStream:
    """The file may change under our hands: `check` tells, and `revoke` is for whoever finds out.

    :param file: opened; closed with this.
    :param tree: of those bytes, from the unit layer up at least.
    :param closed: called once, when its user is done with it.
    :raises Gone: the file is not as long as the tree says.
    """

    seekable = True

    def __init__(
        self,
        file: FileReader,
        tree: Tree,
        workers: IWorkers,
        closed: Callable[[SharedStream], None] = lambda stream: None,
    ) -> None:
        if file.length != tree.key.length:
            file.close()
            raise Gone(f"{file.title} is not as long as when it was hashed")
        self.key: FileKey = tree.key
        self.length: int | None = file.length
        self._file = file
        self._tree = tree
        self._workers = workers
        self._closed: Callable[[SharedStream], None] | None = closed
        self._watchers = Observers()
        self._units = Ranges([(0, self.key.units)])

    @property
    def units(self) -> Ranges:
        return self._units

    def hashes(self, layer: int, first: int, count: int, uncles: int) -> Deferred[tuple[bytes, bytes]]:
        return Deferred.fromCoroutine(self._hashes(layer, first, count, uncles))

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        return self._watchers.add(changed)

    def revoke(self) -> None:
        """It is not what it was: no unit of it is here any more."""
        if self._units:
            self._units = Ranges()
            self._watchers.notify()

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        return self._file.read_to(consumer, start, stop)

    def spans(self, start: int, stop: int) -> Sequence[tuple[int, int, int]]:
        return self._file.spans(start, stop)

    def check(self) -> None:
        try:
            self._file.check()
        except Gone:
            self.revoke()
            raise

    def close(self) -> None:
        closed, self._closed = self._closed, None
        if closed is not None:
            self._file.close()
            closed(self)

    async def _hashes(self, layer: int, first: int, count: int, uncles: int) -> tuple[bytes, bytes]:
        if not valid_page(self.key, layer, first, count, uncles):
            raise Unproven("there is no such page of hashes")
        if layer >= self.key.unit_layer:
            return self._tree.page(layer, first, count, uncles)
        low, high = page_units(self.key, layer, first, count)
        content = await self._file.later(*self.key.span(low, high))
        page: tuple[bytes, bytes] = await self._workers.run(
            leaf_page, self.key, content, self._tree.page, layer, first, count, uncles
        )
        return page
