"""The one table of every bound: lengths, counts, times, each with its unit and reason.

A `Limits` is a value.  Everything that has a bound is handed one, so a test can set
a bound low (`dataclasses.replace`) and stand on both sides of it.  What the form of a
name, a key or a message is bounded by is the same for everybody: those read `LIMITS`.
"""

from dataclasses import dataclass

from p2pstream.limits.central import CentralLimits
from p2pstream.limits.fetching import FetchLimits
from p2pstream.limits.playing import PlayLimits
from p2pstream.limits.running import RunLimits
from p2pstream.limits.sharing import ShareLimits
from p2pstream.limits.storing import StoreLimits
from p2pstream.limits.wires import WireLimits

__all__ = ["LIMITS", "Limits"]


@dataclass(frozen=True)
class Limits(CentralLimits, ShareLimits, FetchLimits, PlayLimits, StoreLimits, RunLimits, WireLimits):
    """Every bound of one process; the defaults suit a central and a peer alike."""


LIMITS = Limits()
