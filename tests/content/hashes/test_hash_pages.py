"""Which pages a tree has, and what one from the wire says of each layer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.hashes.hash_nodes import PADS
from p2pstream.content.hashes.hash_pages import Climb, valid_page
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey
from p2pstream.content.units import LEAF, ZERO_HASH
from p2pstream.errors import BadProof
from p2pstream.limits import LIMITS
from tests.content.trees import Page, pages_of, tree_of

# Of 1,000 units and a bit: 4,001 leaves, height 12; 1,001 units, layer 2; 1,024 with pads.
KEY = FileKey(bytes(range(32)), 4001 * LEAF)


class ValidPageTests(SynchronousTestCase):
    """At each bound, and one past it."""

    def check(self, good: list[Page], bad: list[Page]) -> None:
        """Those are pages, and these are not."""
        for page in good:
            self.assertTrue(valid_page(KEY, *page), page)
        for page in bad:
            self.assertFalse(valid_page(KEY, *page), page)

    def test_layer(self) -> None:
        """From the leaves up to the root."""
        self.check([(0, 0, 1, 0), (12, 0, 1, 0)], [(-1, 0, 1, 0), (13, 0, 1, 0), (255, 0, 1, 0)])

    def test_count(self) -> None:
        """A power of two, up to 512, and no wider than the layer."""
        most = LIMITS.page_hashes
        self.check(
            [(2, 0, most, 0), (4, 0, 256, 0), (11, 0, 2, 0)], [(4, 0, 512, 0), (11, 0, 4, 0), (12, 0, 2, 0)]
        )
        counts = (-1, 0, 3, 24, most - 1, most + 1, 2 * most, 65535)
        self.check([], [(2, 0, count, 0) for count in counts])

    def test_first(self) -> None:
        """A multiple of the count, and one that exists."""
        self.check([(2, 1000, 1, 0), (2, 1000, 8, 0), (2, 512, 512, 0)], [(2, 1001, 1, 0), (2, 1002, 2, 0)])
        self.check([], [(2, -8, 8, 0), (2, 4, 8, 0), (2, 1024, 512, 0), (2, 2**64 - 8, 8, 0)])

    def test_uncles(self) -> None:
        """Up to the root, and no further."""
        self.check(
            [(2, 0, 1, 10), (2, 0, 64, 4), (12, 0, 1, 0)], [(2, 0, 1, 11), (2, 0, 64, 5), (12, 0, 1, 1)]
        )
        self.check([], [(2, 0, 1, -1), (2, 0, 1, 255)])

    def test_F35_an_empty_file_has_none(self) -> None:
        """Nothing needs to be proven of it."""
        self.assertFalse(valid_page(FileKey(ZERO_HASH, 0), 0, 0, 1, 0))

    @given(st.integers(1, 70).map(tree_of))
    def test_every_page_is_one(self, tree: Tree) -> None:
        """Whatever is aligned and inside is a page."""
        self.assertTrue(all(valid_page(tree.key, *page) for page in pages_of(tree)))


class ClimbTests(SynchronousTestCase):
    """What a page says."""

    def test_every_page_of_small_trees(self) -> None:
        """Each says what the tree says, from its own layer as far as its uncles and pads lead."""
        for leaves in (*range(1, 14), 16, 17):
            tree = tree_of(leaves)
            for page in pages_of(tree):
                self.check(tree, page)

    def check(self, tree: Tree, page: Page) -> None:
        """Each layer in turn."""
        layer, first, count, uncles = page
        climb = Climb(tree.key, layer, first, *tree.page(*page))
        for at, place, nodes in climb.stretches:
            self.assertEqual(nodes, tree.layer(at)[place * 32 :][: len(nodes)], page)
        reached = climb.stretches[-1][0]
        self.assertGreaterEqual(reached, layer + count.bit_length() - 1 + uncles, page)
        for at, place, node in climb.path:
            self.assertEqual(node, tree.layer(at)[place * 32 :][:32], page)
        self.assertEqual(climb.path[-1][0], reached)

    def test_no_page_of_this_tree(self) -> None:
        """Hashes that are not whole, none, too many, from where there are none, not aligned."""
        nodes = bytes([7]) * 32
        for layer, first, given_nodes, uncles in (
            (2, 0, b"", b""),
            (2, 0, nodes[:31], b""),
            (2, 0, nodes + b"\0", b""),
            (2, 0, nodes, nodes[:5]),
            (2, 0, nodes * 3, b""),
            (2, 1, nodes * 2, b""),
            (2, 1000, nodes * 2, b""),
            (2, 1001, nodes, b""),
            (2, -1, nodes, b""),
            (2, 0, nodes * 1024, b""),
            (2, 0, nodes, nodes * 11),
            (13, 0, nodes, b""),
            (-1, 0, nodes, b""),
        ):
            self.assertRaises(BadProof, Climb, KEY, layer, first, given_nodes, uncles)

    def test_pads_that_are_none(self) -> None:
        """Beyond the end of a layer stand pads, known to everybody: whoever sends another hash lies."""
        tree = tree_of(4001)
        nodes, uncles = tree.page(2, 1000, 1, 10)
        self.assertEqual(uncles[:96], b"".join(PADS[2:5]))
        self.assertEqual(Climb(tree.key, 2, 1000, nodes, uncles).stretches[-1], (12, 0, tree.root))
        for place in range(3 * 32):
            changed = bytearray(uncles)
            changed[place] ^= 1
            self.assertRaises(BadProof, Climb, tree.key, 2, 1000, nodes, bytes(changed))

    def test_how_wide_a_page_was(self) -> None:
        """At the end of a layer one node may be a page of 1, 2, 4 or 8: each uncle tells which."""
        tree = tree_of(4001)
        for count in (1, 2, 4, 8):
            for uncles in range(11 - count.bit_length() + 1):
                self.check(tree, (2, 1000, count, uncles))
