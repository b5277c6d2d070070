"""Where our records are kept from one run to the next."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

from twisted.internet.defer import Deferred, succeed

from p2pstream.data.disk import telling
from p2pstream.data.state import Damaged, seal, unseal
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk
from p2pstream.peer.names.book import Book
from p2pstream.peer.nap import Nap
from p2pstream.protocols.node import Means

__all__ = ["BookFile"]

_PATH = "peer/records"
_KIND, _VERSION = "records", 1
_LENGTH = Struct(">H")


class BookFile:
    """Writes a `Book` whenever it changed, but not more often than a disk likes.

    A file that is damaged is begun anew: all that is lost is the order in which records
    were signed, and time tells that, too.
    """

    def __init__(self, means: Means, book: Book, disk: IDisk) -> None:
        #: What is in it.
        self.book = book
        self._disk = disk
        self._workers = means.workers
        self._events = means.events
        self._limits = means.limits
        self._nap = Nap(means.reactor)
        self._saving: Deferred[None] = succeed(None)
        self._unsaved = self._busy = self._closing = self._refused = False

    def load(self) -> None:
        """Read it, once and first.  Blocks.

        :raises errors.StorageError: a newer program wrote it, or the disk refuses.
        """
        try:
            with telling("read", "the records of our names"):
                raw = self._disk.read(_PATH, self._limits.book_bytes)
            self.book.take(_parts(unseal(_KIND, _VERSION, raw, "the file of our names")))
        except Damaged:
            return
        except StorageError as fault:
            if not isinstance(fault.__cause__, FileNotFoundError):
                raise

    def changed(self) -> None:
        """Something in the book is new."""
        self._unsaved = True
        if not self._busy:
            self._busy = True
            self._saving = Deferred.fromCoroutine(self._save())

    def close(self) -> Deferred[None]:
        """Write what is not written yet; fires when it is."""
        self._closing = True
        self._nap.wake()
        return Deferred.fromCoroutine(self._close())

    async def _close(self) -> None:
        await self._saving

    async def _save(self) -> None:
        while self._unsaved:
            self._unsaved = False
            try:
                await self._workers.run(self._write, [record.raw for record in self.book])
                self._refused = False
            except StorageError as fault:
                self._tell(fault)
            if not self._closing:
                await self._nap.sleep(self._limits.book_save_s)
        self._busy = False

    def _write(self, raws: list[bytes]) -> None:
        body = b"".join(_LENGTH.pack(len(raw)) + raw for raw in raws)
        with telling("write", "the records of our names", len(body)):
            self._disk.replace(_PATH, seal(_KIND, _VERSION, body))

    def _tell(self, fault: StorageError) -> None:
        if not self._refused:
            self._refused = True
            self._events.happened("state_refused", reason=fault)


def _parts(body: bytes) -> Iterator[bytes]:
    at = 0
    # One that is cut is no record, and is left out by who reads it.
    while at + _LENGTH.size <= len(body):
        (length,) = _LENGTH.unpack_from(body, at)
        at += _LENGTH.size
        yield body[at : at + length]
        at += length
