"""Trees, whole and partial."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.hashes.hash_nodes import PADS, leaf_hashes
from p2pstream.content.hashes.hash_pages import valid_page
from p2pstream.content.hashes.merkle import PartialTree, Tree
from p2pstream.content.keys import FileKey, parse_key
from p2pstream.content.units import LEAF, ZERO_HASH
from p2pstream.errors import BadProof, Unproven
from tests.content.trees import VECTORS, add, content, pages_of, pattern, tree_of, trees, whole


class TreeTests(SynchronousTestCase):
    """A tree that is complete."""

    def test_vectors(self) -> None:
        """Roots and unit layers of the vectors, from leaves and from units."""
        for vector in VECTORS:
            length = vector["length"]
            tree = Tree.of_leaves(length, leaf_hashes(pattern()[:length]))
            self.assertEqual(tree.root.hex(), vector["root"])
            self.assertEqual(tree.key, parse_key(vector["key"]))
            units = tree.layer(tree.key.unit_layer)
            self.assertEqual(units.hex(), "".join(vector["units"]))
            self.assertEqual(whole(Tree.of_units(length, units)), whole(tree))

    def test_hashes_that_are_too_many_or_too_few(self) -> None:
        """They are not those of such a file: a bug of ours."""
        for leaves in (b"", bytes(31), bytes(33), bytes(64)):
            self.assertRaises(ValueError, Tree.of_leaves, 5, leaves)
        self.assertRaises(ValueError, Tree.of_units, 5 * LEAF, bytes(32))

    def test_pages_that_are_none(self) -> None:
        """A page that cannot be is a bug; one below what is kept is unproven."""
        tree = tree_of(40)
        self.assertRaises(ValueError, tree.page, 2, 1, 2, 0)
        self.assertRaises(Unproven, tree.layer, tree.key.height + 1)
        above = Tree.of_units(tree.key.length, tree.layer(2))
        self.assertEqual(above.page(2, 0, 8, 1), tree.page(2, 0, 8, 1))
        for layer in (0, 1):
            self.assertRaises(Unproven, above.page, layer, 0, 1, 0)
            self.assertRaises(Unproven, above.layer, layer)


class NewTreeTests(SynchronousTestCase):
    """What is known when only the key is."""

    def test_low_trees_are_complete_at_once(self) -> None:
        """Up to four leaves the root is the hash of the only unit."""
        for leaves in (1, 2, 3, 4):
            tree = tree_of(leaves)
            partial = PartialTree(tree.key)
            self.assertIsNone(partial.needs(0, 1))
            self.assertEqual(partial.unit_hash(0), tree.root)

    def test_empty(self) -> None:
        """Nothing is needed, and nothing is there."""
        partial = PartialTree(FileKey(ZERO_HASH, 0))
        self.assertIsNone(partial.needs(0, 1))
        self.assertRaises(IndexError, partial.unit_hash, 0)
        self.assertRaises(BadProof, partial.add_page, 0, 0, bytes(32), b"")
        partial.prove_again()
        self.assertEqual(content(partial), [b""])

    def test_higher_ones_know_their_root(self) -> None:
        """And nothing below."""
        tree = tree_of(5)
        partial = PartialTree(tree.key)
        self.assertEqual(content(partial), [bytes(64), tree.root])
        self.assertIsNone(partial.unit_hash(0))
        self.assertRaises(Unproven, partial.page, 2, 0, 1, 0)
        self.assertEqual(partial.page(3, 0, 1, 0), (tree.root, b""))
        for number in (-1, 2):
            self.assertRaises(IndexError, partial.unit_hash, number)
            self.assertRaises(IndexError, partial.unit_hashes, number, 1)

    def test_F35_a_length_is_no_memory(self) -> None:
        """A stranger's 256 GiB take none until hashes of it are proven."""
        partial = PartialTree(FileKey(tree_of(5).root, 2**38))
        self.assertEqual(len(partial.levels[0]), 32 * 2**22)
        self.assertEqual(partial.needs(2**21 + 5, 1, 512), (2, 2**21, 512, 13))
        partial.levels[0][:32] = bytes(32)


