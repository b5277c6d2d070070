"""What must be here in time: earliest deadline first, each unit of who brings it soonest.  Pure."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from p2pstream.content.units import UNIT
from p2pstream.swarm.picker.board import NOW, SOON, Board, Pick, Shelves
from p2pstream.swarm.picker.demands import Zone
from p2pstream.swarm.picker.supplier import Shelf, Supplier

__all__ = ["Urgent", "is_urgent"]


@dataclass
class Walk:
    """How far one reader's zone was gone through."""

    zone: Zone
    #: The first that is missing.
    earliest: int
    #: The next unit that is to be looked at.
    unit: int
    due: float


class Urgent:
    """One pass over the urgent zones of all readers.

    :param room: how many units more there is memory for.
    """

    def __init__(self, board: Board, shelves: Shelves, room: int, now: float) -> None:
        self._board = board
        self._now = now
        self._left = room
        #: How many units before a reader are asked for before all others.
        self._near = board.limits.urgent_units if board.demands.watched else 0
        self._every = shelves
        self._shelves = {source: shelf for source, shelf in shelves.items() if shelf.room > 0}
        #: Who may be asked for anything, as of `_ranked`, until somebody was.
        self._bids: dict[tuple[bool, bool, bool], list[tuple[float, Hashable]]] = {}

    def picks(self) -> list[tuple[Any, Pick]]:
        """Whom to ask for what, the most urgent first."""
        found: list[tuple[Any, Pick]] = []
        walks = [self._walk(zone) for zone in self._board.demands.zones()]
        while self._left > 0 and self._shelves:
            if any(map(self._awaits_first, walks)):
                self._keep_few()
            walk = min((walk for walk in walks if self._advance(walk)), key=_due, default=None)
            if walk is None:
                break
            source, stop = self._best(walk)
            if source is not None:
                found.append((source, self._ask(walk, source, stop)))
            walk.unit = stop
        return found

    def _walk(self, zone: Zone) -> Walk:
        return Walk(zone, self._board.tally.here.first_missing(zone.first), zone.first, self._now)

    def _awaits_first(self, walk: Walk) -> bool:
        """Whether a reader sought, and the unit that it sought is on its way.

        Who has just come asks whoever he meets: those who come together would all wait for the few
        who are quickest, of a crowd the source.
        """
        board = self._board
        is_first = walk.earliest == walk.zone.demand.fresh and board.has_come and board.demands.watched
        return is_first and not board.tally.is_free(walk.earliest)

    def _keep_few(self) -> None:
        """Ask no others if some are asked already: our own link may be what is narrow.

        Of sixteen who send a unit each all would be there at the same time.
        """
        suppliers = self._board.suppliers
        if sum(bool(each.asks.urgent) for each in suppliers.values()) >= self._board.limits.seek_sources:
            self._shelves = {
                source: shelf for source, shelf in self._shelves.items() if suppliers[source].asks.urgent
            }
            self._bids.clear()

    def _advance(self, walk: Walk) -> bool:
        """Go on to the next unit that is free; whether there is one."""
        unit = self._board.tally.next_free(walk.unit, walk.zone.urgent, self._board.wanted)
        if unit is None:
            walk.unit = walk.zone.urgent
            return False
        walk.unit = unit
        walk.due = walk.zone.demand.due(unit, self._now, self._board.demands.margin)
        return True

    def _best(self, walk: Walk) -> tuple[Hashable | None, int]:
        """Who is asked for the next unit, and up to which; nobody, and where to look next."""
        unit, limits, suppliers = walk.unit, self._board.limits, self._board.suppliers
        near, earliest, fresh = self._is_near(walk), unit == walk.earliest, walk.zone.demand.is_fresh(unit)
        bids = self._bids.get((near, earliest, fresh))
        if bids is None:
            bids = self._bids[near, earliest, fresh] = self._ranked(near, earliest, fresh)
        if not earliest and (not bids or bids[0][0] > limits.queue_s):
            return None, self._edge(walk)
        able = [
            (eta, source)
            for eta, source in bids
            if unit not in suppliers[source].asks and self._shelves[source].has.covers(unit, unit + 1)
        ]
        source = self._sparing(able, walk) or self._soonest(able, unit, earliest)
        if source is None and earliest:
            source = self._board.silent(self._shelves, unit, self._now)
        if source is None:
            return None, unit + 1
        another = next((other for other, name in able if name != source), None)
        return source, self._stop(walk, source, another)

    def _ranked(self, near: bool, earliest: bool, fresh: bool) -> list[tuple[float, Hashable]]:
        """Who may be asked for anything, and when a unit more would be here; the soonest first."""
        board, now, usual = self._board, self._now, self._board.usual
        bids = [
            (supplier.at_once(now, usual) if fresh else supplier.eta(1, now, usual, near), source)
            for source, shelf in self._shelves.items()
            if self._may(supplier := board.suppliers[source], shelf, earliest)
        ]
        return sorted(bids, key=_eta)

    def _may(self, supplier: Supplier, shelf: Shelf, earliest: bool) -> bool:
        # Better one who was late, or was not tried yet, than nobody.
        if earliest:
            return not self._is_quiet(supplier)
        return supplier.untried > 0 and supplier.reliable(shelf, self._now, self._board.usual_s)

    def _is_quiet(self, supplier: Supplier) -> bool:
        return supplier.is_quiet(self._now, self._board.usual_s)

    def _edge(self, walk: Walk) -> int:
        """Up to where the next units are as urgent as the first of them."""
        return walk.zone.first + self._near if self._is_near(walk) else walk.zone.urgent

    def _is_near(self, walk: Walk) -> bool:
        """Whether it overtakes all that was asked for before; else it waits behind it."""
        return walk.unit < walk.zone.first + self._near

    def _sparing(self, able: list[tuple[float, Hashable]], walk: Walk) -> Hashable | None:
        """Who brings it in time and costs least: the quickest on our network, or else with a part only.

        Who has all is kept for what only it has.
        """
        safe = [source for eta, source in able if self._is_safe(eta, walk)]
        parts = [source for source in safe if not self._shelves[source].whole]
        return next((source for source in safe if self._is_local(source)), parts[0] if parts else None)

    def _soonest(self, able: list[tuple[float, Hashable]], unit: int, earliest: bool) -> Hashable | None:
        """Who brings it soonest, but nobody who is slow while one is quick: it would wait for him alone."""
        limits = self._board.limits
        quick = self._quickest(unit) / 2 if able and able[-1][0] > limits.overdue_s else 0.0
        for eta, source in able:
            if eta <= limits.overdue_s or (eta <= limits.queue_s and self._rate(source) >= quick):
                return source
        return able[0][1] if able and earliest else None

    def _quickest(self, unit: int) -> float:
        """How quick the quickest is who has it, also if he may be asked for nothing now."""
        able = (source for source, shelf in self._every.items() if shelf.has.covers(unit, unit + 1))
        lively = (each for each in able if not self._is_quiet(self._board.suppliers[each]))
        return max(map(self._rate, lively), default=0.0)

    def _rate(self, source: Hashable) -> float:
        return self._board.suppliers[source].rate(self._now, self._board.usual)

    def _is_safe(self, eta: float, walk: Walk) -> bool:
        """Whether it comes in time, even if something holds it up."""
        return 1.5 * eta < walk.due - self._now

    def _is_local(self, source: Hashable) -> bool:
        return self._board.suppliers[source].is_relied_on(self._shelves[source], self._now)

    def _stop(self, walk: Walk, source: Hashable, another: float | None) -> int:
        """Up to where a source is asked at once: until another would be as quick."""
        board, now = self._board, self._now
        supplier, shelf = board.suppliers[source], self._shelves[source]
        most = min(shelf.room, max(1, supplier.untried), self._left, board.limits.ask_units)
        eta = supplier.eta(1, now, board.usual, self._is_near(walk))
        # Of who has a part all is asked that he brings: what he does not bring comes of who has all.
        hasty = shelf.whole and board.is_slow(supplier, now)
        longest = board.limits.overdue_s if hasty else board.limits.queue_s
        bytes_left = max(0.0, longest - eta) * supplier.rate(now, board.usual)
        if another is not None:
            ahead = max(0.0, another - eta) * supplier.rate(now, board.usual)
            bytes_left = min(bytes_left, board.limits.urgent_run_units * UNIT + ahead)
        most = min(most, 1 + int(bytes_left / UNIT))
        # A run is here when all of it is: what a reader waits for comes by itself.
        most = 1 if walk.unit == walk.zone.demand.fresh else most
        edge = min(walk.unit + most, self._edge(walk), walk.zone.urgent)
        stop = board.tally.free_until(walk.unit, edge, shelf.has)
        while supplier.asks.owes(walk.unit, stop):
            stop -= 1
        return stop

    def _ask(self, walk: Walk, source: Hashable, stop: int) -> Pick:
        board, unit = self._board, walk.unit
        near = self._is_near(walk)
        # A source sends first what is due first, and before all that what has no deadline: what
        # was asked for early would wait behind it for ever.
        in_time = max(walk.due - self._now, 0.0) + 4 * board.limits.queue_s
        within = None if walk.zone.demand.is_fresh(unit) else in_time
        count = stop - unit
        shelf = self._shelves[source]
        self._shelves[source] = shelf._replace(room=shelf.room - count)
        if shelf.room <= count:
            del self._shelves[source]
        self._left -= count
        self._bids.clear()
        return board.ask(source, unit, stop, NOW if near else SOON, self._now, within=within)


def is_urgent(board: Board) -> bool:
    """Whether something is free that must be here in time."""
    return any(
        board.tally.next_free(zone.first, zone.urgent, board.wanted) is not None
        for zone in board.demands.zones()
    )


def _due(walk: Walk) -> tuple[float, int]:
    # Of several readers who sought each has its first before one has its second.
    return walk.due, walk.unit - walk.zone.first


def _eta(able: tuple[float, Hashable]) -> float:
    return able[0]
