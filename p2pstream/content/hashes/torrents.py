"""What BitTorrent calls a file of ours: the projection of a key (BEP 52).

Whoever holds a key and a name can write the info dictionary of version 2, and so knows
its info-hash; no byte of the file is needed.
"""

from __future__ import annotations

from hashlib import sha256

from p2pstream.content.bencode import encode
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey
from p2pstream.content.namespaces import split_name
from p2pstream.content.units import LEAF

__all__ = ["info_dictionary", "info_hash", "piece_layer", "piece_length"]

_SMALLEST, _LARGEST = 2**18, 2**24
_PIECES = 2048


def piece_length(length: int) -> int:
    """The bytes of a piece: a power of two from 256 KiB to 16 MiB, for some 2,048 pieces."""
    wanted = -(-length // _PIECES)
    return min(_LARGEST, max(_SMALLEST, 1 << max(wanted - 1, 0).bit_length()))


def info_dictionary(key: FileKey, name: str) -> bytes:
    """The info dictionary of version 2, with nothing in it that is not needed.

    :param name: a record's; its last component is the file's name, byte for byte.
    :raises ValueError: an empty file has no torrent.
    """
    if not key.length:
        raise ValueError("an empty file has no torrent")
    last = split_name(name)[1].encode()
    file = {b"length": key.length, b"pieces root": key.root}
    return encode(
        {
            b"file tree": {last: {b"": file}},
            b"meta version": 2,
            b"name": last,
            b"piece length": piece_length(key.length),
        }
    )


def info_hash(key: FileKey, name: str) -> bytes:
    """The info-hash of version 2: 32 bytes, of which version 1's places hold the first 20."""
    return sha256(info_dictionary(key, name)).digest()


def piece_layer(tree: Tree) -> bytes:
    """The hashes of a file's pieces, 32 bytes each; none where there is one piece, whose hash is the root."""
    size = piece_length(tree.key.length)
    if tree.key.length <= size:
        return b""
    return tree.layer((size // LEAF).bit_length() - 1)