class HonestPageTests(SynchronousTestCase):
    """Pages of the tree itself."""

    def test_every_page_of_small_trees(self) -> None:
        """Each is taken exactly if it leads to the root, and nobody is ever blamed."""
        for leaves in (*range(1, 14), 17, 33):
            tree = tree_of(leaves)
            for page in pages_of(tree):
                partial = PartialTree(tree.key)
                before = content(partial)
                if not add(partial, tree, page):
                    self.assertEqual(content(partial), before)
                elif page[0] >= tree.key.unit_layer:
                    self.assertEqual(partial.page(*page), tree.page(*page))

    @given(st.integers(5, 40).map(tree_of), st.randoms(use_true_random=False))
    def test_any_order(self, tree: Tree, chance: object) -> None:
        """In any order they agree, what is known is right, and in the end all is known."""
        partial, expected = PartialTree(tree.key), whole(tree)
        pages = pages_of(tree)
        chance.shuffle(pages)  # type: ignore[attr-defined]
        for page in pages[:10]:
            add(partial, tree, page)
            self.check_known(partial, expected)
        while (need := partial.needs(0, tree.key.units)) is not None:
            self.assertTrue(add(partial, tree, need))
        self.assertEqual(content(partial), expected)
        self.assertTrue(all(add(partial, tree, page) for page in pages[:40] if page[0] >= 2))

    def check_known(self, partial: PartialTree, expected: list[bytes]) -> None:
        """Each node is unknown or right."""
        for level, right in zip(content(partial), expected, strict=True):
            for at in range(0, len(level), 32):
                self.assertIn(level[at : at + 32], (ZERO_HASH, right[at : at + 32]))

    @given(trees, st.data())
    def test_what_is_needed(self, tree: Tree, data: st.DataObject) -> None:
        """A page around the first unit that is unproven, which a tree has, and which is then taken."""
        partial, units = PartialTree(tree.key), tree.key.units
        for _ in range(20):
            first = data.draw(st.integers(0, units - 1))
            count = data.draw(st.integers(0, 40))
            most = data.draw(st.sampled_from([1, 2, 64, 512]))
            unproven = [n for n in range(first, min(first + count, units)) if partial.unit_hash(n) is None]
            need = partial.needs(first, count, most)
            self.assertEqual(need is None, not unproven)
            if need is None:
                continue
            layer, place, wide, _ = need
            self.assertTrue(valid_page(tree.key, *need))
            self.assertEqual(layer, 2)
            self.assertEqual(wide, min(most, 1 << tree.key.height - 2))
            self.assertIn(unproven[0], range(place, place + wide))
            self.assertTrue(add(partial, tree, need))
            self.assertEqual(partial.unit_hash(unproven[0]), tree.layer(2)[unproven[0] * 32 :][:32])
        known = partial.unit_hashes(0, units)
        self.assertEqual(known, [partial.unit_hash(number) for number in range(units)])

    def test_the_default_is_what_everybody_has(self) -> None:
        """64 nodes, or the whole layer where that is lower."""
        self.assertEqual(PartialTree(tree_of(4097).key).needs(100, 1), (2, 64, 64, 5))
        self.assertEqual(PartialTree(tree_of(100).key).needs(3, 1), (2, 0, 32, 0))

    def test_uncles_lead_to_what_is_known(self) -> None:
        """And no further: what proved one page is not asked for again with the next."""
        tree = tree_of(4097)
        partial = PartialTree(tree.key)
        self.assertTrue(add(partial, tree, (2, 64, 64, 5)))
        self.assertEqual(partial.needs(0, 1), (2, 0, 64, 0))
        self.assertEqual(partial.needs(128, 1), (2, 128, 64, 1))
        self.assertEqual(partial.needs(512, 1, 512), (2, 512, 512, 0))
        self.assertTrue(add(partial, tree, (2, 128, 64, 1)))
        self.assertEqual(partial.needs(192, 1), (2, 192, 64, 0))

    def test_zeros_within_hashes(self) -> None:
        """Half of one and half of the next are no hash, and so not one that is missing."""
        partial = PartialTree(tree_of(4097).key)
        halves = b"\1" * 16 + bytes(32) + b"\1" * 16
        for level in partial.levels:
            level[:] = (halves * len(level))[: len(level)]
        self.assertIsNone(partial.needs(0, 1024))
        partial.levels[0][3 * 32 : 4 * 32] = bytes(32)
        self.assertEqual((partial.needs(0, 1024, 1) or ())[1], 3)

    def test_pages_are_served_again(self) -> None:
        """What was taken can be given to others, and nothing beside it."""
        tree = tree_of(4097)
        partial = PartialTree(tree.key)
        self.assertTrue(add(partial, tree, (2, 64, 64, 5)))
        self.assertEqual(partial.page(2, 64, 64, 5), tree.page(2, 64, 64, 5))
        self.assertEqual(partial.page(8, 0, 2, 3), tree.page(8, 0, 2, 3))
        self.assertRaises(Unproven, partial.page, 2, 0, 64, 5)
        self.assertRaises(Unproven, partial.page, 2, 0, 128, 4)


