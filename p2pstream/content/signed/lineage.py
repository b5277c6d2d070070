"""Which heads of a channel were accepted, and whether the channel contradicts itself.

Heads may come in any order, from anybody: only the edge, the newest of them, never goes
back.  Old heads are history and nobody's fault.  Two heads that were both signed and
cannot both be true are the channel's own doing, whoever brought them.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from enum import Enum, auto

from p2pstream.content.signed.heads import Head, seq_of
from p2pstream.errors import Equivocation
from p2pstream.limits import LIMITS, Limits

__all__ = ["Lineage", "Novelty"]


class Novelty(Enum):
    """What a head is to whoever had others before."""

    #: Newer than all that are known.
    EDGE = auto()
    #: Not known before, and older than the edge.
    PAST = auto()
    KNOWN = auto()
    #: Of an epoch that is over, or older than what is remembered.
    FORGOTTEN = auto()


class Lineage:
    """The heads of the newest epoch, as many as are remembered; their signatures were checked.

    :ivar edge: the newest head; None before the first.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._heads: dict[int, Head] = {}
        self._numbers: list[int] = []
        self.edge: Head | None = None

    @property
    def epoch(self) -> int | None:
        """The newest one; None before the first head."""
        return self.edge.epoch if self.edge is not None else None

    def get(self, seq: int) -> Head | None:
        """The head of that number of the newest epoch, if it is remembered."""
        return self._heads.get(seq)

    def like(self, raw: bytes) -> Head | None:
        """The head of the newest epoch that is these bytes, if it is remembered."""
        known = self._heads.get(seq_of(raw))
        return known if known is not None and known.raw == raw else None

    def over(self, leaf: int) -> Head | None:
        """The head whose slice has that leaf of the newest epoch, if it is remembered."""
        place = bisect_left(self._numbers, leaf + 1, key=lambda seq: self._heads[seq].first) - 1
        # Heartbeats begin where the slice after them does.
        while place >= 0:
            head = self._heads[self._numbers[place]]
            if head.count:
                return head if head.first <= leaf < head.stop else None
            place -= 1
        return None

    def newest(self, most: int) -> list[Head]:
        """So many of the newest heads that are remembered, in order."""
        return [self._heads[seq] for seq in self._numbers[-most:]]

    def first_from(self, leaf: int) -> Head | None:
        """The first head that is remembered whose slice begins at that leaf, or behind it."""
        place = bisect_left(self._numbers, leaf, key=lambda seq: self._heads[seq].first)
        return self._heads[self._numbers[place]] if place < len(self._numbers) else None

    def take(self, head: Head) -> Novelty:
        """One more head, signed by the channel.

        :raises Equivocation: it and one that was accepted cannot both be true.
        """
        if self.edge is None or head.epoch > self.edge.epoch:
            self._heads, self._numbers, self.edge = {head.seq: head}, [head.seq], head
            return Novelty.EDGE
        if head.epoch < self.edge.epoch:
            return Novelty.FORGOTTEN
        known = self._heads.get(head.seq)
        if known is not None:
            if known.digest != head.digest:
                raise _equivocation("two heads have one number", known, head)
            return Novelty.KNOWN
        self._check_beside(head)
        return self._remember(head)

    def _remember(self, head: Head) -> Novelty:
        full = len(self._numbers) >= self._limits.live_lineage_heads
        if full and head.seq < self._numbers[0]:
            return Novelty.FORGOTTEN
        if full:
            del self._heads[self._numbers.pop(0)]
        insort(self._numbers, head.seq)
        self._heads[head.seq] = head
        if self.edge is None or head.seq > self.edge.seq:
            self.edge = head
            return Novelty.EDGE
        return Novelty.PAST

    def _check_beside(self, head: Head) -> None:
        place = bisect_left(self._numbers, head.seq)
        if place:
            _check_pair(self._heads[self._numbers[place - 1]], head)
        if place < len(self._numbers):
            _check_pair(head, self._heads[self._numbers[place]])


def _check_pair(before: Head, after: Head) -> None:
    """Of two heads of one epoch, ascending, see whether both can be true.

    What holds for neighbours among those that are known holds for all.
    """
    if before.final is not None:
        raise _equivocation("something follows the end", before, after)
    if before.stop > after.first:
        raise _equivocation("two slices have a leaf in common", before, after)
    if before.seq + 1 < after.seq:
        return
    if after.first != before.stop:
        raise _equivocation("there are leaves between two slices", before, after)
    if after.prev != before.digest:
        raise _equivocation("a head follows another than the one before it", before, after)
    if after.captured_ms < before.captured_ms:
        raise _equivocation("time goes back", before, after)


def _equivocation(why: str, before: Head, after: Head) -> Equivocation:
    return Equivocation(
        f"whoever broadcasts contradicts itself, and cannot be believed any more: {why}"
        f" (heads {before.seq} and {after.seq} of epoch {before.epoch})",
        (before.raw, after.raw),
    )
