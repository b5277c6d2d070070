"""The file that says who has what, read again whenever it changes."""

from __future__ import annotations

import os

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.central.mappings.mapped import MappedNames
from p2pstream.central.mappings.mapping import Mapping, parse
from p2pstream.central.mappings.table import Table
from p2pstream.content.text import printable, size_text
from p2pstream.data.disk import Stamp, open_file, telling
from p2pstream.errors import Gone, StorageError
from p2pstream.interfaces import IEvents, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["MappingFile"]

_log = Logger()


class MappingFile:
    """Keeps a `Table` as a mapping file says.

    What was read last counts for as long as the file cannot be read.

    :param path: an absolute path.
    :param required: whether it must be there at the start.
    """

    def __init__(
        self, path: str, required: bool, table: Table, events: IEvents, limits: Limits = LIMITS
    ) -> None:
        self.path = path
        self._required = required
        self._table = table
        self._events = events
        self._limits = limits
        #: How it stood when it was read, and at the last look; None: it was not there.
        self._read: Stamp | None = None
        self._seen: Stamp | None = None
        self._loop: Deferred[None] = succeed(None)

    def load(self) -> None:
        """Read it while the program starts.  This blocks.

        :raises StorageError: it is there, or has to be, and cannot be read.
        """
        if not self._required and not os.path.lexists(self.path):
            self._events.happened("mapping_missing", path=self.path, reason="there is no such file yet")
            return
        self._take(*_load(self.path, self._limits))

    def start(self, clock: IReactorTime, workers: IWorkers) -> None:
        """Begin to follow its changes."""
        self._loop = Deferred.fromCoroutine(self._follow(clock, workers))
        self._loop.addErrback(self._broke)

    def stop(self) -> None:
        """End; the table is not changed any more."""
        self._loop.cancel()

    def read_again(self) -> None:
        """Read it at the next look, changed or not."""
        self._read = None

    async def _follow(self, clock: IReactorTime, workers: IWorkers) -> None:
        while True:
            await deferLater(clock, self._limits.mapping_check_s)
            seen = await workers.run(_look, self.path)
            # An editor may be in the middle of writing it: it is read when it rests.
            if seen == self._seen != self._read:
                await self._changed(workers)
            self._seen = seen

    async def _changed(self, workers: IWorkers) -> None:
        try:
            self._take(*await workers.run(_load, self.path, self._limits))
        except Gone:
            # It changed while it was read, and will be read when it rests.
            return
        except StorageError as fault:
            self._read = self._seen
            self._events.happened("mapping_kept", path=self.path, reason=str(fault))

    def _take(self, stamp: Stamp, mapping: Mapping, names: MappedNames) -> None:
        self._read = self._seen = stamp
        self._table.replace(mapping.addresses, names)
        self._events.happened("mapping_read", path=self.path, names=len(self._table))
        for line in mapping.bad:
            self._events.happened("mapping_line_bad", path=self.path, line=line.number, reason=line.why)
        untold = mapping.bad_count - len(mapping.bad)
        if untold:
            more = f"{untold} more lines after it are bad too"
            self._events.happened(
                "mapping_line_bad", path=self.path, line=mapping.bad[-1].number, reason=more
            )

    def _broke(self, failure: Failure) -> None:
        if not failure.check(CancelledError):
            _log.failure("changes of the mapping are no longer followed", failure)


def _look(path: str) -> Stamp | None:
    try:
        return Stamp.of(os.stat(path))
    except OSError:
        return None


def _load(path: str, limits: Limits) -> tuple[Stamp, Mapping, MappedNames]:
    """Read and sort it; for a worker."""
    file = open_file(path)
    try:
        size = file.size()
        if size > limits.mapping_bytes:
            most = size_text(limits.mapping_bytes)
            raise StorageError(
                f"cannot read {printable(path)}: it has {size_text(size)}, and {most} are the most"
            )
        with telling("read", printable(path)):
            content = file.pread(0, size)
            file.check()
    finally:
        file.close()
    mapping = parse(content, limits)
    return file.stamp, mapping, MappedNames(mapping.addresses)
