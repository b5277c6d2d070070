"""The files of one stream.  Everything here may block, and is called in workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock

from twisted.python.failure import Failure

from p2pstream.content.hashes.hash_nodes import unit_hash
from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.data.disk import DiskFile, telling
from p2pstream.data.store.claims import Claims, claims_bytes
from p2pstream.data.store.nodes import Nodes, Piece
from p2pstream.data.store.places import Place
from p2pstream.data.store.runs import FULL, Kept, Run, full_said
from p2pstream.data.store.said import said
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk, IStateFile

__all__ = ["CUT", "Files", "fitting", "holding", "look_released"]

#: What is said where bytes are not there that were.
CUT = (
    "cannot read the store: somebody else cut one of its files; fetch it again, and only what is"
    " missing comes"
)


class Files:
    """Data, tree, claims, and what came since: the home of a stream, held for this process alone."""

    is_guest = False

    def __init__(self, disk: IDisk, place: Place, data: IStateFile, nodes: Nodes) -> None:
        self._disk = disk
        self._nodes = nodes
        self._tree_lock = Lock()
        self.place = place
        self.key: FileKey = place.key
        self.data = data
        self._others: list[IStateFile] = []
        #: What is sure to be there, and what else may be; nobody looked at any of it yet.
        self.claimed = Ranges()
        self.fresh = Ranges()
        #: Units whose hashes are known.
        self.proven = Ranges()
        self.used = 0
        self._released = False

    @classmethod
    def open(cls, disk: IDisk, key: FileKey, nodes: Nodes) -> Files | None:
        """The stream's home; None: another process holds it.

        :raises errors.StorageError: the disk refuses, or a newer program wrote one of them.
        """
        place = Place(key)
        with telling("open", "the store"):
            data = holding(disk, place)
            if data is None:
                return None
            files = cls(disk, place, data, nodes)
            try:
                files._begin()
            except BaseException:
                files.close()
                raise
        return files

    def put(self, run: Run) -> Kept:
        """Keep the units that fit and are missing."""
        written = Ranges()
        try:
            with full_said(self._disk, len(run.content)):
                for start, stop in run.good.common(run.missing):
                    self._write(start, stop, run)
                    written = written.add(start, stop)
        except StorageError:
            return Kept(run.fits, written, Failure())
        return Kept(run.fits, written)

    def write_beside(self, pieces: Sequence[Piece], ahead: tuple[int, int]) -> None:
        """Write what the tree file lacks, and have room for bytes that are to come, if there is any.

        :param ahead: their offset, and how many they are.
        """
        with telling("write", "the store"):
            self._write_pieces(pieces)
            self._allocate(ahead)

    def fits(self, first: int, hashes: Sequence[bytes]) -> list[bool]:
        """For each of these units on disk whether it is what its hash says."""
        with telling("read", "the store"):
            return fitting(self.data.pread(first * UNIT, len(hashes) * UNIT), self.key, first, hashes)

    def pread(self, offset: int, length: int) -> bytes:
        """Bytes that are there."""
        with telling("read", "the store"):
            return self.data.pread(offset, length)

    def parts(self, start: int, stop: int) -> Sequence[tuple[IStateFile, int, int]]:
        """In which files these bytes lie: file, start and stop of each part."""
        return [(self.data, start, stop)]

    def check(self) -> None:
        """Raise `errors.Gone` when the file is the user's, and was changed: nobody else writes to ours."""
        if self._released and isinstance(self.data, DiskFile):
            self.data.check()

    def checkpoint(self, units: Ranges, pieces: Sequence[Piece]) -> None:
        """Make bytes, then hashes, then the claim to have both, durable.

        :raises errors.StorageError: what was not durable before may never be.
        """
        with full_said(self._disk, claims_bytes(self.key)):
            self._write_pieces(pieces)
            self.data.sync()
            self._tree.sync()
        self.claim(units)

    def claim(self, units: Ranges) -> None:
        """Have only these claimed, durably."""
        with full_said(self._disk, claims_bytes(self.key)):
            self._disk.replace(self.place.units, Claims(self.key, units, self.used).encode())

    def disclaim(self) -> None:
        """Have nothing claimed: all is looked at when the stream is opened again."""
        with telling("write", "the store"):
            self._disk.remove(self.place.units)

    def forget(self, units: Ranges) -> None:
        """These need not be looked at when the stream is opened again."""
        with telling("write", "the store"):
            for start, stop in units:
                self._news.pwrite(start, bytes(stop - start))

    def punch(self, offset: int, length: int) -> None:
        """Give the room of these bytes back."""
        with telling("write", "the store"):
            self.data.punch(offset, length)

    def alone(self) -> Callable[[], None] | None:
        """Keep others from reading here until what is returned is called; None: somebody does."""
        with telling("use", "the store"):
            tree = self._disk.open(self.place.tree)
        if tree.lock():
            return tree.close
        tree.close()
        return None

    def close(self) -> None:
        """Let go of everything."""
        for file in (*self._others, self.data):
            file.close()

    def remove(self) -> None:
        """Leave none of the files; first what says that there are any units."""
        with telling("remove", "the store"):
            for path in self.place.all:
                self._disk.remove(path)

    def release(self, path: str, replace: bool) -> None:
        """Move the bytes to ``path``, and leave nothing of the rest.

        :raises errors.StorageError: the disk refuses, or somebody else cut the file.
        """
        with telling("move", "the store"):
            if self.data.size() != self.key.length:
                raise StorageError(
                    "cannot move a film out of the store: something else changed its length; fetch it again,"
                    " and only what is missing comes"
                )
            self.data.sync()
            # From here on nobody believes that the units are still in the store.
            self._disk.remove(self.place.units)
            self._disk.release(self.place.data, path, replace)
            look_released(self.data)
        self._released = True
        # The user has it: what cannot be removed now says nothing about what is there.
        with suppress(StorageError):
            self.remove()

    def _begin(self) -> None:
        self._tree = self._opened(self.place.tree)
        self._news = self._opened(self.place.fresh)
        if self.data.size() != self.key.length:
            self.data.resize(self.key.length)
        if self._tree.size():
            self._nodes.load(self._tree, self.place.tree)
            self.proven = self._nodes.proven()
        what = said(self._disk, self.place, self._news)
        self.claimed, self.fresh, self.used = what.claimed, what.fresh, what.used

    def _opened(self, path: str) -> IStateFile:
        file = self._disk.open(path)
        self._others.append(file)
        return file

    def _write(self, start: int, stop: int, run: Run) -> None:
        self.data.pwrite(start * UNIT, run.bytes_of(start, stop))
        self._news.pwrite(start, b"\1" * (stop - start))

    def _write_pieces(self, pieces: Sequence[Piece]) -> None:
        # Each as it is now, one worker at a time: none may be overwritten by what it was.
        with self._tree_lock:
            for piece in pieces:
                self._tree.pwrite(*self._nodes.content(piece))

    def _allocate(self, ahead: tuple[int, int]) -> None:
        # What comes out of turn needs room, too, and so do the claims.
        if ahead[1] > self._disk.free() // 2:
            return
        try:
            self.data.allocate(*ahead)
        except OSError as error:
            # There is not so much room; there may be enough for what is here.
            if error.errno not in FULL:
                raise


def holding(disk: IDisk, place: Place) -> IStateFile | None:
    """The data file of a place, held; None when another has it.

    :raises OSError: the disk refuses.
    """
    file = disk.open(place.data)
    if file.lock():
        return file
    file.close()
    return None


def look_released(data: IStateFile) -> None:
    """Its new name is no change of what is in it.

    :raises OSError: the disk refuses.
    """
    if isinstance(data, DiskFile):
        data.look_again()


def fitting(content: bytes, key: FileKey, first: int, hashes: Sequence[bytes]) -> list[bool]:
    """For each unit of what was read whether it is there and what its hash says."""
    chunks = (content[at * UNIT : (at + 1) * UNIT] for at in range(len(hashes)))
    return [
        bool(chunk) and unit_hash(chunk, key, first + at) == expected
        for at, (chunk, expected) in enumerate(zip(chunks, hashes, strict=True))
    ]
