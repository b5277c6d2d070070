"""What each source is asked for beside what is urgent: so that all who fetch can feed each other.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

from p2pstream.content.ranges import Range, Ranges
from p2pstream.content.units import UNIT
from p2pstream.swarm.picker.board import LATER, SOON, Board, Pick, Shelves
from p2pstream.swarm.picker.demands import Zone
from p2pstream.swarm.picker.supplier import Shelf, Supplier

if TYPE_CHECKING:
    from random import Random

__all__ = ["Spread"]

#: Units to look at, and how urgent they are.
Span = tuple[Range, int]

#: The first unit to ask for, where its span ends, and how urgent it is.
Found = tuple[int, int, int]

#: How often we go on from another place.
_ELSEWHERE = 0.25


class Spread:
    """Fills the pipe of one source after the other.

    Who has all is asked for what nobody else has, each time on from a place of our own: then
    those who began together are sent different parts, and get the others from each other.
    Who has a part is asked for what it alone has, each from a place that chance chooses, so that
    others need not wait for it, and for what comes first.  Where all have all, what comes first does.
    """

    def __init__(self, board: Board, random: Random) -> None:
        self._board = board
        self._random = random
        #: Whether there is anybody who fetches as we do; not known before the first look.
        self._company: bool | None = None
        #: What no such one has, and what just one of them has.
        self._nobodys, self._ones = Ranges([(0, board.tally.units)]), Ranges()
        #: What nobody has nor is being given, by one who has all and says what he gives to others.
        self._left: tuple[Ranges, Ranges, Ranges] = self._nobodys, Ranges(), self._nobodys

    def look(self, shelves: Shelves) -> None:
        """These have what they have now."""
        units = self._board.tally.units
        parts = [shelf.has for shelf in shelves.values() if not shelf.whole]
        self._company = bool(parts) or any(shelf.elsewhere for shelf in shelves.values())
        if parts:
            self._nobodys, self._ones = _rare(parts, units)

    def pick(self, source: Hashable, shelf: Shelf, room: int, now: float) -> Pick | None:
        """What to ask a source for next; None when nothing now.

        :param room: how many units more there is memory for.
        """
        board, supplier = self._board, self._board.suppliers[source]
        most = self._most(supplier, shelf, min(shelf.room, room), now)
        if most <= 0 or board.tally.exhausted or board.is_pressed(now) or self._rests(supplier, shelf, now):
            return None
        if shelf.elsewhere:
            self._company = True
        has, freed = shelf.has, board.tally.freed
        if supplier.barren[0] is has and supplier.barren[1] == freed:
            return None
        for start, stop in supplier.given_up:
            has = has.remove(start, stop)
        spans, rare = list(self._spans(supplier, most, now)), self._unheld(shelf)
        found = (
            self._of_whole(supplier, has, spans, rare)
            if shelf.whole
            else self._of_part(self._ones.common(has), has, spans)
        )
        if found is None:
            if not board.demands:
                # All of it was looked through: that is not to be done again whenever anything happens.
                supplier.barren = has, freed
            return None
        first, stop, urgency = found
        if shelf.whole and self._is_hasty(supplier, first, most, now):
            most = self._brief(supplier, most, now)
        stop = board.tally.free_until(first, min(first + most, stop, self._rare_until(first, rare)), has)
        supplier.region = stop
        return board.ask(source, first, stop, urgency, now, within=self._within(first, now))

    @property
    def _together(self) -> bool:
        """Whether somebody fetches as we do; before that is known it is presumed of who only copies.

        All who begin together would ask for what comes first: of three hundred, for half a minute.
        """
        return not self._watched if self._company is None else self._company

    @property
    def _watched(self) -> bool:
        demands = self._board.demands
        return bool(demands) and demands.watched

    def _within(self, unit: int, now: float) -> float | None:
        """As `Pick.within`: a source would send after all that is urgent what becomes so on its way."""
        board = self._board
        if not board.demands.watched:
            return None
        dues = [
            zone.demand.due(unit, now, board.demands.margin)
            for zone in board.demands.zones()
            if zone.first <= unit < zone.window
        ]
        return min(dues) - now + 4 * board.limits.queue_s if dues else None

    def _most(self, supplier: Supplier, shelf: Shelf, room: int, now: float) -> int:
        limits, owed = self._board.limits, len(supplier.asks)
        # A seek must find room, whatever is on its way.
        kept = limits.reserve_units if self._board.demands and owed + room > 2 * limits.reserve_units else 0
        depth = supplier.depth(now, self._together and shelf.whole)
        if self._is_awaited(supplier, now):
            depth = self._brief(supplier, depth, now)
        most = min(room - kept, depth - owed, limits.ask_units)
        # Better more at a time, a little later: each request costs, and each run that answers it.
        return 0 if owed and most < min(limits.ask_again_units, depth // 3) else most

    def _rests(self, supplier: Supplier, shelf: Shelf, now: float) -> bool:
        """Whether it is left to others for a while: it has a part and is slow, and we have enough.

        One unit each of sixteen who ask ahead makes what is urgent wait for sixteen, too.
        """
        board = self._board
        held = board.held if board.demands.watched and not shelf.whole else None
        return held is not None and held >= board.limits.urgent_s and supplier.rests(now, board.usual)

    def _is_awaited(self, supplier: Supplier, now: float) -> bool:
        """Whether what it owes may be needed soon: it is slow, and nobody knows how fast is watched."""
        demands = self._board.demands
        known = all(zone.demand.is_known for zone in demands.zones())
        return demands.watched and not known and self._board.is_slow(supplier, now)

    def _is_hasty(self, supplier: Supplier, unit: int, most: int, now: float) -> bool:
        """Whether a unit is needed before this one, who is slow and idle, would bring so many."""
        zones = self._board.demands.zones() if self._watched else ()
        units = self._lasts(supplier, most, now) / UNIT
        return any(zone.first <= unit < zone.first + units * zone.demand.rate for zone in zones)

    def _brief(self, supplier: Supplier, most: int, now: float) -> int:
        """How many a source brings before a reader has waited for too long, of so many; one at least."""
        seconds = self._board.limits.overdue_s - supplier.delay
        return min(most, max(1, int(seconds * supplier.rate(now, self._board.usual) / UNIT)))

    def _spans(self, supplier: Supplier, most: int, now: float) -> Iterator[Span]:
        """Where to look, in this order, and how urgent that is; for so many units at most."""
        board, zones = self._board, self._board.demands.zones()
        units = board.tally.units
        if not zones:
            yield (0, units), SOON
            return
        lasts = self._lasts(supplier, most, now)
        for zone in sorted(zones, key=lambda zone: zone.first):
            # What a reader needs before this source would bring it is asked of others.
            begin = zone.first + ceil(min(lasts * zone.demand.rate / UNIT, zone.window - zone.first))
            yield (begin, zone.window), SOON
        yield (max(zone.window for zone in zones), units), LATER
        yield (0, min(zone.first for zone in zones)), LATER
        if not len(supplier.asks):
            yield from (((zone.first, zone.window), SOON) for zone in zones)

    def _shared(self, spans: list[Span]) -> list[Span]:
        """Where one who has all is asked for what others have as well."""
        if not (self._together and self._watched):
            return spans
        soon = self._board.limits.shared_s
        return [
            ((zone.first, min(zone.window, zone.first + ceil(soon * zone.demand.rate / UNIT))), SOON)
            for zone in self._board.demands.zones()
        ]

    def _lasts(self, supplier: Supplier, most: int, now: float) -> float:
        """What is due within so many seconds is asked of others: of who is slow they would wait for it."""
        board, limits = self._board, self._board.limits
        if not board.is_slow(supplier, now):
            return 0.0
        eta = supplier.eta(1, now, board.usual, False)
        long = supplier.eta(most, now, board.usual, False)
        soon = limits.urgent_s + board.demands.margin
        return long + soon if board.demands.watched and long > limits.overdue_s else eta

    def _unheld(self, shelf: Shelf) -> Ranges:
        """What nobody else has, nor is being given."""
        nobodys, elsewhere = self._nobodys, shelf.elsewhere
        if not elsewhere or not self._together:
            return nobodys
        if self._left[0] is not nobodys or self._left[1] is not elsewhere:
            self._left = nobodys, elsewhere, nobodys.without(elsewhere)
        return self._left[2]

    def _of_whole(self, supplier: Supplier, has: Ranges, spans: list[Span], rare: Ranges) -> Found | None:
        """What one who has all is asked for."""
        own = partial(self._own, supplier, rare)
        return self._rarest(own, has, self._new(spans)) or _earliest(self._board, has, self._shared(spans))

    def _of_part(self, alone: Ranges, has: Ranges, spans: list[Span]) -> Found | None:
        """What one who has a part is asked for; who watches needs all that comes first before the rest.

        :param alone: of what it has what just one had a moment ago, who may have been another.
        """
        choose = partial(self._anywhere, alone)
        tries = [[span] for span in spans] if self._watched else [spans]
        found = (self._rarest(choose, has, some) or _earliest(self._board, has, some) for some in tries)
        return next(filter(None, found), None)

    def _rarest(
        self, choose: Callable[[int, int], int | None], has: Ranges, spans: list[Span]
    ) -> Found | None:
        """What others have not."""
        for (start, stop), urgency in spans if self._together else ():
            first = choose(start, stop) if start < stop else None
            if first is not None and has.covers(first, first + 1):
                return first, stop, urgency
        return None

    def _new(self, spans: list[Span]) -> list[Span]:
        """Where one who has all is asked for what nobody has.

        Who watches and holds little asks for nothing that is needed much later: others would be
        given it then in the place of what they need first.
        """
        if not self._watched or all(map(self._is_ahead, self._board.demands.zones())):
            return spans
        most = self._board.limits.new_s
        return [((start, self._near(start, stop, most)), how) for (start, stop), how in spans if how == SOON]

    def _is_ahead(self, zone: Zone) -> bool:
        """Whether a reader holds so much that it may be asked for what it needs much later."""
        held = self._board.tally.here.first_missing(zone.first) - zone.first
        return held * UNIT >= self._board.limits.rare_s * zone.demand.rate

    def _near(self, start: int, stop: int, seconds: float) -> int:
        """Up to where of these units is chosen by who has them: so far ahead of who watches."""
        if not self._watched:
            return stop
        rate = max(zone.demand.rate for zone in self._board.demands.zones())
        return min(stop, start + ceil(seconds * rate / UNIT))

    def _own(self, supplier: Supplier, rare: Ranges, start: int, stop: int) -> int | None:
        """The next unit that nobody has, from our own place on."""
        tally, place = self._board.tally, supplier.region
        # Another may have the same place: nobody goes on from one for long.
        elsewhere = self._random.random() < _ELSEWHERE
        if elsewhere or place is None or not start <= place < stop or not tally.is_free(place):
            place = self._somewhere(start, stop, rare)
        first = tally.next_free(place, stop, rare)
        return tally.next_free(start, place, rare) if first is None else first

    def _anywhere(self, alone: Ranges, start: int, stop: int) -> int | None:
        """One of these units, not too far ahead of who watches: others ask for another."""
        stop = self._near(start, stop, self._board.limits.rare_s)
        tally, place = self._board.tally, self._somewhere(start, stop, alone)
        first = tally.next_free(place, stop, alone)
        return tally.next_free(start, place, alone) if first is None else first

    def _somewhere(self, start: int, stop: int, rare: Ranges) -> int:
        """A place where something is that nobody has, each as likely as the others."""
        there = rare.common(Ranges([(start, stop)]))
        place = self._random.randrange(max(1, there.total))
        return there.nth(place) if there else start

    def _rare_until(self, first: int, rare: Ranges) -> int:
        """Where a run that begins with what nobody has ends."""
        stop = rare.first_missing(first) if self._together else first
        return stop if stop > first else self._board.tally.units


def _earliest(board: Board, has: Ranges, spans: list[Span]) -> Found | None:
    """What comes first: where it begins, where its span ends, and how urgent that is."""
    for (start, stop), urgency in spans:
        first = board.tally.next_free(start, stop, has) if start < stop else None
        if first is not None:
            return first, stop, urgency
    return None


def _rare(parts: list[Ranges], units: int) -> tuple[Ranges, Ranges]:
    """What of all units none of these has, and what just one of them has."""
    # Each edge is one number, as they are sorted by the thousand: its place, and whether it begins.
    edges = [2 * start + 1 for part in parts for start, _ in part]
    edges += [2 * stop for part in parts for _, stop in part]
    none, one = list[Range](), list[Range]()
    before, having = 0, 0
    for edge in sorted(edges):
        place = edge >> 1
        if place > before and having < 2:
            (one if having else none).append((before, place))
        before, having = place, having + (1 if edge & 1 else -1)
    return Ranges([*none, (before, units)]), Ranges(one)
