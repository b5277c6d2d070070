"""What BitTorrent calls our files: by the vectors, and by libtorrent itself."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest import SkipTest

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.hashes.torrents import info_dictionary, info_hash, piece_layer, piece_length
from p2pstream.content.keys import FileKey, parse_key
from p2pstream.content.namespaces import own_name
from p2pstream.content.signing import Identity
from p2pstream.content.units import LEAF, ZERO_HASH
from p2pstream.errors import BadName
from tests.content.trees import VECTORS, pattern, tree_of

NAME = "film.mp4"
MIB = 1 << 20


class PieceTests(SynchronousTestCase):
    """How long pieces are."""

    def test_lengths(self) -> None:
        """A power of two for some 2,048 pieces, from 256 KiB to 16 MiB; around each step."""
        lengths = {
            1: MIB // 4,
            512 * MIB: MIB // 4,
            512 * MIB + 1: MIB // 2,
            1024 * MIB: MIB // 2,
            1024 * MIB + 1: MIB,
            16 * 1024 * MIB: 8 * MIB,
            16 * 1024 * MIB + 1: 16 * MIB,
            32 * 1024 * MIB + 1: 16 * MIB,
            2**48: 16 * MIB,
        }
        self.assertEqual({length: piece_length(length) for length in lengths}, lengths)

    @given(st.integers(1, 2**48))
    def test_a_power_of_two(self, length: int) -> None:
        """Never more than 2,048 pieces where that is possible."""
        size = piece_length(length)
        self.assertEqual(size & (size - 1), 0)
        self.assertTrue(length <= size * 2048 or size == 16 * MIB)

    def test_piece_layers(self) -> None:
        """A file of one piece has none; of more, the layer that stands over as many bytes."""
        self.assertEqual(piece_layer(tree_of(16)), b"")
        tree = tree_of(17)
        self.assertEqual(piece_layer(tree), tree.layer(4))
        big = Tree.of_leaves(513 * MIB, bytes(32) * (513 * MIB // LEAF))
        self.assertEqual(piece_layer(big), big.layer(5))
        self.assertEqual(piece_layer(Tree.of_units(big.key.length, big.layer(2))), big.layer(5))


class DictionaryTests(SynchronousTestCase):
    """The info dictionary and its hash."""

    def test_vectors(self) -> None:
        """Those of the vectors."""
        for vector in VECTORS:
            key = parse_key(vector["key"])
            assert isinstance(key, FileKey)
            if key.length:
                self.assertEqual(info_hash(key, NAME).hex(), vector["info_hash"])

    def test_empty(self) -> None:
        """An empty file has no torrent."""
        self.assertRaises(ValueError, info_dictionary, FileKey(ZERO_HASH, 0), NAME)

    def test_names(self) -> None:
        """The last component, byte for byte; what is no name has no torrent."""
        key = FileKey(bytes(range(32)), 5)
        public = Identity(b"x" * 32).id
        self.assertEqual(info_dictionary(key, own_name(public, NAME)), info_dictionary(key, NAME))
        composed, decomposed = info_dictionary(key, "\u00e9"), info_dictionary(key, "e\u0301")
        self.assertNotEqual(composed, decomposed)
        self.assertIn("e\u0301".encode(), decomposed)
        for name in ("a/b", "..", ""):
            self.assertRaises(BadName, info_dictionary, key, name)


class LibtorrentTests(SynchronousTestCase):
    """The same files, given to libtorrent."""

    def setUp(self) -> None:
        """Find it."""
        if find_spec("libtorrent") is None:
            raise SkipTest("there is no libtorrent here to compare with: pip install libtorrent")

    def torrent(self, content: bytes) -> dict[bytes, Any]:
        """The torrent of version 2 that libtorrent makes of a file."""
        import libtorrent

        folder = Path(self.mktemp())
        folder.mkdir(parents=True)
        (folder / NAME).write_bytes(content)
        files = [libtorrent.create_file_entry(NAME, len(content))]
        made = libtorrent.create_torrent(files, piece_length(len(content)), libtorrent.create_torrent.v2_only)
        libtorrent.set_piece_hashes(made, str(folder))
        torrent: dict[bytes, Any] = made.generate()
        return torrent

    def test_trees_and_info_hashes(self) -> None:
        """Roots, piece layers and info dictionaries are the same, byte for byte."""
        import libtorrent

        for vector in VECTORS:
            content = pattern()[: vector["length"]]
            if not content:
                continue
            torrent = self.torrent(content)
            tree = Tree.of_leaves(len(content), leaf_hashes(content))
            said = torrent[b"info"][b"file tree"][NAME.encode()][b""]
            self.assertEqual(said, {b"length": len(content), b"pieces root": tree.root})
            layers = torrent.get(b"piece layers", {})
            self.assertEqual(layers, {tree.root: piece_layer(tree)} if piece_layer(tree) else {})
            self.assertEqual(libtorrent.bencode(torrent[b"info"]), info_dictionary(tree.key, NAME))

    def test_it_takes_ours(self) -> None:
        """A torrent written by us is one, with the info-hash that we say."""
        import libtorrent

        content = pattern()[: 3 * MIB // 4 + 5]
        tree = Tree.of_leaves(len(content), leaf_hashes(content))
        layers = b"d32:%b%d:%be" % (tree.root, len(piece_layer(tree)), piece_layer(tree))
        raw = b"d4:info%b12:piece layers%be" % (info_dictionary(tree.key, NAME), layers)
        read = libtorrent.load_torrent_buffer(raw)
        self.assertEqual(read.ti.info_hashes().v2.to_bytes(), info_hash(tree.key, NAME))
