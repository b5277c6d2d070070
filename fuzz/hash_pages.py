"""Pages of hashes, right and wrong: ``python fuzz/hash_pages.py -max_total_time=10``.

The first byte chooses a tree.  Each four bytes behind it choose a page of it; a count and
so many pairs of bytes follow, each a place in the page and what is changed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from p2pstream.content.hashes import hash_nodes, hash_pages, merkle
from p2pstream.content.units import LEAF, ZERO_HASH
from p2pstream.errors import BadProof

LEAVES = (1, 2, 4, 5, 8, 9, 20, 33, 73, 100, 257)
TREES = [
    merkle.Tree.of_leaves(count * LEAF, b"".join(sha256(b"%d" % leaf).digest() for leaf in range(count)))
    for count in LEAVES
]


def target(received: bytes) -> None:
    """Nothing gets in but the truth; who tells it is never blamed, nor taken for another."""
    script = iter(received)
    tree = TREES[next(script, 0) % len(TREES)]
    partial = merkle.PartialTree(tree.key)
    while (page := chosen(script)) is not None:
        layer, first = page[:2]
        if not hash_pages.valid_page(tree.key, *page):
            wrong(partial, page, bytes(script))
            break
        nodes, proof = tree.page(*page)
        changed = bytearray(nodes + proof)
        for place, change in changes(script):
            changed[place % len(changed)] ^= change
        honest = changed == nodes + proof
        try:
            taken = partial.add_page(layer, first, bytes(changed[: len(nodes)]), bytes(changed[len(nodes) :]))
        except BadProof:
            assert not honest, page
        else:
            assert honest or not taken, page
        check(partial, tree)
    while (need := partial.needs(0, tree.key.units)) is not None:
        assert partial.add_page(need[0], need[1], *tree.page(*need)), need
    check(partial, tree)


def chosen(script: Iterator[int]) -> tuple[int, int, int, int] | None:
    """A page, as the script says; None at its end."""
    head = [byte for byte, _ in zip(script, range(4), strict=False)]
    if len(head) < 4:
        return None
    return head[0] % 10, head[1], 1 << head[2] % 10, head[3] % 10


def changes(script: Iterator[int]) -> Iterator[tuple[int, int]]:
    """Places and what is changed there."""
    for _ in range(next(script, 0) % 4):
        yield next(script, 0), next(script, 0)


def wrong(partial: merkle.PartialTree, page: tuple[int, int, int, int], made_up: bytes) -> None:
    """Bytes at a place where the tree has no such page, or perhaps another."""
    middle = len(made_up) // 64 * 32
    try:
        assert not partial.add_page(page[0], page[1], made_up[:middle], made_up[middle:])
    except BadProof as fault:
        assert str(fault).isprintable()


def check(partial: merkle.PartialTree, tree: merkle.Tree) -> None:
    """Every node is unknown or true."""
    for layer, level in enumerate(partial.levels, tree.key.unit_layer):
        right = tree.layer(layer)
        for at in range(0, len(level), 32):
            assert level[at : at + 32] in (ZERO_HASH, right[at : at + 32])


if __name__ == "__main__":
    from running import run

    run(target, [hash_nodes, hash_pages, merkle], "hash_pages")
