"""Broadcasts for tests: slices that follow each other, signed by one channel."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.content.hashes.slices import Peaks, slice_roots
from p2pstream.content.keys import FileKey, LiveKey
from p2pstream.content.signed.heads import NO_RAP, Head
from p2pstream.content.signing import Identity
from p2pstream.content.units import LEAF, ZERO_HASH

CHANNEL, OTHER = Identity(b"c" * 32), Identity(b"o" * 32)
KEY = LiveKey(CHANNEL.id)
BEGAN = 1_800_000_000_000


class Signed:
    """One epoch of a broadcast.

    :ivar heads: all that were signed, in order.
    :ivar content: all bytes so far.
    """

    def __init__(self, epoch: int = 1, prev: bytes = ZERO_HASH, channel: Identity = CHANNEL) -> None:
        self.channel = channel
        self.epoch = epoch
        self.heads: list[Head] = []
        self.content = b""
        self.peaks = Peaks()
        self._prev = prev

    def slice(self, count: int = 2, rap: int = NO_RAP, short: int = 0, **changed: Any) -> Head:
        """The next head, over so many new leaves; ``changed`` fields are signed as they are said.

        :param short: how much of the last leaf is missing.
        """
        first, number = self.peaks.leaves, len(self.heads)
        new = pattern(first, count)[: count * LEAF - short]
        self.content += new
        roots = slice_roots(first, leaf_hashes(new))
        self.peaks.add(first, count, roots)
        prev = self.heads[-1].digest if self.heads else self._prev
        head = Head(self.epoch, number, first, count, BEGAN + number * 100, 100, rap, prev, roots)
        self.heads.append(replace(head, **changed).signed(self.channel))
        return self.heads[-1]

    def final(self, count: int = 1, short: int = 0) -> Head:
        """The last head."""
        ahead = self.peaks.copy()
        first = ahead.leaves
        leaves = leaf_hashes(pattern(first, count)[: count * LEAF - short])
        ahead.add(first, count, slice_roots(first, leaves))
        key = FileKey(ahead.root(), ahead.leaves * LEAF - short)
        return self.slice(count, short=short, final=key)


def pattern(first: int, count: int) -> bytes:
    """The bytes of some leaves."""
    return b"".join((sha256(b"%d" % leaf).digest() * (LEAF // 32)) for leaf in range(first, first + count))


def broadcast(slices: int, epoch: int = 1) -> list[Head]:
    """So many heads."""
    signed = Signed(epoch)
    for _ in range(slices):
        signed.slice()
    return signed.heads
