"""The files of one stream.  Everything here may block, and is called in workers."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock

from twisted.python.failure import Failure

from p2pstream.content.keys import UNIT, FileKey
from p2pstream.content.merkle import unit_hash
from p2pstream.content.ranges import Ranges
from p2pstream.content.text import size_text
from p2pstream.data.disk import telling
from p2pstream.data.state import Damaged
from p2pstream.data.store.claims import Claims, claims_bytes
from p2pstream.data.store.nodes import Nodes, Piece
from p2pstream.data.store.places import Place
from p2pstream.data.store.stock import common, without
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk, IStateFile

__all__ = ["Files", "Kept", "Run", "holding"]

_WRITTEN = re.compile(rb"[^\0]+")
_FULL = {errno.ENOSPC, errno.EDQUOT}
#: Processes of one user that may have the same stream open; more do without a store.
_GUESTS = 16


@dataclass(frozen=True)
class Run:
    """Consecutive units that arrived.

    :param hashes: what each of them must hash to.
    :param missing: the numbers of those that are not kept yet.
    :param pieces: what else the tree file lacks.
    :param ahead: bytes to have room for, before and beyond these.
    """

    first: int
    content: memoryview
    hashes: Sequence[bytes]
    missing: Ranges
    pieces: Sequence[Piece]
    ahead: tuple[int, int]


@dataclass(frozen=True)
class Kept:
    """What became of a run.

    :param fits: for each unit whether it is what its hash says.
    :param written: the units that were written.
    :param failure: why not all that fit were.
    """

    fits: Sequence[bool]
    written: Ranges
    failure: Failure | None = None


class Files:
    """Data, tree, claims, and what came since; open, and held for this process alone."""

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

    @classmethod
    def open(cls, disk: IDisk, key: FileKey, nodes: Nodes) -> Files:
        """The stream's home, or, where another process holds that, an empty place.

        :raises errors.StorageError: the disk refuses, or a newer program wrote one of them.
        """
        with telling("open", "the store"):
            files = _first_free(disk, key, nodes)
            try:
                files._begin()
            except BaseException:
                files.close()
                raise
        return files

    def put(self, run: Run) -> Kept:
        """Prove every unit; keep those that fit and are missing."""
        fits = [
            unit_hash(chunk, self.key, number) == expected
            for (number, chunk), expected in zip(_units(run), run.hashes, strict=True)
        ]
        good = Ranges((run.first + at, run.first + at + 1) for at, fit in enumerate(fits) if fit)
        written = Ranges()
        try:
            with self._full_said(len(run.content)):
                self._write_pieces(run.pieces)
                self._allocate(run.ahead)
                for start, stop in common(good, run.missing):
                    self._write(start, stop, run)
                    written = written.add(start, stop)
        except StorageError:
            return Kept(fits, written, Failure())
        return Kept(fits, written)

    def fits(self, first: int, hashes: Sequence[bytes]) -> list[bool]:
        """For each of these units on disk whether it is what its hash says."""
        with telling("read", "the store"):
            content = self.data.pread(first * UNIT, len(hashes) * UNIT)
        chunks = (content[at * UNIT : (at + 1) * UNIT] for at in range(len(hashes)))
        return [
            bool(chunk) and unit_hash(chunk, self.key, first + at) == expected
            for at, (chunk, expected) in enumerate(zip(chunks, hashes, strict=True))
        ]

    def pread(self, offset: int, length: int) -> bytes:
        """Bytes that are there."""
        with telling("read", "the store"):
            return self.data.pread(offset, length)

    def checkpoint(self, units: Ranges, pieces: Sequence[Piece]) -> None:
        """Make bytes, then hashes, then the claim to have both, durable.

        :raises errors.StorageError: what was not durable before may never be.
        """
        with self._full_said(claims_bytes(self.key)):
            self._write_pieces(pieces)
            self.data.sync()
            self._tree.sync()
        self.claim(units)

    def claim(self, units: Ranges) -> None:
        """Have only these claimed, durably."""
        with self._full_said(claims_bytes(self.key)):
            self._disk.replace(self.place.units, Claims(self.key, units, self.used).encode())

    def forget(self, units: Ranges) -> None:
        """These need not be looked at when the stream is opened again."""
        with telling("write", "the store"):
            for start, stop in units:
                self._news.pwrite(start, bytes(stop - start))

    def punch(self, offset: int, length: int) -> None:
        """Give the room of these bytes back."""
        with telling("write", "the store"):
            self.data.punch(offset, length)

    def close(self) -> None:
        """Let go of everything; a guest leaves nothing behind."""
        try:
            if self.place.guest:
                with telling("remove", "the store"):
                    self.remove()
        finally:
            for file in (*self._others, self.data):
                file.close()

    def remove(self) -> None:
        """Leave none of the files; first what says that there are any units."""
        with telling("remove", "the store"):
            for path in self.place.all:
                self._disk.remove(path)

    def release(self, path: str, replace: bool) -> None:
        """Move the bytes to ``path``, and leave nothing of the rest."""
        with telling("move", "the store"):
            self.data.sync()
            # From here on nobody believes that the units are still in the store.
            self._disk.remove(self.place.units)
            self._disk.release(self.place.data, path, replace)
        # The user has it: what cannot be removed now says nothing about what is there.
        with suppress(StorageError):
            self.remove()

    def _begin(self) -> None:
        self._tree = self._opened(self.place.tree)
        self._news = self._opened(self.place.fresh)
        if self.place.guest:
            self._disk.remove(self.place.units)
            for file in (self.data, self._tree, self._news):
                file.resize(0)
        if self.data.size() != self.key.length:
            self.data.resize(self.key.length)
        if self._tree.size():
            self._nodes.load(self._tree, self.place.tree)
            self.proven = self._nodes.proven()
        written = self._news.pread(0, self.key.units)
        self.fresh = Ranges(run.span() for run in _WRITTEN.finditer(written))
        self._read_claims()

    def _read_claims(self) -> None:
        try:
            raw = self._disk.read(self.place.units, claims_bytes(self.key))
            claims = Claims.decode(self.key, raw, self.place.units)
        except FileNotFoundError:
            return
        except (Damaged, OSError) as error:
            if isinstance(error, OSError) and error.errno != errno.EFBIG:
                raise
            # What it said is lost, and may be anything.
            self.fresh = Ranges([(0, self.key.units)])
            return
        self.claimed, self.used = claims.units, claims.used
        self.fresh = without(self.fresh, self.claimed)

    def _opened(self, path: str) -> IStateFile:
        file = self._disk.open(path)
        self._others.append(file)
        return file

    def _write(self, start: int, stop: int, run: Run) -> None:
        content = run.content[(start - run.first) * UNIT : (stop - run.first) * UNIT]
        self.data.pwrite(start * UNIT, content)
        self._news.pwrite(start, b"\1" * (stop - start))

    def _write_pieces(self, pieces: Sequence[Piece]) -> None:
        # Each as it is now, one worker at a time: none may be overwritten by what it was.
        with self._tree_lock:
            for piece in pieces:
                self._tree.pwrite(*self._nodes.content(piece))

    def _allocate(self, ahead: tuple[int, int]) -> None:
        try:
            self.data.allocate(*ahead)
        except OSError as error:
            # There is not so much room; there may be enough for what is here.
            if error.errno not in _FULL:
                raise

    @contextmanager
    def _full_said(self, need: int) -> Iterator[None]:
        """As `telling`; where the disk is full, with what is needed and what there is."""
        try:
            with telling("write", "the store"):
                yield
        except StorageError as error:
            cause = error.__cause__
            if isinstance(cause, OSError) and cause.errno in _FULL:
                free = size_text(self._disk.free())
                raise StorageError(
                    f"cannot write the store: disk full (need {size_text(need)}, {free} free)"
                ) from cause
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


def _first_free(disk: IDisk, key: FileKey, nodes: Nodes) -> Files:
    for guest in range(_GUESTS):
        place = Place(key, guest)
        data = holding(disk, place)
        if data is not None:
            return Files(disk, place, data, nodes)
    raise StorageError("cannot open the store: too many processes use this stream")


def _units(run: Run) -> Iterator[tuple[int, memoryview]]:
    for at in range(len(run.hashes)):
        yield run.first + at, run.content[at * UNIT : (at + 1) * UNIT]
