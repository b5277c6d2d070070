"""What units pass through: uplinks, which choose, and pipes, which do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from benchmarks.flows.events import Events
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.turns.portion import WEIGHTS
from p2pstream.transport.turns.rounds import Rounds

__all__ = ["Pipe", "Sending", "Uplink"]


class Pipe:
    """Carries units one after the other, in the order in which they come.

    :param rate: bytes a second.
    :ivar carried: how many units, in all.
    """

    def __init__(self, events: Events, rate: float) -> None:
        self._events = events
        self._each_s = UNIT / rate
        self._free_at = 0.0
        self.carried = 0

    def carry(self, call: Callable[..., Any], *args: Any) -> None:
        """One unit; ``call`` is called when all of it is through."""
        self.carried += 1
        self._free_at = max(self._free_at, self._events.now) + self._each_s
        self._events.at(self._free_at, call, *args)


class Sending(Protocol):
    """Units that one peer is to send another."""

    #: Whether whom it is sent to gives others nothing.
    rides: bool

    @property
    def rank(self) -> int:
        """How urgent the next unit is, from 1; 0: there is none."""

    def pull(self) -> int | None:
        """The next unit; None: there is none after all."""

    def leaves(self, unit: int) -> None:
        """All of it has left."""


class Uplink:
    """Sends one unit at a time; whose turn it is is what the real `Rounds` say.

    That is fair sharing in steps of a unit: nothing is idle while anybody waits.

    :param rate: bytes a second.
    :ivar sent: how many units, in all.
    """

    def __init__(self, events: Events, rate: float, limits: Limits = LIMITS) -> None:
        self._events = events
        self._each_s = UNIT / rate
        self._rounds: Rounds[Any] = Rounds(limits.uplink_quantum_bytes)
        self._giver = limits.uplink_giver
        self._busy = False
        self.sent = 0

    def wake(self, sending: Sending) -> None:
        """There is something to send; harmless when there is not."""
        self._join(sending)
        if not self._busy:
            self._next()

    def leave(self, sending: Sending) -> None:
        """Nothing of this is sent any more, but what is being sent."""
        self._rounds.leave(sending)

    def _next(self) -> None:
        self._busy = False
        while (sending := self._rounds.next()) is not None:
            unit = sending.pull()
            if unit is not None:
                self._busy = True
                self._events.after(self._each_s, self._sent, sending, unit)
                return

    def _sent(self, sending: Sending, unit: int) -> None:
        self.sent += 1
        self._rounds.spend(sending, UNIT)
        sending.leaves(unit)
        self._join(sending)
        self._next()

    def _join(self, sending: Sending) -> None:
        rank = sending.rank
        if rank:
            weight = WEIGHTS[rank] * (1 if sending.rides else self._giver)
            self._rounds.join(sending, weight, rank == 1)
