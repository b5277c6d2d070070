"""What all rules of the picker look at: units, sources, readers, and the price of copies.  Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS, Limits
from p2pstream.swarm.picker.demands import Demands
from p2pstream.swarm.picker.hedging import HedgeBudget
from p2pstream.swarm.picker.supplier import Shelf, Supplier
from p2pstream.swarm.picker.tally import Tally
from p2pstream.swarm.rates import Rate

__all__ = ["LATER", "NOW", "SOON", "Board", "Pick", "Shelves"]

#: How urgent a request is, as on the wire.
NOW, SOON, LATER = 0, 2, 3


@dataclass(frozen=True, slots=True)
class Pick:
    """Consecutive units to ask one source for."""

    first: int
    count: int
    urgency: int
    #: In how many seconds they are of no use from this source any more; None: they always are.
    within: float | None = None


#: What each source has, and has room for.
Shelves = Mapping[Any, Shelf]


class Board:
    """How things stand, and the few moves that there are."""

    def __init__(self, units: int, here: Ranges, limits: Limits = LIMITS) -> None:
        #: The units that there is room for.
        self.wanted = Ranges([(0, units)])
        self.limits = limits
        self.tally = Tally(units, here)
        self.demands = Demands(units, limits)
        self.budget = HedgeBudget(limits)
        self.suppliers: dict[Hashable, Supplier] = {}
        #: How many units all sources together may owe: as many again for each that came.
        self._opening: int = limits.ask_opening_units
        #: What is expected of a source that has sent nothing yet, in bytes a second.
        self.usual: float = limits.source_rate
        #: The most that any source sends, of what may be relied on; 0: not known yet.
        self.quickest = 0.0
        #: In how many seconds most of what is urgent comes.
        self.usual_s = 0.0
        #: How many units are asked for, a unit asked of two sources twice.
        self.outstanding = 0
        #: What comes in, of all together.
        self.flow = Rate(limits.flow_s)

    @property
    def held(self) -> float | None:
        """For how many seconds what is here lasts for whoever watches, at least; None: nobody does."""
        here, screens = self.tally.here, self.demands.screens
        lasts = ((here.first_missing(each.unit) * UNIT - each.position) / each.rate for each in screens)
        return min(lasts, default=None)

    def is_pressed(self, now: float) -> bool:
        """Whether what is asked for already takes too long to come for whoever watches.

        Then our own link may be what is narrow: whatever else is asked for delays what is next.
        """
        held = self.held
        if held is None or not self.outstanding:
            return False
        flow = self.flow.at(now)
        most = held / self.limits.pressed * flow
        if not flow or self.outstanding * UNIT <= most:
            return False
        # What is kept by who is silent is not on its way.
        coming = sum(
            len(each.asks) for each in self.suppliers.values() if not each.is_quiet(now, self.usual_s)
        )
        return coming * UNIT > most

    @property
    def opening(self) -> int:
        """How many units more may be asked for before some have come.

        Nobody knows at first how narrow our own link is: asked of all at once, what is wanted
        now would come at the end of what is wanted later.
        """
        return self._opening - self.outstanding

    @property
    def has_come(self) -> bool:
        """Whether any unit ever came."""
        return self._opening > self.limits.ask_opening_units

    def is_slow(self, supplier: Supplier, now: float) -> bool:
        """Whether another is more than twice as quick."""
        return 2 * supplier.rate(now, self.usual) < self.quickest

    def silent(self, shelves: Shelves, unit: int, now: float) -> Hashable | None:
        """Who has a unit and sends nothing: for what is waited for better he than nobody.

        What he owes may be needed late, and wait there for all that is urgent to others: this would not.
        """
        able = [
            ((not supplier.has_sent, supplier.at_once(now, self.usual)), source)
            for source, shelf in shelves.items()
            if shelf.room > 0
            and shelf.has.covers(unit, unit + 1)
            and unit not in (supplier := self.suppliers[source]).asks
            and supplier.is_quiet(now, self.usual_s)
        ]
        return min(able, key=itemgetter(0), default=(None, None))[1]

    def came(self, first: int, stop: int, now: float) -> None:
        """Units came, and are to be proven."""
        self.flow.add((stop - first) * UNIT, now)
        self._opening += stop - first
        self.tally.came(first, stop)

    @property
    def nothing_is_free(self) -> bool:
        """Whether all that is wanted is here or on its way."""
        return self.tally.next_free(0, self.tally.units, self.wanted) is None

    def holders(self, first: int, count: int = 1) -> list[Any]:
        """Who was asked for one of these units and has not answered."""
        stop = first + count
        return [source for source, each in self.suppliers.items() if each.asks.owes(first, stop)]

    def ask(
        self,
        source: Hashable,
        first: int,
        stop: int,
        urgency: int,
        now: float,
        copy: bool = False,
        within: float | None = None,
    ) -> Pick:
        """A source is asked for these, which it does not owe."""
        self.suppliers[source].ask(first, stop, urgency, now, self.usual, copy)
        self.outstanding += stop - first
        self.tally.take(first, stop)
        if copy:
            self.budget.spend(stop - first)
        return Pick(first, stop - first, urgency, within)

    def release(self, units: Iterable[int]) -> None:
        """What nobody else was asked for, or only those who keep it for ever, may be asked for."""
        for unit in units:
            if not self.owing(unit):
                self.tally.free(unit)

    def owing(self, unit: int) -> list[Supplier]:
        """Who was asked for a unit, those aside who keep it for ever."""
        return [
            each
            for each in self.suppliers.values()
            if unit in each.asks and not each.given_up.covers(unit, unit + 1)
        ]