class DishonestPageTests(SynchronousTestCase):
    """Pages that somebody made up: never taken, and blamed exactly where that is proven."""

    def setUp(self) -> None:
        """A tree whose last page has pads among its uncles."""
        self.tree = tree_of(73)
        self.partial = PartialTree(self.tree.key)
        self.before = content(self.partial)

    def check_refused(self, layer: int, first: int, nodes: bytes, uncles: bytes) -> None:
        """Its sender is blamed, and nothing was kept."""
        self.assertRaises(BadProof, self.partial.add_page, layer, first, nodes, uncles)
        self.assertEqual(content(self.partial), self.before)

    def test_every_bit(self) -> None:
        """One bit changed anywhere, in nodes, uncles or pads, is a lie."""
        for page in ((2, 0, 8, 2), (2, 16, 1, 5), (2, 18, 1, 5), (2, 16, 4, 3)):
            nodes, uncles = self.tree.page(*page)
            for bit in range(8 * (len(nodes) + len(uncles))):
                changed = bytearray(nodes + uncles)
                changed[bit // 8] ^= 1 << bit % 8
                self.check_refused(*page[:2], bytes(changed[: len(nodes)]), bytes(changed[len(nodes) :]))

    def test_shifted_cut_random(self) -> None:
        """Another page's nodes, fewer, more, in another order, none."""
        nodes, uncles = self.tree.page(2, 8, 4, 3)
        for other in (0, 4, 12):
            self.check_refused(2, other, nodes, uncles)
        self.check_refused(2, 8, nodes[::-1], uncles)
        self.check_refused(2, 8, nodes[32:] + nodes[:32], uncles)
        self.check_refused(2, 8, nodes, uncles[32:] + uncles[:32])
        self.check_refused(2, 8, nodes[:-1], uncles)
        self.check_refused(2, 8, nodes[:96], uncles)
        self.check_refused(2, 8, b"", uncles)
        self.check_refused(2, 8, nodes, uncles + uncles)
        self.check_refused(3, 8, nodes, uncles)
        self.check_refused(2, 8, bytes(128), uncles)

    def test_one_that_reaches_nothing_is_nobodys_fault(self) -> None:
        """Without enough uncles nothing is proven, neither for nor against."""
        nodes, uncles = self.tree.page(2, 8, 4, 3)
        for page in ((nodes, uncles[:64]), (bytes([7]) * 128, uncles[:64]), (nodes, b"")):
            self.assertFalse(self.partial.add_page(2, 8, *page))
            self.assertEqual(content(self.partial), self.before)

    def test_the_nearest_proven_node_convicts(self) -> None:
        """What is known already needs no uncles to be disagreed with; uncles beyond it count too."""
        self.assertTrue(add(self.partial, self.tree, (2, 8, 4, 3)))
        self.before = content(self.partial)
        nodes, uncles = self.tree.page(2, 8, 4, 3)
        self.check_refused(2, 8, bytes([7]) * 128, b"")
        self.check_refused(2, 8, nodes, uncles[:64] + bytes([7]) * 32)
        self.check_refused(2, 12, bytes([7]) * 128, b"")
        self.assertTrue(self.partial.add_page(2, 8, nodes, b""))

    def test_F35_lengths_that_are_lies(self) -> None:
        """With another number of units a root is never proven down to hashes that bytes could have."""
        for leaves in (5, 8, 36, 64, 72, 77, 80, 128, 129, 1000):
            other = PartialTree(FileKey(self.tree.root, leaves * LEAF))
            for page in pages_of(self.tree):
                with contextlib.suppress(BadProof):
                    add(other, self.tree, page)
            hashes = [other.unit_hash(number) for number in range(other.key.units)]
            self.assertTrue(set(hashes) & {None, *PADS}, leaves)


class ProvingAgainTests(SynchronousTestCase):
    """A tree that was on a disk meanwhile."""

    @given(trees, st.data())
    def test_F09_what_was_changed_is_forgotten(self, tree: Tree, data: st.DataObject) -> None:
        """With whatever stands below it; the rest stays as it is."""
        partial, expected = PartialTree(tree.key), whole(tree)
        for level, right in zip(partial.levels, expected, strict=True):
            level[:] = right
        spoilt = set()
        for _ in range(data.draw(st.integers(0, 4))):
            number = data.draw(st.integers(0, len(expected) - 1))
            at = data.draw(st.integers(0, len(expected[number]) - 1))
            partial.levels[number][at] ^= data.draw(st.integers(1, 255))
            spoilt.add((number, at // 32))
        partial.prove_again()
        for number, (level, right) in enumerate(zip(content(partial), expected, strict=True)):
            for place in range(len(right) // 32):
                node, hit = right[place * 32 :][:32], self.is_hit(number, place, spoilt, len(expected) - 1)
                self.assertIn(level[place * 32 :][:32], {node, ZERO_HASH} if hit else {node})

    def is_hit(self, number: int, place: int, spoilt: set[tuple[int, int]], root: int) -> bool:
        """Whether a node, its sibling, or one that stands over both, was changed; the root is known."""
        return any(number <= above < root and place >> (above - number) | 1 == at | 1 for above, at in spoilt)

    def test_of_another_file(self) -> None:
        """Nothing of it stays but the root."""
        tree, other = tree_of(4097), tree_of(4096 + 4)
        partial = PartialTree(tree.key)
        for level, wrong in zip(partial.levels, whole(other), strict=True):
            level[:] = wrong
        partial.prove_again()
        self.assertEqual(content(partial), content(PartialTree(tree.key)))
