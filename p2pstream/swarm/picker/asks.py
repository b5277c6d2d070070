"""What one source was asked for and has not answered.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Ask", "Asks"]


@dataclass(slots=True)
class Ask:
    """One request; its units share it."""

    #: When it was made.
    since: float
    #: As on the wire: 0 is now.
    urgency: int
    #: When all of it was expected.
    expected: float
    #: Whether somebody else had been asked for the same, at the cost of `hedging.HedgeBudget`.
    copy: bool = False
    #: Whether some of it was taken back.
    cancelled: bool = False
    #: Whether it was held against the source that it was late.
    blamed: bool = False


class Asks:
    """The units that one source owes, those first that were asked for first."""

    __slots__ = ("_of", "_taken_back", "urgent")

    def __init__(self) -> None:
        self._of: dict[int, Ask] = {}
        #: Those of them that are of no use any more: they are refused, and nothing waits for them.
        self._taken_back: set[int] = set()
        #: How many of the others are wanted now.
        self.urgent = 0

    def __len__(self) -> int:
        return len(self._of)

    def __contains__(self, unit: int) -> bool:
        return unit in self._of

    def __iter__(self) -> Iterator[int]:
        return iter(list(self._of))

    def add(self, first: int, stop: int, ask: Ask) -> None:
        """Units of a new request; none of them may be owed already."""
        self._of.update(dict.fromkeys(range(first, stop), ask))
        if not ask.urgency:
            self.urgent += stop - first

    def answered(self, first: int, stop: int) -> list[Ask]:
        """These are owed no more; the request of each of them that was."""
        pop, asks = self._of.pop, []
        for unit in range(first, stop):
            ask = pop(unit, None)
            if ask is not None:
                asks.append(ask)
                self._settle(unit, ask)
        return asks

    def get(self, unit: int) -> Ask | None:
        """The request of which a unit is owed."""
        return self._of.get(unit)

    def cancel(self, first: int, stop: int) -> None:
        """These, which are owed, are taken back; they are owed until that is answered."""
        for unit in range(first, stop):
            ask = self._of[unit]
            ask.cancelled = True
            self._settle(unit, ask)
            self._taken_back.add(unit)

    @property
    def wanted(self) -> int:
        """How many units are owed that were not taken back."""
        return len(self._of) - len(self._taken_back)

    def urgent_before(self, unit: int) -> int:
        """How many are wanted now that come before a unit."""
        return sum(
            owed < unit and not ask.urgency and owed not in self._taken_back for owed, ask in self._of.items()
        )

    def _settle(self, unit: int, ask: Ask) -> None:
        if unit in self._taken_back:
            self._taken_back.remove(unit)
        else:
            self.urgent -= not ask.urgency

    def owes(self, first: int, stop: int) -> bool:
        """Whether one of these units is owed."""
        return not self._of.keys().isdisjoint(range(first, stop))

    @property
    def oldest(self) -> Ask | None:
        """The request that has waited for longest."""
        return next(iter(self._of.values()), None)

    def requests(self) -> list[Ask]:
        """Each request of which something is owed, once."""
        return list({id(ask): ask for ask in self._of.values()}.values())
