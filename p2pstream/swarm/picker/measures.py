"""How the sources do, compared with each other, now and then.  Pure."""

from __future__ import annotations

from math import sqrt
from statistics import median

from p2pstream.content.ranges import Ranges
from p2pstream.swarm.picker.asks import Ask
from p2pstream.swarm.picker.board import NOW, Board
from p2pstream.swarm.picker.supplier import Supplier

__all__ = ["Measures"]


class Measures:
    """Sets what is expected of sources, and says who does less.

    What most of them do at the same time is nobody's fault: then it is the way to them, or
    ourselves.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._looked: float | None = None
        #: Mean of the seconds that an urgent unit takes, and its mean square.
        self._taken: tuple[float, float] | None = None

    def arrived(self, ask: Ask, now: float) -> None:
        """A unit of this request came."""
        if ask.urgency == NOW:
            taken = now - ask.since
            mean, square = self._taken or (taken, taken * taken)
            mean, square = mean + (taken - mean) / 8, square + (taken * taken - square) / 8
            self._taken = mean, square
            self._board.usual_s = mean + sqrt(max(0.0, square - mean * mean)) / 2

    def look(self, now: float) -> None:
        """To be called all the time; whoever is asleep for longer is to blame himself."""
        board, limits = self._board, self._board.limits
        if self._looked is not None and now - self._looked >= limits.lag_s:
            for supplier in board.suppliers.values():
                supplier.forgive(now - self._looked)
        self._looked = now
        suppliers = list(board.suppliers.values())
        self._expect(suppliers, now)
        self._blame(suppliers, now)
        self._give_up(suppliers, now)

    def _expect(self, suppliers: list[Supplier], now: float) -> None:
        board, limits = self._board, self._board.limits
        reaches = [reach for supplier in suppliers if (reach := supplier.reach(now))]
        rates = [
            each.rate(now, board.usual)
            for each in suppliers
            if each.reach(now) and not each.is_quiet(now, board.usual_s)
        ]
        board.usual = median(rates) if rates else limits.source_rate
        board.quickest = max(rates, default=0.0)
        # Several that together could send more than there is memory for share it.
        many, together = len(suppliers) > 1, sum(reaches)
        share = min(1.0, limits.ask_bytes / together) if many and together else 1.0
        for supplier in suppliers:
            supplier.share = share
        delays = sorted(supplier.delay for supplier in suppliers) or [0.0]
        trips = 2 * delays[(len(delays) - 1) * 9 // 10]
        board.demands.margin = limits.reader_margin_s + min(trips, limits.reader_margin_most_s)
        mean, square = self._taken or (0.0, 0.0)
        spread = sqrt(max(0.0, square - mean * mean))
        board.demands.horizon = min(max(limits.urgent_s, 1.5 * mean + 4 * spread), limits.urgent_most_s)

    def _blame(self, suppliers: list[Supplier], now: float) -> None:
        limits, late = self._board.limits, list[Supplier]()
        for supplier in suppliers:
            for ask in supplier.asks.requests():
                patience = max(limits.late_s, 4 * (ask.expected - ask.since))
                if ask.urgency == NOW and not ask.blamed and now - ask.since >= patience:
                    ask.blamed = True
                    supplier.conduct.missed = now
                    late.append(supplier)
        lately = sum(now - each.conduct.missed < limits.misses_s for each in suppliers)
        asked = sum(each.is_busy(now, limits.misses_s) for each in suppliers)
        if 2 * lately <= asked:
            for supplier in late:
                supplier.conduct.miss(now)

    def _give_up(self, suppliers: list[Supplier], now: float) -> None:
        """Have asked of others, too, what those keep who are quiet: that costs no copy."""
        quiet = [supplier for supplier in suppliers if supplier.is_quiet(now, self._board.usual_s)]
        # Where most are quiet it may be our own link; who never sent anything does not speak for that.
        witnesses = [supplier for supplier in suppliers if supplier.has_sent] or suppliers
        busy = sum(supplier.is_busy(now, self._board.limits.unreliable_s) for supplier in witnesses)
        common = 2 * sum(supplier in quiet for supplier in witnesses) > busy
        for supplier in quiet:
            if common and supplier.quiet(now) < self._board.limits.copy_s:
                continue
            kept = [unit for unit in supplier.asks if not supplier.given_up.covers(unit, unit + 1)]
            if kept:
                supplier.given_up = Ranges((unit, unit + 1) for unit in sorted(supplier.asks))
                self._board.release(kept)
