"""Heads of a broadcast, in any order: ``python fuzz/live_heads.py -max_total_time=10``.

The first byte says what the rest is: one head, or a script.  A script's bytes are numbers
of heads of one broadcast, each followed by one that says what is changed in it before it is
signed anew.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from p2pstream.content.hashes import slices
from p2pstream.content.signed import heads, lineage
from p2pstream.content.signed.heads import Head
from p2pstream.content.signed.lineage import Lineage, Novelty
from p2pstream.content.signing import Identity
from p2pstream.content.units import ZERO_HASH
from p2pstream.errors import BadHead, Equivocation

CHANNEL = Identity(b"c" * 32)
FIELDS = ("epoch", "seq", "first", "captured_ms", "duration_ms")


@cache
def broadcast() -> list[Head]:
    """Some heads that follow each other."""
    made, prev, first = [], ZERO_HASH, 0
    for seq, count in enumerate((2, 1, 0, 5, 256, 3, 0, 8)):
        roots = b"r" * 32 * len(slices.subtrees(first, count))
        head = Head(1, seq, first, count, 1_800_000_000_000 + seq * 100, 100, -1, prev, roots).signed(CHANNEL)
        made.append(head)
        prev, first = head.digest, head.stop
    return made


def one(received: bytes) -> None:
    """A head, which is written as it was read; or none."""
    try:
        head = Head.decode(received)
    except BadHead as fault:
        assert str(fault).isprintable() and len(str(fault)) < 500
        return
    assert replace(head, raw=b"").signed(CHANNEL).raw[:-64] == received[:-64]


def many(received: bytes) -> None:
    """Heads, most of them true: what is accepted never contradicts itself, and the edge never goes back."""
    known, edge = Lineage(), (-1, -1)
    accepted: dict[tuple[int, int], Head] = {}
    for number, change in zip(received[::2], received[1::2], strict=False):
        head = changed(broadcast()[number % 8], change)
        if head is None:
            continue
        try:
            novelty = known.take(head)
        except Equivocation as fault:
            assert len(fault.evidence) == 2 and str(fault).isprintable()
            continue
        assert known.edge is not None and known.edge.place >= edge
        edge = known.edge.place
        assert accepted.setdefault(head.place, head) == head or novelty is Novelty.FORGOTTEN
        if novelty in (Novelty.EDGE, Novelty.PAST) and head.count:
            assert known.over(head.first) == head


def changed(head: Head, change: int) -> Head | None:
    """The head with a field a little off, signed; None where it would be none."""
    field, by = FIELDS[change % 5], change // 5 % 4
    if not by:
        return head
    try:
        return replace(head, **{field: getattr(head, field) + by}).signed(CHANNEL)
    except BadHead:
        return None


def target(received: bytes) -> None:
    """What the first byte says."""
    if received:
        (one, many)[received[0] % 2](received[1:])


if __name__ == "__main__":
    from running import run

    run(target, [heads, lineage, slices], "live_heads")
