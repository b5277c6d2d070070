"""Those on our own network come before all others: what they send costs nobody anything.  Pure."""

from __future__ import annotations

from collections.abc import Hashable

from p2pstream.swarm.picker.board import Board, Shelves
from p2pstream.swarm.picker.supplier import Shelf, Supplier

__all__ = ["spare"]


def spare(board: Board, source: Hashable, shelf: Shelf, local: Shelves, now: float) -> Shelf:
    """Of what a source has, which is not local: what no local one brings as well.

    All of it, where those who are local are silent, or too slow to do without the others:
    for who watches, than the film; for who only fetches, than that it would be quicker with
    this one, too.
    """
    able = [(each, board.suppliers[name]) for name, each in local.items()]
    able = [(each, supplier) for each, supplier in able if supplier.is_relied_on(each, now)]
    rate = sum(supplier.rate(now, board.usual) for _, supplier in able)
    if not able or rate < _needed(board, board.suppliers[source], now):
        return shelf
    has = shelf.has
    for each, _ in able:
        for start, stop in each.has:
            has = has.remove(start, stop)
    return shelf._replace(has=has)


def _needed(board: Board, other: Supplier, now: float) -> float:
    """How fast those must be that make one who is not local superfluous, in bytes a second."""
    zones = board.demands.zones()
    if zones and board.demands.watched:
        return board.limits.local_plenty * max(zone.demand.rate for zone in zones)
    return board.limits.local_worth * other.rate(now, board.usual)
