"""What is asked of several at once: of use where it is late, or where nothing else is left.  Pure."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from p2pstream.swarm.picker.board import NOW, Board, Pick, Shelves
from p2pstream.swarm.picker.demands import Zone
from p2pstream.swarm.picker.supplier import Shelf, Supplier

__all__ = ["Copies"]

#: Another is asked only if he brings it in so much of the time that it would take otherwise.
_QUICKER = 0.6


class Copies:
    """One pass over what is on its way, within the budget.

    :param room: how many units more there is memory for.
    """

    def __init__(self, board: Board, shelves: Shelves, room: int, now: float) -> None:
        self._board = board
        self._now = now
        self._shelves = dict(shelves)
        self._room = min(board.budget.room(now), room)

    def late(self) -> list[tuple[Any, Pick]]:
        """Whom to ask as well for what readers are about to wait for."""
        found: list[tuple[Any, Pick]] = []
        for zone in self._board.demands.zones():
            unit, stop = zone.first, zone.urgent
            for _ in range(self._board.limits.hedge_units):
                unit = self._board.tally.here.first_missing(unit)
                if unit >= stop or self._room <= 0:
                    break
                source = self._another(zone, unit)
                if source is not None:
                    found.append((source, self._ask(source, unit, unit + 1)))
                unit += 1
        return found

    def last(self, source: Hashable) -> Pick | None:
        """What an idle source is asked for when nothing is free: what comes last otherwise."""
        supplier, shelf = self._board.suppliers[source], self._shelves[source]
        most = min(self._room, shelf.room, self._board.limits.overdue_units)
        if most <= 0 or len(supplier.asks):
            return None
        within = supplier.eta(1, self._now, self._board.usual, False)
        for other in sorted(self._board.suppliers.values(), key=self._remains, reverse=True):
            if within >= _QUICKER * self._remains(other):
                break
            kept = [unit for unit in other.asks if self._may_copy(unit, shelf)]
            if kept:
                stop = first = kept[-1] + 1
                while stop - first < most and first - 1 in kept:
                    first -= 1
                return self._ask(source, first, stop)
        return None

    def _remains(self, supplier: Supplier) -> float:
        """In how many seconds the last of what a source owes is here."""
        return supplier.eta(0, self._now, self._board.usual, False) if len(supplier.asks) else 0.0

    def _may_copy(self, unit: int, shelf: Shelf) -> bool:
        known, has = self._board.tally.is_known(unit), shelf.has.covers(unit, unit + 1)
        return has and not known and 0 < len(self._board.owing(unit)) < self._board.limits.copies

    def _another(self, zone: Zone, unit: int) -> Hashable | None:
        """Who is to be asked, too, for a unit that a reader needs."""
        board, now = self._board, self._now
        keepers = board.owing(unit)
        if not keepers or board.tally.is_known(unit):
            return None
        remains = self._patience(zone, unit, keepers)
        if remains is None:
            return None
        fresh = unit == zone.demand.fresh
        able = [
            (supplier.at_once(now, board.usual, unit) if fresh else supplier.eta(1, now, board.usual), source)
            for source, shelf in self._shelves.items()
            if unit not in (supplier := board.suppliers[source]).asks
            and shelf.has.covers(unit, unit + 1)
            and supplier.reliable(shelf, now, board.usual_s)
        ]
        eta, source = min(able, key=lambda each: each[0], default=(0.0, None))
        if source is None and fresh:
            source = board.silent(self._shelves, unit, now)
            return source if source is not None and board.suppliers[source].has_sent else None
        return source if eta < remains else None

    def _patience(self, zone: Zone, unit: int, keepers: list[Supplier]) -> float | None:
        """How soon another must bring it to be worth asking; None: nobody else is to be asked yet."""
        board, limits, now = self._board, self._board.limits, self._now
        asks = [ask for each in keepers if (ask := each.asks.get(unit)) is not None]
        if unit == zone.demand.fresh and len(keepers) == 1:
            return limits.urgent_s
        # Before anything came it may be our own link that is slow.
        waits = limits.overdue_s if board.has_come else limits.copy_s
        patience = max(3 * max(each.delay for each in keepers), waits)
        if not all(each.is_stuck(now, patience) for each in keepers):
            patience = max(patience, board.usual_s)
        newest = now - max(ask.since for ask in asks)
        oldest = now - min(ask.since for ask in asks)
        if len(keepers) >= min(limits.copies, 1 + int(oldest / patience)) or newest < patience / 2:
            return None
        if newest >= patience and all(each.is_stuck(now, patience / 2) for each in keepers):
            return limits.urgent_s
        remains = min(each.remains(unit, now, board.usual) for each in keepers)
        if min(each.rate(now, board.usual) for each in keepers) > board.usual / 2:
            # Where all are late it is the way to us, and each copy delays all the rest.
            return None
        due = zone.demand.due(unit, now, board.demands.margin) - now
        return _QUICKER * remains if due < limits.urgent_s and remains > due else None

    def _ask(self, source: Hashable, first: int, stop: int) -> Pick:
        shelf = self._shelves[source]
        self._shelves[source] = shelf._replace(room=shelf.room - (stop - first))
        self._room -= stop - first
        return self._board.ask(source, first, stop, NOW, self._now, copy=True)
