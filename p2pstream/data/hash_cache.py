"""Which key each shared file has, so that no file is hashed again when a peer is restarted."""

from __future__ import annotations

from collections.abc import Iterable

from twisted.internet.defer import Deferred, succeed
from twisted.logger import Logger

from p2pstream.content.text import count_text
from p2pstream.data.disk import Stamp, telling
from p2pstream.data.hash_lines import HashLine, first_line, parse, to_line
from p2pstream.data.turns import Turns
from p2pstream.interfaces import IDisk, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["HashCache", "settled"]

_log = Logger()

_PATH = "hashes"
_NANO = 1_000_000_000


def settled(stamp: Stamp, began_ns: int, limits: Limits = LIMITS) -> bool:
    """Whether a stamp can be believed in by who began to read at ``began_ns``, a wall clock's time.

    A file system's clock ticks coarsely: a file that was written just before may be
    written once more and bear the same stamp.
    """
    old = began_ns - round(limits.hash_settle_s * _NANO)
    return stamp.modified_ns < old and stamp.changed_ns < old


class HashCache:
    """Keys by the stamp of a file; or, since a reboot may rename devices, by path and the rest.

    :ivar damaged: how many lines were damaged when it was loaded; those files are hashed again.
    """

    def __init__(self, disk: IDisk, workers: IWorkers, limits: Limits = LIMITS) -> None:
        self._disk = disk
        self._limits = limits
        self._workers = workers
        self._turns = Turns(workers)
        self._by_stamp: dict[Stamp, HashLine] = {}
        self._by_path: dict[str, HashLine] = {}
        self._unwritten: list[bytes] = []
        #: Where the next line goes; 0: the whole file is to be written anew.
        self._end = 0
        self.damaged = 0

    def __len__(self) -> int:
        return len(self._by_path)

    def load(self) -> Deferred[None]:
        """Read what is known; to be called once, first.

        :returns: fails with `errors.StorageError` when a newer program wrote it, or when
            the disk refuses.
        """
        return Deferred.fromCoroutine(self._load())

    def find(self, path: str, stamp: Stamp) -> HashLine | None:
        """What is known of the file that stands so at ``path``."""
        entry = self._by_stamp.get(stamp)
        if entry is None:
            entry = self._by_path.get(path)
            if entry is not None and entry.stamp[1:] != stamp[1:]:
                return None
        return entry

    def put(self, entry: HashLine, began_ns: int) -> Deferred[bool]:
        """Remember a file whose stamp was the same before and after it was hashed.

        :param began_ns: when hashing began, by the wall clock.
        :returns: fires with whether it is remembered, durably: a stamp that is not
            `settled` is not, and the file has to be hashed again later.  Fails with
            `errors.StorageError`; it is then remembered until the process ends.
        """
        if not settled(entry.stamp, began_ns, self._limits):
            return succeed(False)
        self._remember(entry)
        self._unwritten.append(to_line(entry))
        return self._turns.take(self._write).addCallback(lambda _: True)

    def _remember(self, entry: HashLine) -> None:
        self._forget(self._by_path.get(entry.path))
        self._forget(self._by_stamp.get(entry.stamp))
        self._by_path[entry.path] = self._by_stamp[entry.stamp] = entry
        while len(self._by_path) > self._limits.hash_cache_files:
            self._forget(next(iter(self._by_path.values())))

    def _forget(self, entry: HashLine | None) -> None:
        if entry is not None:
            del self._by_path[entry.path], self._by_stamp[entry.stamp]

    async def _load(self) -> None:
        raw = await self._workers.run(self._read)
        entries, self.damaged = parse(raw, _PATH) if raw else ([], 0)
        self._fill(entries)
        if self.damaged:
            what = count_text(self.damaged, "line")
            _log.warn("{what} of the hash cache are damaged: those files are hashed again", what=what)
        # Twice as long as need be, or not as it was written: the next line rewrites it.
        whole = not self.damaged and raw.endswith(b"\n") and len(entries) <= 2 * len(self) + 100
        self._end = len(raw) if whole else 0

    def _fill(self, entries: Iterable[HashLine]) -> None:
        for entry in entries:
            self._remember(entry)

    def _read(self) -> bytes:
        with telling("read", "the hash cache"):
            try:
                return self._disk.read(_PATH, self._limits.hash_cache_bytes)
            except FileNotFoundError:
                return b""

    async def _write(self) -> None:
        lines, self._unwritten = self._unwritten, []
        if not lines:
            return
        end, self._end = self._end, 0
        content = b"".join(lines)
        # Where this fails the end stays 0, and the next time all is written.
        if not end or end + len(content) > self._limits.hash_cache_bytes:
            content = first_line() + b"".join(map(to_line, self._by_path.values()))
            await self._workers.run(self._replace, content)
            self._end = len(content)
        else:
            await self._workers.run(self._append, end, content)
            self._end = end + len(content)

    def _replace(self, content: bytes) -> None:
        with telling("write", "the hash cache", len(content)):
            self._disk.replace(_PATH, content)

    def _append(self, offset: int, content: bytes) -> None:
        with telling("write", "the hash cache", len(content)):
            file = self._disk.open(_PATH)
            try:
                file.pwrite(offset, content)
                file.sync()
            finally:
                file.close()
