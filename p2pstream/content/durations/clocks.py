"""The length of a film in an MPEG transport stream: from its first clock to its last (ISO/IEC 13818-1)."""

from __future__ import annotations

from collections.abc import Iterator

from p2pstream.content.durations.asking import Asking
from p2pstream.content.mpegts import PACKET, Packets
from p2pstream.content.mpegts.access import TICKS, WRAP, clock_of
from p2pstream.content.mpegts.packets import pid_at
from p2pstream.limits import Limits

__all__ = ["clocks_duration"]


def clocks_duration(length: int, limits: Limits) -> Asking[int]:
    """Milliseconds; 0: there are no two clocks of one program."""
    # A clock stands every 100 ms at least (2.7.2).
    looked = min(length, limits.duration_bytes)
    head = yield 0, looked
    tail = yield length - looked, length
    first = next(_clocks(head), None)
    if first is None:
        return 0
    last = None
    for program, clock in _clocks(tail):
        if program == first[0]:
            last = clock
    ticks = 0 if last is None else (last - first[1]) % WRAP
    # What is put together of several parts may end with a clock before its first.
    return ticks * 1000 // TICKS if ticks < WRAP // 2 else 0


def _clocks(raw: bytes) -> Iterator[tuple[int, int]]:
    """Each clock, and the number of the packets that carry it."""
    whole = Packets().feed(raw)
    for at in range(0, len(whole), PACKET):
        packet = whole[at : at + PACKET]
        clock = clock_of(packet)
        if clock is not None:
            yield pid_at(packet, 1), clock
