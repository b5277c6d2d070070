"""Trees for tests: from leaves that nobody hashed, and from the vectors' bytes."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from p2pstream.content.hashes.merkle import PartialTree, Tree
from p2pstream.content.units import LEAF

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "merkle.json").read_text("utf-8")
)["files"]

Page = tuple[int, int, int, int]


@cache
def pattern() -> bytes:
    """The bytes that every file of the vectors begins with."""
    longest = max(vector["length"] for vector in VECTORS)
    return bytes((place * 7 + (place >> 8)) % 256 for place in range(longest))


@cache
def tree_of(leaves: int, short: int = 0) -> Tree:
    """A tree with so many leaves, of a file that misses ``short`` bytes of its last one."""
    hashes = b"".join(sha256(b"%d of %d" % (leaf, leaves)).digest() for leaf in range(leaves))
    return Tree.of_leaves(leaves * LEAF - short, hashes)


def pages_of(tree: Tree) -> list[Page]:
    """Every page that the tree has."""
    top = tree.key.height
    return [
        (layer, first, 1 << wide, uncles)
        for layer in range(top + 1)
        for wide in range(min(top - layer, 9) + 1)
        for first in range(0, len(tree.layer(layer)) // 32, 1 << wide)
        for uncles in range(top - layer - wide + 1)
    ]


def add(into: PartialTree, tree: Tree, page: Page) -> bool:
    """Take the page of ``tree``."""
    layer, first, _, _ = page
    return into.add_page(layer, first, *tree.page(*page))


def content(tree: PartialTree) -> list[bytes]:
    """All nodes, layer by layer."""
    return [bytes(level) for level in tree.levels]


def whole(tree: Tree) -> list[bytes]:
    """The same of a tree that is complete."""
    return [tree.layer(layer) for layer in range(tree.key.unit_layer, tree.key.height + 1)]


#: Small ones of every shape, and some that are wider than a page.
leaf_counts = st.integers(1, 100) | st.sampled_from([1023, 1024, 1025, 2047, 2049, 2500, 4097, 5000])
trees = st.builds(tree_of, leaf_counts, st.sampled_from([0, 1, LEAF - 1]))
