"""Pages below the unit layer, computed from bytes."""

from __future__ import annotations

from collections.abc import Iterator

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.hashes.hash_nodes import leaf_hashes, unit_hashes
from p2pstream.content.hashes.hash_pages import valid_page
from p2pstream.content.hashes.leaf_pages import leaf_page, page_units
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey
from p2pstream.content.units import LEAF, UNIT
from p2pstream.testing.bytes.patterns import pattern

#: Around a leaf and a unit, and with a last unit of one leaf, of three, and of one that is short.
LENGTHS = (1, LEAF, LEAF + 1, 3 * LEAF, UNIT, UNIT + 5, 3 * UNIT, 5 * UNIT + 2 * LEAF, 9 * UNIT - 1)


def pages(key: FileKey) -> Iterator[tuple[int, int, int, int]]:
    """All pages below the unit layer."""
    for layer in range(key.unit_layer):
        for count in (1, 2, 4, 8, 16, 32):
            for first in range(0, key.leaves, count):
                for uncles in range(key.height + 1):
                    if valid_page(key, layer, first, count, uncles):
                        yield layer, first, count, uncles


class LeafPageTests(SynchronousTestCase):
    """`leaf_page` and `page_units`."""

    def test_as_of_a_whole_tree(self) -> None:
        """Each is what a tree gives that has its leaves, made of the bytes of a few units alone."""
        for length in LENGTHS:
            content = pattern(0, length)
            whole = Tree.of_leaves(length, leaf_hashes(content))
            units = Tree.of_units(length, unit_hashes(content, whole.key.unit_layer))
            for page in pages(whole.key):
                start, stop = whole.key.span(*page_units(whole.key, *page[:3]))
                found = leaf_page(whole.key, content[start:stop], units.page, *page)
                self.assertEqual(found, whole.page(*page), (length, page))

    def test_units(self) -> None:
        """As many as it takes; of the last ones those that exist."""
        key = Tree.of_leaves(5 * UNIT, leaf_hashes(pattern(0, 5 * UNIT))).key
        told = {
            (0, 0, 1): (0, 1),
            (0, 3, 1): (0, 1),
            (0, 4, 4): (1, 2),
            (1, 2, 2): (1, 2),
            (0, 16, 16): (4, 5),
        }
        self.assertEqual({page: page_units(key, *page) for page in told}, told)
