"""Where the leaves of one epoch after another lie for readers.  Pure.

A reader knows bytes from 0 on, and nothing of epochs: where one ends the next goes on.
"""

from __future__ import annotations

from bisect import bisect_right

from p2pstream.content.units import LEAF

__all__ = ["Timeline"]


class Timeline:
    """Epochs in order, each with the position at which its first leaf begins."""

    def __init__(self) -> None:
        self._epochs: list[int] = []
        self._bases: list[int] = []
        #: Where all that is signed ends.
        self.edge = 0

    @property
    def epoch(self) -> int | None:
        """The newest one; None before the first."""
        return self._epochs[-1] if self._epochs else None

    def begin(self, epoch: int) -> None:
        """A newer epoch follows what was signed so far."""
        self._epochs.append(epoch)
        self._bases.append(self.edge)

    def grow(self, epoch: int, length: int) -> None:
        """So many bytes of the newest epoch are signed; fewer than before change nothing."""
        if epoch == self.epoch:
            self.edge = max(self.edge, self._bases[-1] + length)

    def position(self, epoch: int, leaf: int) -> int | None:
        """Where a leaf begins; None for an epoch that is not known."""
        try:
            return self._bases[self._epochs.index(epoch)] + leaf * LEAF
        except ValueError:
            return None

    def place(self, position: int) -> tuple[int, int, int]:
        """What lies at a position: epoch, leaf, and the byte of the leaf."""
        at = bisect_right(self._bases, position) - 1
        # Of epochs without a byte the last begins there.
        within = position - self._bases[at]
        return self._epochs[at], within // LEAF, within % LEAF

    def stop(self, position: int) -> int:
        """Where the leaf ends that lies at a position, or the epoch, if that is before."""
        at = bisect_right(self._bases, position) - 1
        end = self._bases[at] + ((position - self._bases[at]) // LEAF + 1) * LEAF
        return min(end, self._bases[at + 1]) if at + 1 < len(self._bases) else end

    def forget(self, position: int) -> list[int]:
        """Nothing before it is asked for any more; the epochs that were all before it."""
        gone = max(bisect_right(self._bases, position) - 1, 0)
        over, self._epochs, self._bases = self._epochs[:gone], self._epochs[gone:], self._bases[gone:]
        return over
