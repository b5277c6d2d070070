"""What the readers of a download wait for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from p2pstream.content.units import UNIT
from p2pstream.content.views import Awaited, Need
from p2pstream.data.cursors import Cursor
from p2pstream.limits import LIMITS, Limits
from p2pstream.swarm.picker import Picker
from p2pstream.swarm.roster import Roster

__all__ = ["awaited", "in_short"]


def awaited(
    picker: Picker, roster: Roster, cursors: Iterable[Cursor], refused: bool, limits: Limits = LIMITS
) -> Awaited | None:
    """What playback, or else the first of the readers, waits for; None for nothing.

    :param refused: whether the disk takes nothing more.
    """
    if picker.complete:
        return None
    if refused:
        return Awaited(Need.ROOM)
    if not roster.sources:
        return Awaited(Need.PEERS)
    cursor = first_reader(list(cursors))
    demand = picker.demand(cursor) if cursor is not None else None
    if demand is None:
        return None
    # Where it wants to be: a seek that is not served yet counts.
    unit = picker.here.first_missing(demand.wished // UNIT)
    here = max(0, unit * UNIT - demand.wished) / demand.rate
    if here >= limits.enough_s or not picker.lacks(unit):
        return None
    need = Need.BUFFER
    if unit == demand.wished // UNIT:
        need = Need.HEAD if unit < demand.fresh + limits.fresh_units else Need.UNIT
    names = tuple(str(roster.address(holder)) for holder in picker.holders(unit))
    return Awaited(need, unit, names, here, limits.enough_s)


def first_reader(cursors: Sequence[Cursor]) -> Cursor | None:
    """The one that is on screen; where none is, the oldest."""
    playing = (cursor for cursor in cursors if cursor.kind == "play")
    return next(playing, cursors[0] if cursors else None)


def in_short(picker: Picker, roster: Roster, cursors: Iterable[Cursor], refused: bool) -> str:
    """The same for whoever waits right now, as a noun."""
    if refused:
        return "room on the disk"
    if not roster.sources:
        return "a peer that has it"
    position = next((cursor.position for cursor in cursors), 0)
    unit = picker.here.first_missing(position // UNIT)
    names = [str(roster.address(holder)) for holder in picker.holders(unit)]
    return f"unit {unit} from {' and '.join(names) or 'somebody'}"
