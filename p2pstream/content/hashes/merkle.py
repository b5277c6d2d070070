"""Trees of hashes (BEP 52), as one array of bytes per layer: whole, or as far as proven.

Layer 0 is that of the leaves.  Layer 2, over 64 KiB each, is that of the units; a tree
that is lower has one unit, whose hash is its root.
"""

from __future__ import annotations

from collections.abc import Sequence
from mmap import ACCESS_COPY, mmap

from p2pstream.content.hashes.hash_nodes import PADS, parents, width
from p2pstream.content.hashes.hash_pages import Climb, top_layer, valid_page
from p2pstream.content.keys import FileKey, height
from p2pstream.content.units import HASH_BYTES, LEAF, ZERO_HASH
from p2pstream.errors import BadProof, Unproven
from p2pstream.limits import LIMITS

__all__ = ["Level", "PartialTree", "Tree"]

#: The nodes of one layer, which may be changed.
Level = bytearray | mmap

#: From here on memory comes from the system, which gives it when it is first written.
_LAZY_BYTES = 1 << 20
#: Nodes that are proven again together.
_STRETCH = 1024


class _Layers:
    """The layers of a tree from one of them up to the root."""

    def __init__(self, key: FileKey, lowest: int, levels: Sequence[bytes | Level]) -> None:
        self.key = key
        #: The lowest layer that is here.
        self.lowest = lowest
        self._levels = levels

    def layer(self, number: int) -> bytes:
        """All nodes of a layer that exist, 32 bytes each.

        :raises Unproven: that layer is not kept.
        """
        return self._nodes(number, 0, width(self.key, number))

    def page(self, layer: int, first: int, count: int, uncles: int) -> tuple[bytes, bytes]:
        """The nodes of a page that exist, and its uncles, pads included, bottom up.

        :raises ValueError: there is no such page (`valid_page`).
        :raises Unproven: not all of it is known here.
        """
        if not valid_page(self.key, layer, first, count, uncles):
            raise ValueError(f"the tree has no page {(layer, first, count, uncles)}")
        nodes = self._nodes(layer, first, min(count, width(self.key, layer) - first))
        # A node is never known without its uncles.
        if _first_zero(nodes, 0, len(nodes)) is not None:
            raise Unproven(f"not all hashes of the page {(layer, first, count, uncles)} are known here")
        top = top_layer(layer, count)
        return nodes, b"".join(self._node(at, first >> at - layer ^ 1) for at in range(top, top + uncles))

    def _nodes(self, layer: int, first: int, count: int) -> bytes:
        if not self.lowest <= layer <= self.key.height:
            raise Unproven(f"the hashes of layer {layer} are not kept here")
        level = self._levels[layer - self.lowest]
        return bytes(level[first * HASH_BYTES : (first + count) * HASH_BYTES])

    def _node(self, layer: int, place: int) -> bytes:
        if place >= width(self.key, layer):
            return PADS[layer]
        return self._nodes(layer, place, 1)


