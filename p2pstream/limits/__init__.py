"""The one table of every bound: lengths, counts, times, each with its unit and reason.

A `Limits` is a value.  Everything that has a bound is handed one, so a test can set
a bound low (`dataclasses.replace`) and stand on both sides of it.  What the form of a
name, a key or a message is bounded by is the same for everybody: those read `LIMITS`.

Start at `row`, how a bound is declared; each part is a module, by what it bounds.
"""

from dataclasses import dataclass, fields
from typing import Any

from p2pstream.limits.central import CentralLimits
from p2pstream.limits.dlna import DlnaLimits
from p2pstream.limits.fetching import FetchLimits
from p2pstream.limits.films import FilmLimits
from p2pstream.limits.live import LiveLimits
from p2pstream.limits.playing import PlayLimits
from p2pstream.limits.running import RunLimits
from p2pstream.limits.sharing import ShareLimits
from p2pstream.limits.storing import StoreLimits
from p2pstream.limits.web import ViewLimits
from p2pstream.limits.wires import WireLimits

__all__ = ["LIMITS", "Limits"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Limits(
    CentralLimits,
    ShareLimits,
    FetchLimits,
    LiveLimits,
    PlayLimits,
    StoreLimits,
    RunLimits,
    ViewLimits,
    WireLimits,
    FilmLimits,
    DlnaLimits,
):
    """Every bound of one process; the defaults suit a central and a peer alike."""

    def __init__(self, **bounds: Any) -> None:
        # One that is made for hundreds of fields takes a tenth of the start of every program.
        rows = {row.name: row.default for row in fields(self)}
        if unknown := bounds.keys() - rows.keys():
            raise TypeError(f"there are no such bounds: {', '.join(sorted(unknown))}")
        self.__dict__.update(rows, **bounds)


LIMITS = Limits()
