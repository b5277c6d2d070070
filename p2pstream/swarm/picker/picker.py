"""What to ask of whom.  Pure: told what happens and when, it answers with units.

Three rules, each in a module of its own.  What a reader needs in time is asked for by
deadline, each unit of the source that brings it soonest (`urgent`).  Beside that each
source is asked for as much as it sends in a moment, of what it is best asked for
(`spread`).  What is late all the same, or the last that is missing, is asked for once
more elsewhere, within a budget (`copies`).  In the first two, who is on our own network
comes before all others (`local`).
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from p2pstream.content.ranges import Ranges
from p2pstream.limits import LIMITS, Limits
from p2pstream.swarm.picker.board import NOW, Board, Pick, Shelves
from p2pstream.swarm.picker.copies import Copies
from p2pstream.swarm.picker.demands import Demand
from p2pstream.swarm.picker.local import spare
from p2pstream.swarm.picker.measures import Measures
from p2pstream.swarm.picker.spread import Spread
from p2pstream.swarm.picker.supplier import Shelf, Supplier
from p2pstream.swarm.picker.urgent import Urgent, is_urgent

if TYPE_CHECKING:
    from random import Random

__all__ = ["Picker"]


class Picker:
    """Keeps count of the units of one stream.

    :param units: how many there are.
    :param here: those that need not be fetched.
    """

    def __init__(self, units: int, here: Ranges, random: Random, limits: Limits = LIMITS) -> None:
        self._board = board = Board(units, here, limits)
        self._measures = Measures(board)
        self._spread = Spread(board, random)

    @property
    def complete(self) -> bool:
        """Whether every unit is here."""
        return self._board.tally.complete

    @property
    def wanted(self) -> Ranges:
        """The units that there is room for; nobody is to be asked for others.  Set by whoever knows."""
        return self._board.wanted

    @wanted.setter
    def wanted(self, units: Ranges) -> None:
        self._board.wanted = units

    @property
    def outstanding(self) -> int:
        """How many units are asked for, a unit asked of two sources twice."""
        return self._board.outstanding

    @property
    def here(self) -> Ranges:
        """The units that are here; a value."""
        return self._board.tally.here

    @property
    def hurries(self) -> bool:
        """Whether something must be asked for in time: `hurry`."""
        return is_urgent(self._board)

    def is_here(self, first: int, count: int) -> bool:
        """Whether all of these units are here."""
        return self.here.covers(first, first + count)

    def lacks(self, unit: int) -> bool:
        """Whether there is such a unit, and it is not here."""
        return unit < self._board.tally.units and not self.is_here(unit, 1)

    # What happens.

    def join(self, source: Hashable, local: bool = False) -> None:
        """There is one more source; ``local``: what it sends costs nobody else anything."""
        demands = self._board.demands
        watched = bool(demands) and demands.watched
        self._board.suppliers[source] = Supplier(self._board.limits, local, watched)

    def leave(self, source: Hashable) -> None:
        """A source is gone; what was asked of it alone is free again."""
        supplier = self._board.suppliers.pop(source, None)
        if supplier is not None:
            self._board.outstanding -= len(supplier.asks)
            self._board.release(supplier.asks)

    def look(
        self,
        readers: Iterable[tuple[Hashable, int]],
        now: float,
        watched: bool = True,
        screens: Container[Hashable] = (),
    ) -> bool:
        """These are all readers, and the bytes where they are; whether one of them has sought.

        :param watched: whether anybody watches, who must not stand still.
        :param screens: those readers that are what is on screen; others may read ahead of them.
        """
        self._board.demands.watched = watched
        return self._board.demands.look(readers, self.here, now, screens)

    def settles(self) -> float | None:
        """When `look` is to be called again, as a seek waits for the next; None: whenever."""
        return self._board.demands.settles()

    def demand(self, reader: Hashable) -> Demand | None:
        """What a reader that was looked at needs."""
        return self._board.demands.get(reader)

    def tick(self, shelves: Shelves, now: float) -> None:
        """Time passes: to be called every `FetchLimits.picker_tick_s`."""
        self._measures.look(now)
        self._spread.look(shelves)

    def arrived(self, source: Hashable, first: int, count: int, now: float) -> float:
        """Units came, and are to be proven; when the first of them was asked for, or now, if it was not."""
        supplier, since = self._board.suppliers.get(source), now
        if supplier is not None:
            asks = supplier.arrived(first, first + count, now)
            self._board.outstanding -= len(asks)
            since = asks[0].since if asks else now
            if asks and asks[0].urgency == NOW:
                self._measures.arrived(asks[0], now)
        self._board.came(first, first + count, now)
        return since

    def proven(self, first: int, kept: Sequence[bool]) -> None:
        """Of units that came these are kept; the others are free again."""
        self._board.release(self._board.tally.proven(first, kept))
        self._board.budget.useful(sum(kept))

    def refused(self, source: Hashable, first: int, count: int, now: float) -> bool:
        """Units will not come from this source; whether that is because we did not want them any more."""
        board, supplier = self._board, self._board.suppliers.get(source)
        if supplier is None:
            return False
        unwanted = True
        for unit in range(first, first + count):
            known, kept = board.tally.is_known(unit), supplier.given_up.covers(unit, unit + 1)
            for ask in supplier.refused(unit, unit + 1, now):
                board.outstanding -= 1
                if not kept and (known or (ask.copy and ask.cancelled)):
                    board.budget.refund(1)
                unwanted = unwanted and (known or ask.cancelled)
        board.release(range(first, first + count))
        return unwanted

    def unasked(self, source: Hashable, first: int, count: int, now: float) -> None:
        """Units that were picked could not be asked for."""
        for ask in self._board.suppliers[source].refused(first, first + count, now):
            self._board.outstanding -= 1
            self._board.budget.refund(ask.copy)
        self._board.release(range(first, first + count))

    def unwanted(self, source: Hashable, first: int, count: int, now: float) -> None:
        """Units begin to come that are here: what they cost is not paid back."""
        supplier = self._board.suppliers.get(source)
        if supplier is not None:
            self._board.outstanding -= len(supplier.refused(first, first + count, now))

    def evicted(self, first: int, count: int) -> None:
        """Units that were here are not any more."""
        self._board.tally.lost(first, first + count)
        self._board.release(range(first, first + count))

    # What is to be done.

    def hurry(self, shelves: Shelves, room: int, now: float) -> list[tuple[Any, Pick]]:
        """Whom to ask for what readers need in time.

        :param room: how many units more there is memory for.
        """
        return Urgent(self._board, shelves, min(room, self._board.opening), now).picks()

    def hedge(self, shelves: Shelves, room: int, now: float) -> list[tuple[Any, Pick]]:
        """Whom to ask, too, for what readers are about to wait for.

        :param room: how many units more there is memory for.
        """
        return Copies(self._board, shelves, room, now).late() if self._board.demands else []

    def spare(self, source: Hashable, shelf: Shelf, local: Shelves, now: float) -> Shelf:
        """What a source that is not local is to be asked for by `pick`: what no local one brings as well."""
        return spare(self._board, source, shelf, local, now)

    def pick(self, source: Hashable, shelf: Shelf, room: int, now: float) -> Pick | None:
        """What to ask one source for next, beside what is urgent; None when nothing now.

        :param room: how many units more there is memory for.
        """
        found = self._spread.pick(source, shelf, min(room, self._board.opening), now)
        if found is None and self._board.nothing_is_free:
            return Copies(self._board, {source: shelf}, room, now).last(source)
        return found

    def strays(self) -> list[tuple[Any, int, int]]:
        """After a seek: source, first and number of what it owes and no reader needs soon."""
        zones, found = self._board.demands.zones(), list[tuple[Any, int, int]]()
        if not zones:
            return found
        for source, supplier in self._board.suppliers.items():
            far = Ranges(
                (unit, unit + 1)
                for unit in sorted(supplier.asks)
                if not any(zone.first <= unit < zone.window for zone in zones)
            )
            for start, stop in far:
                supplier.asks.cancel(start, stop)
                found.append((source, start, stop - start))
        return found

    # What is known.

    def holders(self, first: int, count: int = 1) -> list[Any]:
        """Who was asked for one of these units and has not answered."""
        return self._board.holders(first, count)

    def owed(self, source: Hashable) -> int:
        """How many units a source owes."""
        return len(self._board.suppliers[source].asks) if source in self._board.suppliers else 0

    def owes(self, source: Hashable, now: float) -> float:
        """For how many seconds a source has owed the unit that was asked of it first; 0 when it owes none."""
        return self._board.suppliers[source].owes(now)

    def rate(self, source: Hashable, now: float) -> float:
        """Bytes a second that may be relied on of a source."""
        return self._board.suppliers[source].rate(now, self._board.usual)
