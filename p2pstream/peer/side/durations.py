"""How long a film is, read from its file where nothing else opens it."""

from __future__ import annotations

from p2pstream.content.durations import duration_of
from p2pstream.data.gathered import Gathered
from p2pstream.interfaces import IData
from p2pstream.limits import LIMITS, Limits

__all__ = ["read_duration"]


async def read_duration(data: IData, limits: Limits = LIMITS) -> int:
    """Milliseconds; 0: its container does not say, or not within `Limits.duration_reads`.

    :param data: whose length is known; stays open.
    :raises P2PStreamError: as `IData.read_to`.
    """
    asking = duration_of(data.length or 0, limits)
    start, stop = next(asking)
    for _ in range(limits.duration_reads):
        part = Gathered()
        await data.read_to(part, start, stop)
        try:
            start, stop = asking.send(part.content)
        except StopIteration as end:
            duration_ms: int = end.value
            return duration_ms
    return 0
