"""The trees that were used last: at hand for whoever opens the same film next."""

from __future__ import annotations

from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey
from p2pstream.content.units import HASH_BYTES
from p2pstream.limits import LIMITS, Limits

__all__ = ["RecentTrees"]


class RecentTrees:
    """Trees by key, as many as there is room for; the one that was used longest ago goes first.

    To read a tree again and compute it up to its root takes a millisecond for each 64 MiB
    of film, which the first unit would wait for.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._room = limits.share_trees_bytes
        # Least recently used first.
        self._trees: dict[FileKey, Tree] = {}
        self._size = 0

    def find(self, key: FileKey) -> Tree | None:
        """The tree of a key, if it is here; it counts as used."""
        tree = self._trees.pop(key, None)
        if tree is not None:
            self._trees[key] = tree
        return tree

    def put(self, tree: Tree) -> Tree:
        """It was used; the tree of its key that is to be used from now on."""
        there = self.find(tree.key)
        if there is not None:
            return there
        self._trees[tree.key] = tree
        self._size += _size(tree.key)
        # One that is larger than all the room is kept alone.
        while self._size > self._room and len(self._trees) > 1:
            oldest = next(iter(self._trees))
            del self._trees[oldest]
            self._size -= _size(oldest)
        return tree


def _size(key: FileKey) -> int:
    """Bytes of a tree from its units up, more or less."""
    return 2 * HASH_BYTES * key.units
