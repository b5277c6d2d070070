"""Whose turn it is to send: surplus round robin.  Pure.

Everybody who waits gets, in each round, as many bytes as its weight says.  Pieces have
any length and are accounted for once they went: whoever sent more than its part waits
for as many rounds as that takes (Shreedhar and Varghese, "Efficient fair queueing using
deficit round robin", SIGCOMM 1995; with the surplus carried instead of the deficit).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

__all__ = ["Rounds"]

Sender = TypeVar("Sender", bound=Hashable)


class Rounds(Generic[Sender]):
    """Those who wait, in the order of their turns.

    Nobody has more than half while others wait, whatever its weight.

    :param quantum: bytes of one turn of weight 1.
    """

    def __init__(self, quantum: int) -> None:
        self._quantum = quantum
        self._waiting: OrderedDict[Sender, int] = OrderedDict()
        #: Those of them who come before the others.
        self._first: OrderedDict[Sender, None] = OrderedDict()
        self._weights = 0
        #: Bytes of its parts that each has not sent yet; below zero, sent beyond them.
        self._left: dict[Sender, int] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, sender: Sender, weight: int, first: bool = False) -> None:
        """It has something to send; harmless when it waits already.

        :param first: it comes before those who wait, unless it has had its part, and behind those
            who came so before it: else the last to come is the first to go, and who came first waits
            for all of them.
        """
        before = self._waiting.get(sender, 0)
        self._waiting[sender] = weight
        self._weights += weight - before
        if first and weight > before and sender not in self._left:
            self._first[sender] = None
        elif self._left.get(sender, 0) > 0:
            # It has a part of its turn left.
            self._first[sender] = None
            self._first.move_to_end(sender, last=False)

    def next(self) -> Sender | None:
        """Whose turn it is, who does not wait any more; None: nobody waits."""
        while self._waiting:
            sender = next(iter(self._first or self._waiting))
            weight = self._waiting[sender]
            left = self._left.get(sender, 0)
            if left <= 0:
                left += min(weight, max(1, self._weights - weight)) * self._quantum
                self._left[sender] = left
            if left > 0:
                self.rest(sender)
                return sender
            self._first.pop(sender, None)
            self._waiting.move_to_end(sender)
        return None

    def spend(self, sender: Sender, count: int) -> None:
        """So many bytes of it went; nobody who waits for nothing is kept account of."""
        if self._waiting:
            self._left[sender] = self._left.get(sender, 0) - count
        else:
            self._left.clear()

    def rest(self, sender: Sender) -> None:
        """It has nothing to send after all."""
        self._weights -= self._waiting.pop(sender, 0)
        self._first.pop(sender, None)

    def leave(self, sender: Sender) -> None:
        """It is gone."""
        self.rest(sender)
        self._left.pop(sender, None)
