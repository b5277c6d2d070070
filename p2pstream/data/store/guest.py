"""A stream whose home is another process's.  What blocks here is called in workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from twisted.python.failure import Failure

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.data.disk import DiskFile, telling
from p2pstream.data.store.files import CUT, fitting, holding, look_released
from p2pstream.data.store.lent import Lent
from p2pstream.data.store.nodes import Nodes, Piece
from p2pstream.data.store.places import Place
from p2pstream.data.store.runs import Kept, Run, full_said
from p2pstream.data.store.said import Said
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk, IStateFile
from p2pstream.limits import LIMITS

__all__ = ["GuestFiles"]

_COPIED_AT_ONCE = 1 << 20


class GuestFiles:
    """As `files.Files`: what lies in the home is read there; what comes, is kept in a file of its own.

    That file is made when the first unit comes, and goes when this is closed.
    """

    is_guest = True

    def __init__(self, disk: IDisk, key: FileKey, lent: Lent | None) -> None:
        self._disk = disk
        self._lent = lent
        self._lock = Lock()
        self._data: IStateFile | None = None
        self._place: Place | None = None
        #: What is in the file of its own.
        self._own = Ranges()
        self.key = key
        self.claimed = self.fresh = self.proven = Ranges()
        self.used = 0
        self._released = False

    @classmethod
    def open(cls, disk: IDisk, key: FileKey, nodes: Nodes) -> GuestFiles:
        """What there is; whether there is anything or not.

        :raises errors.StorageError: the disk refuses, or a newer program wrote it.
        """
        guest = cls(disk, key, Lent.open(disk, key))
        try:
            guest.load(nodes)
        except BaseException:
            guest.close()
            raise
        return guest

    def load(self, nodes: Nodes) -> Said | None:
        """Have ``nodes``, which are new, and what is claimed, as they are in the home; None: it is gone."""
        if self._lent is None or not self._lent.is_home():
            return None
        what = self._lent.load(nodes)
        self.claimed, self.fresh, self.proven = what.claimed, what.fresh, nodes.proven()
        return what

    def put(self, run: Run) -> Kept:
        """As `Files.put`."""
        written = Ranges()
        try:
            with full_said(self._disk, len(run.content)):
                data = self._made()
                for start, stop in run.good.common(run.missing):
                    data.pwrite(start * UNIT, run.bytes_of(start, stop))
                    written = written.add(start, stop)
        except StorageError:
            return Kept(run.fits, written, Failure())
        finally:
            with self._lock:
                self._own = self._own.union(written)
        return Kept(run.fits, written)

    def write_beside(self, pieces: Sequence[Piece], ahead: tuple[int, int]) -> None:
        """Nothing is kept for a later process."""

    def fits(self, first: int, hashes: Sequence[bytes]) -> list[bool]:
        """As `Files.fits`."""
        return fitting(self.pread(first * UNIT, len(hashes) * UNIT), self.key, first, hashes)

    def pread(self, offset: int, length: int) -> bytes:
        """As `Files.pread`."""
        with telling("read", "the store"):
            parts = self.parts(offset, min(offset + length, self.key.length))
            return b"".join(file.pread(start, stop - start) for file, start, stop in parts)

    def parts(self, start: int, stop: int) -> Sequence[tuple[IStateFile, int, int]]:
        """As `Files.parts`."""
        units = start // UNIT, -(-stop // UNIT)
        own = [(first, last, self._data) for first, last in self._own.common(Ranges([units]))]
        home = self._lent.data if self._lent is not None else None
        lent = [(first, last, home) for first, last in self._own.missing(*units)]
        return [
            (file, max(start, first * UNIT), min(stop, last * UNIT))
            for first, last, file in sorted(own + lent, key=lambda part: part[0])
            if file is not None
        ]

    def check(self) -> None:
        """Raise `errors.Gone` when what is in the home, or was released, is not what it was."""
        if self._released:
            if isinstance(self._data, DiskFile):
                self._data.check()
        elif self._lent is not None:
            self._lent.check()

    def checkpoint(self, units: Ranges, pieces: Sequence[Piece]) -> None:
        """Nothing is claimed for a later process."""

    def claim(self, units: Ranges) -> None:
        """Nothing is claimed for a later process."""

    def disclaim(self) -> None:
        """Nothing is claimed for a later process."""

    def forget(self, units: Ranges) -> None:
        """Nothing is noted for a later process."""

    def alone(self) -> Callable[[], None]:
        """Nobody else reads what is its own."""
        return lambda: None

    def punch(self, offset: int, length: int) -> None:
        """As `Files.punch`, of what is its own."""
        if self._data is not None:
            with telling("write", "the store"):
                self._data.punch(offset, length)

    def remove(self) -> None:
        """Leave nothing of its own."""
        if self._place is not None:
            with telling("remove", "the store"):
                self._disk.remove(self._place.data)

    def release(self, path: str, replace: bool) -> None:
        """As `Files.release`; the home stays as it is."""
        with full_said(self._disk, self.key.length):
            data = self._made()
            for file, start, stop in self.parts(0, self.key.length):
                if file is not data:
                    _copy(file, data, start, stop)
            data.sync()
        with telling("move", "the store"):
            assert self._place is not None, "the file was made"
            self._disk.release(self._place.data, path, replace)
            look_released(data)
        with self._lock:
            self._own = Ranges([(0, self.key.units)])
        self._released = True

    def close(self) -> None:
        """Let go of everything, and leave nothing behind."""
        try:
            self.remove()
        finally:
            for file in (self._lent, self._data):
                if file is not None:
                    file.close()

    def _made(self) -> IStateFile:
        with self._lock:
            if self._data is None:
                self._place, self._data = _first_free(self._disk, self.key)
                self._data.resize(0)
                self._data.resize(self.key.length)
            return self._data


def _first_free(disk: IDisk, key: FileKey) -> tuple[Place, IStateFile]:
    for guest in range(1, LIMITS.store_guests + 1):
        place = Place(key, guest)
        data = holding(disk, place)
        if data is not None:
            return place, data
    raise StorageError(
        f"cannot open the store: too many processes use this stream, {LIMITS.store_guests} beside its own;"
        " end one of them"
    )


def _copy(file: IStateFile, onto: IStateFile, start: int, stop: int) -> None:
    for offset in range(start, stop, _COPIED_AT_ONCE):
        count = min(_COPIED_AT_ONCE, stop - offset)
        content = file.pread(offset, count)
        if len(content) < count:
            raise StorageError(CUT)
        onto.pwrite(offset, content)
