"""The nodes of a tree of hashes (BEP 52): how they come from bytes, and from each other.

A leaf is the SHA-256 of 16 KiB; the last may be shorter.  An inner node is the SHA-256 of
its two children.  What is missing up to a power of two leaves is 32 zero bytes, and hashes
upward like any other node; such nodes are called pads here, and are never stored.

Nodes stand one after the other, 32 bytes each, in one `bytes`; there is no object per node.
"""

from __future__ import annotations

from hashlib import sha256

from p2pstream.content.units import HASH_BYTES, LEAF, ZERO_HASH

__all__ = ["PADS", "leaf_hashes", "nodes_over", "parents", "span_hashes", "unit_hash", "unit_hashes", "width"]

# Whoever only hashes, in a process apart, needs none of what keys need; nor `typing` or `collections`,
# which would take half of its start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from p2pstream.content.keys import FileKey

_PAIR = 2 * HASH_BYTES
_HIGHEST = 64


def _pads() -> tuple[bytes, ...]:
    pads = [ZERO_HASH]
    for _ in range(_HIGHEST):
        pads.append(sha256(pads[-1] * 2).digest())
    return tuple(pads)


#: By layer, the node over nothing but missing leaves.
PADS = _pads()


def leaf_hashes(chunk: bytes | bytearray | memoryview) -> bytes:
    """The leaves of bytes that begin where a leaf begins.

    Quick enough for a worker only: 1 GiB takes about half a second.
    """
    view = memoryview(chunk)
    return b"".join([sha256(view[at : at + LEAF]).digest() for at in range(0, len(view), LEAF)])


def parents(nodes: bytes | bytearray | memoryview, layer: int) -> bytes:
    """The layer above ``nodes``, which begin at an even place of ``layer``; an odd one gets a pad."""
    if len(nodes) % _PAIR:
        nodes = bytes(nodes) + PADS[layer]
    view = memoryview(nodes)
    return b"".join([sha256(view[at : at + _PAIR]).digest() for at in range(0, len(view), _PAIR)])


def nodes_over(leaves: bytes, layer: int) -> bytes:
    """The nodes of a layer over leaves, which begin where a node of it does."""
    nodes = leaves
    for below in range(layer):
        nodes = parents(nodes, below)
    return nodes


def unit_hashes(run: bytes | bytearray | memoryview, unit_layer: int) -> bytes:
    """The nodes of the unit layer over consecutive units; the last may be the short one of a stream."""
    return nodes_over(leaf_hashes(run), unit_layer)


def span_hashes(
    fill: Callable[[int, memoryview], bool], start: int, stop: int, unit_layer: int, room: memoryview
) -> bytes:
    """The nodes of the unit layer over ``[start, stop)`` of what can be read again and again.

    :param fill: fills a part of ``room``, which is whole leaves, from an offset on; False: it ends before.
    :returns: none where it ends before ``stop``.
    """
    leaves = []
    while start < stop:
        part = room[: min(len(room), stop - start)]
        if not fill(start, part):
            return b""
        leaves.append(leaf_hashes(part))
        start += len(part)
    return nodes_over(b"".join(leaves), unit_layer)


def unit_hash(chunk: bytes | bytearray | memoryview, key: FileKey, number: int) -> bytes:
    """The node of the unit layer over unit ``number``, if ``chunk`` is its bytes.

    :returns: 32 bytes; none where ``chunk`` is not as long as the unit, which equals no hash.
    """
    start, stop = key.unit_span(number)
    if len(chunk) != stop - start:
        return b""
    return unit_hashes(chunk, key.unit_layer)


def width(key: FileKey, layer: int) -> int:
    """How many nodes a layer has; pads do not count."""
    return -(-key.leaves >> layer)
