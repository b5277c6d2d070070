"""Slices: which subtrees make them up, and what their roots add up to."""

from __future__ import annotations

import itertools
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.hashes.slices import Peaks, slice_roots, subtrees
from p2pstream.content.units import LEAF, ZERO_HASH

LEAVES = [sha256(b"leaf %d" % number).digest() for number in range(1500)]
cut_into = st.lists(st.integers(0, 256), max_size=12)


def peaks_of(cuts: list[int]) -> Peaks:
    """A tree whose slices have so many leaves each."""
    peaks, first = Peaks(), 0
    for count in cuts:
        count = min(count, len(LEAVES) - first)
        peaks.add(first, count, slice_roots(first, b"".join(LEAVES[first : first + count])))
        first += count
    return peaks


class SubtreeTests(SynchronousTestCase):
    """The fewest whole subtrees."""

    @given(first=st.integers(0, 1 << 32), count=st.integers(0, 256))
    def test_they_make_up_the_slice(self, first: int, count: int) -> None:
        """Left to right, each aligned, none together with its sibling, and 14 at most."""
        found = subtrees(first, count)
        at = first
        for layer, place in found:
            self.assertEqual(place << layer, at)
            at += 1 << layer
        self.assertEqual(at, first + count)
        self.assertLessEqual(len(found), 14)
        pairs = itertools.pairwise(found)
        self.assertFalse(any(a[0] == b[0] and a[1] ^ 1 == b[1] for a, b in pairs))

    def test_known(self) -> None:
        """By hand."""
        self.assertEqual(subtrees(0, 0), [])
        self.assertEqual(subtrees(0, 7), [(2, 0), (1, 2), (0, 6)])
        self.assertEqual(subtrees(5, 6), [(0, 5), (1, 3), (1, 4), (0, 10)])
        self.assertEqual(len(subtrees(1, 254)), 14)


class RootTests(SynchronousTestCase):
    """What proves leaves, and what becomes of it."""

    def test_of_one_leaf(self) -> None:
        """It is its own root."""
        self.assertEqual(slice_roots(3, LEAVES[3]), LEAVES[3])
        self.assertEqual(slice_roots(3, b""), b"")

    def test_of_a_pair(self) -> None:
        """Where a pair is aligned it has one root, elsewhere two."""
        self.assertEqual(slice_roots(2, LEAVES[2] + LEAVES[3]), sha256(LEAVES[2] + LEAVES[3]).digest())
        self.assertEqual(slice_roots(1, LEAVES[1] + LEAVES[2]), LEAVES[1] + LEAVES[2])

    @given(cut_into)
    def test_any_slices_give_the_root_of_the_file(self, cuts: list[int]) -> None:
        """Wherever they were cut, and at every step."""
        peaks = peaks_of(cuts)
        count = peaks.leaves
        self.assertEqual(peaks.root(), Tree.of_leaves(count * LEAF, b"".join(LEAVES[:count])).root)

    def test_every_number_of_leaves(self) -> None:
        """Leaf by leaf."""
        peaks = Peaks()
        self.assertEqual(peaks.root(), ZERO_HASH)
        for number in range(300):
            peaks.add(number, 1, LEAVES[number])
            self.assertEqual(
                peaks.root(), Tree.of_leaves((number + 1) * LEAF, b"".join(LEAVES[: number + 1])).root
            )

    def test_nothing_but_what_follows(self) -> None:
        """A gap, an overlap, and roots that are too many are refused, and nothing is changed."""
        peaks = peaks_of([5])
        root = peaks.root()
        for first, count, roots in ((6, 1, LEAVES[6]), (4, 1, LEAVES[4]), (5, 1, LEAVES[5] * 2)):
            self.assertRaises(ValueError, peaks.add, first, count, roots)
        self.assertEqual((peaks.leaves, peaks.root()), (5, root))

    def test_a_copy_goes_its_own_way(self) -> None:
        """What is tried on it leaves the first one as it was."""
        peaks = peaks_of([5])
        other = peaks.copy()
        other.add(5, 1, LEAVES[5])
        self.assertEqual((peaks.leaves, other.leaves), (5, 6))
        self.assertNotEqual(peaks.root(), other.root())
