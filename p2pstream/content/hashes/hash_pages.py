"""Pages: some neighbouring nodes of a layer, and the uncles that lead from them to the root.

A page is ``(layer, first, count, uncles)``: the nodes ``[first, first + count)``, of which
only those that exist are sent, and the siblings of what stands over all of them, bottom
up, pads included.
"""

from __future__ import annotations

from p2pstream.content.hashes.hash_nodes import PADS, parents, width
from p2pstream.content.keys import FileKey
from p2pstream.content.units import HASH_BYTES
from p2pstream.errors import BadProof
from p2pstream.limits import LIMITS

__all__ = ["Climb", "Stretch", "top_layer", "valid_page"]

#: A layer, the place of a node in it, and the nodes from there on.
Stretch = tuple[int, int, bytes]


def valid_page(key: FileKey, layer: int, first: int, count: int, uncles: int) -> bool:
    """Whether the tree of ``key`` has such a page.

    ``count`` is a power of two, up to 512, and no wider than the layer with its pads;
    ``first`` is a multiple of it.
    """
    if not 0 <= layer <= key.height:
        return False
    if not 1 <= count <= min(LIMITS.page_hashes, 1 << key.height - layer) or count & count - 1:
        return False
    if first % count or not 0 <= first < width(key, layer):
        return False
    return 0 <= uncles <= key.height - top_layer(layer, count)


def top_layer(layer: int, count: int) -> int:
    """The layer of the one node that stands over a whole page."""
    return layer + count.bit_length() - 1


class Climb:
    """A page from the wire, hashed upward as far as its uncles lead.

    How wide it was asked for is not told, and at the end of a layer cannot be seen from its
    nodes.  It is the narrowest page of which every uncle beyond the end of its layer is a
    pad: wider ones begin higher, where such an uncle would be another pad, or none.

    :raises BadProof: the tree has no such page.
    """

    def __init__(self, key: FileKey, layer: int, first: int, nodes: bytes, uncles: bytes) -> None:
        self._key = key
        self._layer, self._first = layer, first
        self._uncles = [uncles[at : at + HASH_BYTES] for at in range(0, len(uncles), HASH_BYTES)]
        if len(nodes) % HASH_BYTES or len(uncles) % HASH_BYTES:
            raise BadProof(f"hashes of {len(nodes)} and {len(uncles)} bytes are not whole")
        self._top = top_layer(layer, self._count(len(nodes) // HASH_BYTES))
        #: What the page says of each layer, bottom up.
        self.stretches = self._hashed(nodes)

    @property
    def path(self) -> list[Stretch]:
        """The single nodes that stand over all of the page, bottom up."""
        found = []
        for layer, first, nodes in self.stretches[self._top - self._layer :]:
            place = self._place(layer)
            start = (place - first) * HASH_BYTES
            found.append((layer, place, nodes[start : start + HASH_BYTES]))
        return found

    def _count(self, existing: int) -> int:
        """How wide the page is, of which so many nodes exist."""
        count = 1 << max(existing - 1, 0).bit_length()
        while valid_page(self._key, self._layer, self._first, count, len(self._uncles)):
            if existing != min(count, width(self._key, self._layer) - self._first):
                break
            if self._pads_fit(count):
                return count
            count *= 2
        raise BadProof(
            f"{existing} hashes from {self._first} on of layer {self._layer},"
            f" with {len(self._uncles)} above, are no page of this tree"
        )

    def _pads_fit(self, count: int) -> bool:
        top = top_layer(self._layer, count)
        return all(
            uncle == PADS[layer] or self._sibling(layer) < width(self._key, layer)
            for layer, uncle in enumerate(self._uncles, top)
        )

    def _hashed(self, nodes: bytes) -> list[Stretch]:
        stretches = []
        first, uncles = self._first, iter(self._uncles)
        for layer in range(self._layer, self._key.height):
            if layer >= self._top:
                uncle = next(uncles, b"")
                if self._sibling(layer) < width(self._key, layer):
                    if not uncle:
                        stretches.append((layer, first, nodes))
                        return stretches
                    nodes = uncle + nodes if first & 1 else nodes + uncle
                    first &= ~1
            stretches.append((layer, first, nodes))
            first, nodes = first >> 1, parents(nodes, layer)
        stretches.append((self._key.height, first, nodes))
        return stretches

    def _place(self, layer: int) -> int:
        return self._first >> layer - self._layer

    def _sibling(self, layer: int) -> int:
        return self._place(layer) ^ 1
