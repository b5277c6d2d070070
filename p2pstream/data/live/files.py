"""One epoch of a broadcast on the disk.  Everything here may block, and is called in workers.

Three files lie in its folder: ``data``, all bytes in their places; ``heads``, one entry a
slice (`journal`); ``index``, for each leaf where its slice's entry begins, plus one, as a big-endian
u64, zero for a leaf that is not known.  What is older than the window is given back as holes,
so that none of them is ever moved, and ``data`` becomes the film when the broadcast ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from p2pstream.content.keys import LiveKey, to_base32
from p2pstream.content.units import HASH_BYTES, LEAF
from p2pstream.data.disk import telling
from p2pstream.data.live.journal import ENTRY_HEAD_BYTES, Slice, entry_bytes
from p2pstream.interfaces import IDisk, IStateFile

__all__ = ["EpochFiles", "epochs_of", "remove_epochs"]

#: What it is called in errors.
_TITLE = "the window of a broadcast"
_PLACE = 8
#: Of the index, read at once.
_LOOK = 65536


class EpochFiles:
    """What is kept of one epoch; one process at a time has it.

    :raises errors.StorageError: the disk refuses.
    """

    def __init__(self, disk: IDisk, key: LiveKey, epoch: int) -> None:
        self.epoch = epoch
        self._disk = disk
        self._folder = f"{_folder(key)}/{epoch}"
        self._files: list[IStateFile] = []
        with telling("open", _TITLE):
            self._data = self._open("data")
            self._heads = self._open("heads")
            self._index = self._open("index")
            self._end = self._heads.size()

    @property
    def size(self) -> int:
        """How far the bytes go."""
        with telling("read", _TITLE):
            return self._data.size()

    @property
    def data_path(self) -> str:
        """Where the bytes lie on the disk."""
        return f"{self._folder}/data"

    def put_leaves(self, leaves: Sequence[tuple[int, bytes]]) -> None:
        """Write leaves in their places."""
        with telling("write", _TITLE, sum(len(content) for _, content in leaves)):
            for leaf, content in leaves:
                self._data.pwrite(leaf * LEAF, content)

    def put_entry(self, entry: Slice) -> None:
        """Write a slice down, behind all that were."""
        raw = entry.encode()
        with telling("write", _TITLE, len(raw)):
            self._heads.pwrite(self._end, raw)
            place = (self._end + 1).to_bytes(_PLACE, "big")
            self._index.pwrite(entry.head.first * _PLACE, place * entry.head.count)
        self._end += len(raw)

    def sync_leaves(self) -> None:
        """What was written of the bytes is on the disk when this returns."""
        with telling("write", _TITLE):
            self._data.sync()

    def sync_entries(self) -> None:
        """What was written of the slices is on the disk when this returns."""
        with telling("write", _TITLE):
            self._heads.sync()

    def read(self, start: int, stop: int) -> bytes:
        """Bytes of the epoch that are there."""
        with telling("read", _TITLE):
            return self._data.pread(start, stop - start)

    def entry(self, leaf: int) -> Slice | None:
        """The slice that a leaf belongs to; None if it is not known."""
        with telling("read", _TITLE):
            place = int.from_bytes(self._index.pread(leaf * _PLACE, _PLACE), "big")
            return self._entry_at(place - 1) if place else None

    def last(self) -> Slice | None:
        """The last slice that was written down as a whole; what follows it is written over."""
        with telling("read", _TITLE):
            place, found = self._last_indexed(), None
            while (entry := self._entry_at(place)) is not None:
                found = entry
                place += len(entry.encode())
            self._end = place
        return found

    def oldest(self) -> int | None:
        """The first leaf that is in the index; None if there is none."""
        with telling("read", _TITLE):
            for start in range(0, self._index.size(), _LOOK):
                places = self._index.pread(start, _LOOK)
                known = places.lstrip(b"\0")
                if known:
                    return (start + len(places) - len(known)) // _PLACE
        return None

    def leaf_hashes(self, leaves: int) -> Iterator[bytes]:
        """The hashes of the leaves from 0 up to that one, some at a time; fewer where not all are known."""
        leaf = 0
        while leaf < leaves and (entry := self.entry(leaf)) is not None:
            yield entry.leaves[(leaf - entry.head.first) * HASH_BYTES :]
            leaf = entry.head.stop

    def forget(self, leaf: int) -> None:
        """Give back the room of everything before that leaf."""
        with telling("write", _TITLE):
            place = int.from_bytes(self._index.pread(leaf * _PLACE, _PLACE), "big")
            self._data.punch(0, leaf * LEAF)
            self._index.punch(0, leaf * _PLACE)
            if place:
                self._heads.punch(0, place - 1)

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files:
            file.close()

    def remove(self) -> None:
        """Leave nothing of it on the disk."""
        self.close()
        with telling("remove", _TITLE):
            for name in ("heads", "index", "data"):
                self._disk.remove(f"{self._folder}/{name}")
            self._disk.remove(self._folder)

    def _open(self, name: str) -> IStateFile:
        file = self._disk.open(f"{self._folder}/{name}")
        self._files.append(file)
        return file

    def _entry_at(self, place: int) -> Slice | None:
        size = entry_bytes(self._heads.pread(place, ENTRY_HEAD_BYTES))
        raw = self._heads.pread(place, size) if size else b""
        return Slice.decode(raw) if len(raw) >= ENTRY_HEAD_BYTES else None

    def _last_indexed(self) -> int:
        """Where the entry begins of the last leaf that is in the index; 0 without any."""
        stop = self._index.size() // _PLACE * _PLACE
        while stop:
            start = max(stop - _LOOK, 0)
            places = self._index.pread(start, stop - start)
            for at in range(len(places) - _PLACE, -1, -_PLACE):
                place = int.from_bytes(places[at : at + _PLACE], "big")
                if place and self._entry_at(place - 1) is not None:
                    return place - 1
            stop = start
        return 0


def epochs_of(disk: IDisk, key: LiveKey) -> list[int]:
    """The epochs of which something is on the disk, ascending; may block."""
    found = []
    with telling("read", _TITLE):
        for name in disk.names(_folder(key)):
            with suppress(ValueError):
                found.append(int(name))
    return sorted(found)


def remove_epochs(disk: IDisk, key: LiveKey) -> None:
    """Leave no byte of a broadcast on the disk, only that there were these epochs; may block."""
    for epoch in epochs_of(disk, key):
        folder = f"{_folder(key)}/{epoch}"
        with telling("remove", _TITLE):
            for name in disk.names(folder):
                disk.remove(f"{folder}/{name}")


def _folder(key: LiveKey) -> str:
    return f"live/{to_base32(key.public)}"
