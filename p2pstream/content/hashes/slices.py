"""Slices of a tree that grows: what a broadcast is signed by, piece by piece.

A slice is the leaves ``[first, first + count)`` of a tree over which nobody knows yet how
far it will reach.  It has a fewest set of whole subtrees that make it up, left to right;
their roots prove its leaves, and the roots of all slices from the first leaf on give the
root of the tree (BEP 52), wherever the slices were cut.
"""

from __future__ import annotations

from hashlib import sha256

from p2pstream.content.hashes.hash_nodes import PADS, nodes_over
from p2pstream.content.units import HASH_BYTES, ZERO_HASH

__all__ = ["Peaks", "slice_roots", "subtrees"]

#: A layer, and the place of a node in it.
Subtree = tuple[int, int]


def subtrees(first: int, count: int) -> list[Subtree]:
    """The whole subtrees that make up ``[first, first + count)``, left to right: as few as can be.

    For up to 256 leaves there are 14 at most.
    """
    found = []
    stop = first + count
    while first < stop:
        layer = (stop - first).bit_length() - 1
        if first:
            layer = min(layer, (first & -first).bit_length() - 1)
        found.append((layer, first >> layer))
        first += 1 << layer
    return found


def slice_roots(first: int, leaves: bytes) -> bytes:
    """The roots of the `subtrees` of a slice, from its leaves' hashes; 32 bytes each.

    Quick: 256 leaves take 0.2 ms.
    """
    roots, at = [], 0
    for layer, _ in subtrees(first, len(leaves) // HASH_BYTES):
        stop = at + (HASH_BYTES << layer)
        roots.append(nodes_over(leaves[at:stop], layer))
        at = stop
    return b"".join(roots)


class Peaks:
    """A tree that only grows at its right end, as the roots of the largest whole subtrees that it has.

    There are no more of them than its number of leaves has ones in binary, so a tree of
    any size takes some hundred bytes.
    """

    __slots__ = ("_peaks", "leaves")

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []
        #: How many there are.
        self.leaves = 0

    def add(self, first: int, count: int, roots: bytes) -> None:
        """A slice follows: the roots of its `subtrees`.

        :raises ValueError: it does not follow, or there are not as many roots as it has.
        """
        parts = subtrees(first, count)
        if first != self.leaves or len(roots) != HASH_BYTES * len(parts):
            raise ValueError(f"{count} leaves from {first} on do not follow {self.leaves}")
        for at, (layer, _) in enumerate(parts):
            self._push(layer, roots[at * HASH_BYTES : (at + 1) * HASH_BYTES])
        self.leaves += count

    def root(self) -> bytes:
        """The root of the tree if it ends here; 32 zero bytes if it has no leaf."""
        if not self._peaks:
            return ZERO_HASH
        layer, node = self._peaks[-1]
        for higher, left in reversed(self._peaks[:-1]):
            while layer < higher:
                layer, node = layer + 1, sha256(node + PADS[layer]).digest()
            layer, node = layer + 1, sha256(left + node).digest()
        return node

    @property
    def nodes(self) -> bytes:
        """The roots, 32 bytes each, left to right: those of the `subtrees` of all leaves so far."""
        return b"".join(node for _, node in self._peaks)

    def copy(self) -> Peaks:
        """Another, to try what follows."""
        other = Peaks()
        other._peaks, other.leaves = list(self._peaks), self.leaves
        return other

    def _push(self, layer: int, node: bytes) -> None:
        while self._peaks and self._peaks[-1][0] == layer:
            node = sha256(self._peaks.pop()[1] + node).digest()
            layer += 1
        self._peaks.append((layer, node))
