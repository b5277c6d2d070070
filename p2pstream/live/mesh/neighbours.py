"""What is known of those with whom leaves are exchanged.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nlargest
from itertools import islice

from p2pstream.content.ranges import Ranges

__all__ = ["EVERY", "SUBSTREAMS", "Neighbour", "bits", "newest"]

#: Into so many the leaves are dealt out, by their numbers.
SUBSTREAMS = 16
#: The mask of all.
EVERY = (1 << SUBSTREAMS) - 1
#: Of what was measured last, in what is known.
_FRESH = 0.25
_NEVER = -1e9


class Neighbour:
    """One of them.

    :param uplink: bits a second that it says it can send; 0: it gives nothing on.
    :param host: what it shares with others who are counted as one with it; empty: nobody is.
    :ivar have: the numbers of the leaves that it says it has.
    :ivar soon: those that are on their way to it.
    :ivar lag: by sub-stream, how long after its head a leaf is there, as seen from here; None: unknown.
    :ivar led: by sub-stream, when it last had a leaf before we did; what we gave it cannot be that.
    :ivar pushes: the sub-streams that it pushes to us; and `asked`, those that it was asked for.
    :ivar takes: those that we push to it.
    :ivar outstanding: the leaves that were asked of it.
    """

    __slots__ = (
        "asked", "asked_at", "busy_until", "have", "hears", "host", "informs", "lag", "led", "misses",
        "outstanding", "peer", "pushes", "refusals", "rtt", "shunned", "soon", "takes", "uplink",
    )  # fmt: skip

    def __init__(self, peer: int, uplink: float, rtt: float, host: str = "") -> None:
        self.peer = peer
        self.host = host
        self.uplink = uplink
        self.rtt = rtt
        self.have = Ranges()
        self.soon: set[int] = set()
        self.lag: list[float | None] = [None] * SUBSTREAMS
        self.led = [_NEVER] * SUBSTREAMS
        self.pushes = self.asked = self.takes = 0
        self.asked_at = 0.0
        #: Whether it wants to hear of heads and leaves, and whether it was asked to tell of its own.
        self.hears = self.informs = False
        #: Until when it is not asked for a sub-stream again.
        self.shunned = [0.0] * SUBSTREAMS
        self.outstanding: set[int] = set()
        #: Leaves that were asked of it and did not come, since the last that did.
        self.misses = 0
        #: How often it had no room, since it last sent what it was asked for.
        self.refusals = 0
        #: Until when it is asked for nothing, since it had no room.
        self.busy_until = 0.0

    def has(self, number: int) -> bool:
        """Whether it says that it has that leaf."""
        return number in self.have

    def expects(self, first: int, count: int, most: int) -> None:
        """Leaves are on their way to it; of more than ``most`` the newest count."""
        self.soon.update(range(max(first, first + count - most), first + count))
        if len(self.soon) > 2 * most:
            self.soon = set(nlargest(most, self.soon))

    def lags(self, substream: int, seconds: float) -> None:
        """A leaf was there so long after its head."""
        known = self.lag[substream]
        self.lag[substream] = seconds if known is None else known + _FRESH * (seconds - known)


def bits(mask: int) -> list[int]:
    """The sub-streams of a mask."""
    return [bit for bit in range(SUBSTREAMS) if mask >> bit & 1]


def newest(ranges: Sequence[tuple[int, int]], most: int) -> Iterable[int]:
    """So many leaves of these ranges, the last ones first, however many there are."""
    numbers = (
        number for first, count in reversed(ranges) for number in reversed(range(first, first + count))
    )
    return islice(numbers, most)
