"""One who is sent something, over however many connections.  Pure."""

from __future__ import annotations

from math import inf
from typing import Generic, TypeVar

from p2pstream.transport.turns.tokens import Regular, Tokens

__all__ = ["WEIGHTS", "Portion"]

Connection = TypeVar("Connection")

#: By rank: urgent, wanted soon, whenever; of one who gives nothing.
WEIGHTS = {1: 4, 2: 2, 3: 1}


class Portion(Generic[Connection]):
    """Those of its connections that wait for a turn, which is one for all of them.

    Of what it calls urgent only so much counts as that as a viewer may need: who calls
    everything urgent gets no more of a limit than others.

    Who takes what it gives nobody has a smaller part: what is sent to one who gives reaches many.

    :param urgent: bytes a second, and after a pause.
    :param giver: how many times as large the part of one is who gives.
    :ivar members: how many connections it has.
    :ivar rides: whether it gives nothing.
    """

    def __init__(self, urgent: Regular, giver: int, now: float) -> None:
        self.members = 0
        self.rides = False
        self._giver = giver
        self._urgent = Tokens(urgent, now)
        self._barred = -inf
        self._waiting: dict[Connection, int] = {}

    @property
    def waits(self) -> bool:
        """Whether any of its connections does."""
        return bool(self._waiting)

    def may_hurry(self, now: float) -> bool:
        """Whether what it calls urgent counts as that now."""
        return self._urgent.left(now) > 0 and now >= self._barred

    def bar(self, until: float) -> None:
        """Nothing counts as urgent until then."""
        self._barred = until

    def join(self, connection: Connection, rank: int, now: float) -> None:
        """It waits; its place among the others is that from when it began to."""
        self._waiting[connection] = 2 if rank == 1 and not self.may_hurry(now) else rank

    @property
    def weight(self) -> int:
        """How large its part is: that of the most urgent of its connections that wait."""
        return WEIGHTS[self._best] * (1 if self.rides else self._giver)

    @property
    def is_urgent(self) -> bool:
        """Whether it comes before others."""
        return self._best == 1

    def next(self) -> Connection:
        """The most urgent one that waits, of several the first; it does not wait any more."""
        connection = next(each for each, rank in self._waiting.items() if rank == self._best)
        del self._waiting[connection]
        return connection

    def pay(self, count: int, now: float) -> None:
        """So much was sent to it as urgent, or not to others because of it."""
        self._urgent.pay(count, now)

    def leave(self, connection: Connection) -> None:
        """It waits no more."""
        self._waiting.pop(connection, None)

    @property
    def _best(self) -> int:
        return min(self._waiting.values())
