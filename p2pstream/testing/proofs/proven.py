"""Films that are proven: bytes, and the tree over them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.content.hashes.hash_pages import valid_page
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey
from p2pstream.content.units import UNIT

__all__ = ["LENGTHS", "ProvenFilm", "film_of", "pages", "prove", "proven_film"]

#: Lengths that make trees of every shape: none, one leaf, one unit, odd and even numbers of units.
LENGTHS = (0, 1, 16_384, 16_385, 40_000, UNIT, UNIT + 1, 3 * UNIT, 4 * UNIT, 5 * UNIT + 20_000)


@dataclass(frozen=True)
class ProvenFilm:
    """Bytes, and the tree that proves them."""

    content: bytes
    tree: Tree

    @property
    def key(self) -> FileKey:
        """What identifies the bytes."""
        return FileKey(self.tree.root, len(self.content))

    def units(self, first: int, stop: int) -> memoryview:
        """The bytes of some units."""
        return memoryview(self.content)[first * UNIT : stop * UNIT]


@cache
def proven_film(length: int, seed: int = 0) -> ProvenFilm:
    """The film of that length; no two units of it are alike."""
    blocks = (sha256(b"%d %d" % (seed, number)).digest() for number in range(-(-length // 512)))
    return film_of(b"".join(block * 16 for block in blocks)[:length])


def film_of(content: bytes) -> ProvenFilm:
    """Those bytes, and their tree."""
    return ProvenFilm(content, Tree.of_leaves(len(content), leaf_hashes(content)))


def prove(stream: Any, film: ProvenFilm) -> int:
    """Give ``stream`` the hashes of all units; how many pages that took."""
    pages = 0
    while (page := stream.needs(0, film.key.units)) is not None:
        layer, first, count, uncles = page
        assert valid_page(film.key, *page), page
        assert stream.put_hashes(layer, first, *film.tree.page(layer, first, count, uncles)), page
        pages += 1
    return pages


def pages(key: FileKey) -> list[tuple[int, int, int, int]]:
    """Every valid page of a small tree."""
    found = []
    for layer in range(key.height + 1):
        width = -(-key.leaves >> layer)
        for count in (1 << power for power in range(key.height - layer + 1)):
            for first in range(0, width, count):
                found += [(layer, first, count, uncles) for uncles in range(key.height - layer + 1)]
    return [page for page in found if valid_page(key, *page)]
