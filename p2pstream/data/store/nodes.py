"""The proven hashes of a stream, in memory and in its tree file.

The file: a sealed first line (kind ``tree``, version 1), padded to 64 bytes with zeros;
then every layer from that of the units up to the root, 32 bytes a node; 32 zero bytes
mean that a node is not known.  There is no checksum: whatever is read is proven again
from the key's root down, and what does not fit is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable

from p2pstream.content.hashes.merkle import Level, PartialTree, Tree
from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import HASH_BYTES, UNIT
from p2pstream.data.state import Damaged, seal, unseal
from p2pstream.errors import Unproven
from p2pstream.interfaces import IStateFile

__all__ = ["Nodes", "Piece"]

_KIND, _VERSION = "tree", 1
_HEAD = 64
#: Nodes that are written together.
_PAGE = 128
_PAGE_BYTES = _PAGE * HASH_BYTES
_LOADED_AT_ONCE = 1 << 20

#: A layer of the file, and a page of it; `_FIRST_LINE` is none of them.
Piece = tuple[int, int]
_FIRST_LINE: Piece = (-1, 0)


class Nodes:
    """What is known of a tree, and what the file does not have yet."""

    def __init__(self, key: FileKey) -> None:
        self.tree = PartialTree(key)
        self._key = key
        self._offsets = list(_offsets(map(len, self.tree.levels)))
        self._unwritten: set[Piece] = {_FIRST_LINE}

    def load(self, file: IStateFile, title: str) -> None:
        """In a worker, before anything else: take what is in the file and can be proven.

        :raises errors.StorageError: a newer program wrote it.
        """
        head = file.pread(0, _HEAD)
        try:
            unseal(_KIND, _VERSION, head.rstrip(b"\0"), title)
            self._unwritten.discard(_FIRST_LINE)
        except Damaged:
            # It is written anew; the nodes speak for themselves.
            pass
        for offset, level in zip(self._offsets, self.tree.levels, strict=True):
            _load(file, offset, level)
        self.tree.prove_again()

    def add(self, layer: int, first: int, nodes: bytes, uncles: bytes) -> bool:
        """As `IStoredStream.put_hashes`."""
        if not self.tree.add_page(layer, first, nodes, uncles):
            return False
        count = len(nodes) // HASH_BYTES
        for level in range(layer - self._key.unit_layer, len(self.tree.levels)):
            low, high = first & ~1, (first + count - 1) | 1
            self._unwritten.update((level, page) for page in range(low // _PAGE, high // _PAGE + 1))
            first, count = first // 2, (first + count - 1) // 2 - first // 2 + 1
        return True

    def fill(self, tree: Tree) -> None:
        """All of it is known; ``tree`` is that of the key, from its leaves or its units up."""
        for number, level in enumerate(self.tree.levels):
            level[: len(level)] = tree.layer(self._key.unit_layer + number)
            self._unwritten.update((number, page) for page in range(-(-len(level) // _PAGE_BYTES)))

    def proven(self) -> Ranges:
        """The units whose hashes are known; may take a while."""
        known = self.tree.unit_hash
        return Ranges((number, number + 1) for number in range(self._key.units) if known(number) is not None)

    def provable(self, layer: int, first: int, nodes: bytes) -> Ranges:
        """The units that a page of hashes may have proven."""
        if layer != self._key.unit_layer:
            return Ranges()
        return Ranges([(first & ~1, min((first + len(nodes) // HASH_BYTES + 1) & ~1, self._key.units))])

    def expected(self, first: int, length: int) -> list[bytes]:
        """What each unit of a run of ``length`` bytes must hash to.

        :raises ValueError: there are no such units.
        :raises Unproven: the hash of one is not known.
        """
        count = -(-length // UNIT)
        start, stop = self._key.span(first, first + count)
        if first < 0 or not count or stop != start + length:
            raise ValueError(f"{length} bytes from unit {first} on are no units of this stream")
        hashes = self.tree.unit_hashes(first, count)
        unproven = hashes.index(None) if None in hashes else -1
        if unproven >= 0:
            raise Unproven(f"the hash of unit {first + unproven} is not known")
        return [each for each in hashes if each is not None]

    def take(self) -> list[Piece]:
        """What the file does not have; whoever takes it writes it, or says `put_back`."""
        pieces = sorted(self._unwritten)
        self._unwritten.clear()
        return pieces

    def put_back(self, pieces: Iterable[Piece]) -> None:
        """These were not written."""
        self._unwritten.update(pieces)

    def content(self, piece: Piece) -> tuple[int, bytes]:
        """Where a piece belongs in the file, and what it is now.  May be asked in a worker."""
        if piece == _FIRST_LINE:
            return 0, seal(_KIND, _VERSION, b"").ljust(_HEAD, b"\0")
        level, page = piece
        start = page * _PAGE_BYTES
        return self._offsets[level] + start, bytes(self.tree.levels[level][start : start + _PAGE_BYTES])


def _offsets(lengths: Iterable[int]) -> Iterable[int]:
    offset = _HEAD
    for length in lengths:
        yield offset
        offset += length


def _load(file: IStateFile, offset: int, level: Level) -> None:
    for start in range(0, len(level), _LOADED_AT_ONCE):
        chunk = file.pread(offset + start, min(_LOADED_AT_ONCE, len(level) - start))
        # Memory that was never touched takes none.
        if chunk.strip(b"\0"):
            level[start : start + len(chunk)] = chunk