class Tree(_Layers):
    """A tree that is complete, from its leaves or from its unit layer up."""

    @classmethod
    def of_leaves(cls, length: int, leaves: bytes) -> Tree:
        """The tree over a file of ``length`` bytes with these leaves (`leaf_hashes`).

        Takes half a second for the 2^20 leaves of 16 GiB.
        """
        return cls._over(length, 0, leaves)

    @classmethod
    def of_units(cls, length: int, units: bytes) -> Tree:
        """The same, from the unit layer up; the layers below are not kept."""
        return cls._over(length, min(2, height(length)), units)

    @classmethod
    def _over(cls, length: int, lowest: int, nodes: bytes) -> Tree:
        expected = -(-length // (LEAF << lowest))
        if len(nodes) != expected * HASH_BYTES:
            raise ValueError(f"{len(nodes)} bytes are not the {expected} nodes of {length} bytes")
        levels = [nodes]
        for layer in range(lowest, height(length)):
            levels.append(parents(levels[-1], layer))
        return cls(FileKey(levels[-1] or ZERO_HASH, length), lowest, levels)

    @property
    def root(self) -> bytes:
        """The node over everything; 32 zero bytes for an empty file."""
        return self.key.root


class PartialTree(_Layers):
    """What is proven of a tree, from the root down to the unit layer.

    A node is known together with its sibling and everything above it, or not at all.
    """

    #: Its layers from that of the units up; 32 zero bytes are a node that is not known.
    levels: list[Level]

    def __init__(self, key: FileKey) -> None:
        layers = range(key.unit_layer, key.height + 1)
        self.levels = [_zeros(width(key, layer) * HASH_BYTES) for layer in layers]
        super().__init__(key, key.unit_layer, self.levels)
        self._put(key.height, 0, key.root[: len(self.levels[-1])])

    def unit_hash(self, number: int) -> bytes | None:
        """The hash of a unit; None while it is not proven.

        :raises IndexError: there is no such unit.
        """
        self.key.unit_span(number)
        return self._known(self.lowest, number)

    def unit_hashes(self, first: int, count: int) -> list[bytes | None]:
        """The hashes of consecutive units, at least one.

        :raises IndexError: one of them does not exist.
        """
        for number in (first, first + count - 1):
            self.key.unit_span(number)
        nodes = self._nodes(self.lowest, first, count)
        hashes = (nodes[at : at + HASH_BYTES] for at in range(0, len(nodes), HASH_BYTES))
        return [None if node == ZERO_HASH else node for node in hashes]

    def add_page(self, layer: int, first: int, nodes: bytes, uncles: bytes) -> bool:
        """Take all of a page, if it leads to a proven node and agrees with it; else nothing.

        Takes a quarter of a millisecond for 512 nodes.

        :returns: whether it was taken; False where it leads to no proven node, which is nobody's fault.
        :raises BadProof: it disagrees with a proven node, or is no page of this tree.
        """
        climb = Climb(self.key, layer, first, nodes, uncles)
        known = [(self._known(at, place), node) for at, place, node in climb.path]
        if any(proven not in (None, node) for proven, node in known):
            raise BadProof(f"the hashes from {first} on of layer {layer} are not those of {self.key}")
        if not any(proven for proven, _ in known):
            return False
        for stretch in climb.stretches:
            self._put(*stretch)
        return True

    def needs(
        self, first: int, count: int, most: int = LIMITS.first_page_hashes
    ) -> tuple[int, int, int, int] | None:
        """The page that proves the first of these units that is not proven; as `IStoredStream.needs`."""
        stop = min(first + count, self.key.units) * HASH_BYTES
        at = _first_zero(self.levels[0], first * HASH_BYTES, stop)
        if at is None:
            return None
        unit = at // HASH_BYTES
        wide = min(most, 1 << self.key.height - self.lowest)
        top = layer = top_layer(self.lowest, wide)
        while self._known(layer, unit >> layer - self.lowest) is None:
            layer += 1
        return self.lowest, unit - unit % wide, wide, layer - top

    def prove_again(self) -> None:
        """Forget whatever of `levels` does not fit the key, after they came from a disk.

        Takes 40 ms for the 2^16 units of 4 GiB: call it in a worker.
        """
        self._put(self.key.height, 0, self.key.root[: len(self.levels[-1])])
        for layer in range(self.key.height - 1, self.lowest - 1, -1):
            for first in range(0, width(self.key, layer), _STRETCH):
                self._prove_stretch(layer, first)

    def _prove_stretch(self, layer: int, first: int) -> None:
        nodes = self._nodes(layer, first, _STRETCH)
        # Memory that was never written is not to be looked at twice.
        if not nodes.strip(b"\0"):
            return
        above = self._nodes(layer + 1, first >> 1, _STRETCH >> 1)
        computed = parents(nodes, layer)
        if computed == above:
            return
        for at in range(0, len(above), HASH_BYTES):
            if computed[at : at + HASH_BYTES] != above[at : at + HASH_BYTES]:
                pair = nodes[2 * at : 2 * at + 2 * HASH_BYTES]
                self._put(layer, first + 2 * at // HASH_BYTES, bytes(len(pair)))

    def _known(self, layer: int, place: int) -> bytes | None:
        node = self._node(layer, place) if layer >= self.lowest else ZERO_HASH
        return None if node == ZERO_HASH else node

    def _put(self, layer: int, first: int, nodes: bytes) -> None:
        if layer >= self.lowest:
            start = first * HASH_BYTES
            self.levels[layer - self.lowest][start : start + len(nodes)] = nodes


def _first_zero(nodes: bytes | Level, start: int, stop: int) -> int | None:
    """Where the first node of 32 zero bytes is; None if all are known."""
    at = nodes.find(ZERO_HASH, start, stop)
    while at >= 0 and at % HASH_BYTES:
        at = nodes.find(ZERO_HASH, at + 1, stop)
    return at if at >= 0 else None


def _zeros(length: int) -> Level:
    # A stranger's word makes the length: what is never written must take no memory.
    return bytearray(length) if length < _LAZY_BYTES else mmap(-1, length, access=ACCESS_COPY)
