"""Leaves, inner nodes, pads."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.hashes.hash_nodes import PADS, leaf_hashes, parents, unit_hash, width
from p2pstream.content.keys import FileKey, parse_key
from p2pstream.content.units import LEAF, UNIT
from tests.content.trees import VECTORS, pattern

ROOT = bytes(range(32))


class NodeTests(SynchronousTestCase):
    """What hashes to what."""

    def test_leaves(self) -> None:
        """16 KiB each; the last is hashed as long as it is."""
        chunk = bytes(range(256)) * 129
        expected = sha256(chunk[:LEAF]).digest() + sha256(chunk[LEAF : 2 * LEAF]).digest()
        self.assertEqual(leaf_hashes(chunk), expected + sha256(chunk[2 * LEAF :]).digest())
        self.assertEqual(leaf_hashes(bytearray(chunk)), leaf_hashes(memoryview(chunk)))
        self.assertEqual(leaf_hashes(b""), b"")

    def test_parents(self) -> None:
        """Two by two; an odd one with a pad of its own layer."""
        one, two, three = (bytes([digit]) * 32 for digit in (1, 2, 3))
        self.assertEqual(parents(one + two, 5), sha256(one + two).digest())
        expected = sha256(one + two).digest() + sha256(three + PADS[5]).digest()
        self.assertEqual(parents(memoryview(one + two + three), 5), expected)
        self.assertEqual(parents(b"", 5), b"")

    def test_pads(self) -> None:
        """Missing leaves are zeros, and hash upward; as far as the longest file reaches."""
        self.assertEqual(PADS[0], bytes(32))
        self.assertEqual(PADS[1], sha256(bytes(64)).digest())
        self.assertEqual(PADS[2], sha256(PADS[1] + PADS[1]).digest())
        self.assertGreater(len(PADS), FileKey(ROOT, 2**48).height)

    @given(st.integers(1, 2**48), st.integers(0, 34))
    def test_width(self, length: int, layer: int) -> None:
        """Each layer is half of the one below, rounded up."""
        key = FileKey(ROOT, length)
        self.assertEqual(width(key, 0), key.leaves)
        self.assertEqual(width(key, layer + 1), (width(key, layer) + 1) // 2)
        self.assertEqual(width(key, key.height), 1)


class UnitTests(SynchronousTestCase):
    """The hash of a unit."""

    def test_vectors(self) -> None:
        """Every unit of every file of the vectors, the last ones too."""
        for vector in VECTORS:
            key = parse_key(vector["key"])
            assert isinstance(key, FileKey)
            hashes = []
            for number in range(key.units):
                start, stop = key.unit_span(number)
                hashes.append(unit_hash(memoryview(pattern())[start:stop], key, number).hex())
            self.assertEqual(hashes, vector["units"], vector["length"])

    def test_other_lengths(self) -> None:
        """Bytes that are not as long as the unit have no hash at all."""
        key = FileKey(ROOT, UNIT + 5)
        for number, right in ((0, UNIT), (1, 5)):
            self.assertEqual(len(unit_hash(bytes(right), key, number)), 32)
            for wrong in (0, right - 1, right + 1, 2 * UNIT):
                self.assertEqual(unit_hash(bytes(wrong), key, number), b"")
        for number in (-1, 2):
            self.assertRaises(IndexError, unit_hash, b"", key, number)

    def test_F35_a_file_made_of_hashes(self) -> None:
        """64 bytes that are the root's two children have its root; the length tells them apart."""
        long = pattern()[: 2 * LEAF]
        children = leaf_hashes(long)
        root = parents(children, 0)
        self.assertEqual(sha256(children).digest(), root)
        right, wrong = FileKey(root, 2 * LEAF), FileKey(root, 64)
        self.assertEqual(unit_hash(long, right, 0), root)
        self.assertEqual(unit_hash(children, right, 0), b"")
        self.assertEqual(unit_hash(long, wrong, 0), b"")
        self.assertNotEqual(right, wrong)
