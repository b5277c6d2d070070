"""What the readers of a download wait for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from p2pstream.content.units import UNIT
from p2pstream.content.views import Awaited, Need
from p2pstream.data.cursors import Cursor
from p2pstream.limits import LIMITS, Limits
from p2pstream.swarm.picker import Picker
from p2pstream.swarm.roster import Roster

__all__ = ["awaited"]


def awaited(
    picker: Picker,
    roster: Roster,
    cursors: Iterable[Cursor],
    refused: bool,
    flowing: bool,
    limits: Limits = LIMITS,
) -> Awaited | None:
    """What playback, or else the first of the readers, waits for; None for nothing.

    Who only copies reads all that comes as soon as it comes, and is said to wait only
    for the head, and when nothing comes.

    :param refused: whether the disk takes nothing more.
    :param flowing: whether anything came in the last seconds.
    """
    if picker.complete:
        return None
    if refused:
        return Awaited(Need.ROOM)
    if not roster.sources:
        return Awaited(Need.PEERS)
    cursor = first_reader(list(cursors))
    demand = picker.demand(cursor) if cursor is not None else None
    if cursor is None or demand is None:
        unit = picker.here.first_missing(0)
        return None if flowing else Awaited(Need.UNIT, unit, _asked(unit, picker, roster))
    # Where it wants to be: a seek that is not served yet counts.
    at = demand.wished // UNIT
    unit = picker.here.first_missing(at)
    here = max(0, unit * UNIT - demand.wished) / demand.rate
    if here >= limits.enough_s or not picker.lacks(unit):
        return None
    need = Need.BUFFER
    if unit == at:
        need = Need.HEAD if unit < demand.fresh + limits.fresh_units else Need.UNIT
    if cursor.kind != "play" and (need is Need.BUFFER or (need is Need.UNIT and flowing)):
        return None
    return Awaited(need, unit, _asked(unit, picker, roster), here, limits.enough_s)


def first_reader(cursors: Sequence[Cursor]) -> Cursor | None:
    """The one that is on screen; where none is, the oldest."""
    playing = (cursor for cursor in cursors if cursor.kind == "play")
    return next(playing, cursors[0] if cursors else None)


def _asked(unit: int, picker: Picker, roster: Roster) -> tuple[str, ...]:
    return tuple(str(roster.address(holder)) for holder in picker.holders(unit))
