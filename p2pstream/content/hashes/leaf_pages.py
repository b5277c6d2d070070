"""Hashes below the unit layer, which nobody keeps: computed from the bytes when asked for.

A leaf is 16 KiB, a unit four leaves, so at most two layers lie below that of the units.
"""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.content.hashes.hash_nodes import leaf_hashes, parents
from p2pstream.content.keys import FileKey
from p2pstream.content.units import HASH_BYTES

__all__ = ["PageOf", "leaf_page", "page_units"]

#: Nodes and uncles of a page at or above the unit layer: ``(layer, first, count, uncles)``.
PageOf = Callable[[int, int, int, int], tuple[bytes, bytes]]


def page_units(key: FileKey, layer: int, first: int, count: int) -> tuple[int, int]:
    """The units ``[first, stop)`` whose bytes make the nodes of a page below the unit layer."""
    shift = key.unit_layer - layer
    return first >> shift, min(-(-(first + count) >> shift), key.units)


def leaf_page(
    key: FileKey, content: bytes, page_of: PageOf, layer: int, first: int, count: int, uncles: int
) -> tuple[bytes, bytes]:
    """Nodes and uncles, as `IStream.hashes`, of a valid page below the unit layer.

    :param content: the bytes of its `page_units`.
    :param page_of: gives the rest of the uncles; raises `errors.Unproven`.
    """
    unit_layer, unit = key.unit_layer, page_units(key, layer, first, count)[0]
    levels = _levels(content, unit_layer, -(-count >> (unit_layer - layer)))
    start = first - (unit << (unit_layer - layer))
    stop = min(start + count, -(-key.leaves >> layer) - first + start)
    nodes = levels[layer][start * HASH_BYTES : stop * HASH_BYTES]
    below = max(0, min(uncles, unit_layer - layer - (count.bit_length() - 1)))
    inner = b""
    index, level = start // count, layer + count.bit_length() - 1
    for _ in range(below):
        inner += levels[level][(index ^ 1) * HASH_BYTES : ((index ^ 1) + 1) * HASH_BYTES]
        index, level = index // 2, level + 1
    width = max(1, count >> (unit_layer - layer))
    outer = page_of(unit_layer, unit, width, uncles - below)[1] if uncles > below else b""
    return nodes, inner + outer


def _levels(content: bytes, height: int, units: int) -> list[bytes]:
    """The layers of whole units from the leaves up, as long as if all bytes were there."""
    leaves = leaf_hashes(content)
    levels = [leaves + bytes((units << height) * HASH_BYTES - len(leaves))]
    for layer in range(height):
        levels.append(parents(levels[-1], layer))
    return levels
