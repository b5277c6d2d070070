"""When to halt a film that runs dry, and when to go on: a pure policy.

libvlc's own answer to an empty buffer is grey, torn pictures and a jump of two
seconds.  So it is paused *before* it starves, while its prefetch still holds bytes (a
blocked demuxer does not even hear a pause), and goes on when enough has come in.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["STARVED", "Gauge", "RebufferPolicy", "Supply", "film_left"]

#: A gap between chunks that is no cause for worry, in seconds.
HICCUP = 0.15
#: Pause when the decoder has less film than this left, in seconds: when the reader
#: waits for longer than a hiccup, and when it waits at all.
LOW = 1.5
VERY_LOW = 0.8
#: No new picture for so long, while the reader waits: it has run dry unforeseen.
STARVED = 0.4
#: Gather this much film before going on, in seconds; each halt asks for twice as much.
ENOUGH = 2.0
#: Never go on with less than this (three of libvlc's reads), nor wait for more (as much
#: as prefetch and feed hold together).
LEAST_BYTES = 196_608
MOST_BYTES = 3_500_000
#: Taken for the film's speed until it is known: 10 Mbit/s, in bytes a second.
USUAL_BYTE_RATE = 1_250_000.0


@dataclass(frozen=True)
class Supply:
    """What is known of the bytes on their way to the decoder, at one moment."""

    #: Seconds that the reader has been waiting for its next byte; None while it is not.
    blocked_for: float | None
    #: Bytes read but not yet decoded, and the most that can be.
    held: float
    room: int
    #: The next byte to be read, and the first from there on that has not arrived.
    position: int
    edge: int
    #: Bytes in all; None while unknown.
    length: int | None = None
    #: Bytes for one second of film; 0 while unknown.
    byte_rate: float = 0.0
    #: Seconds since the last new picture.
    still_for: float = 0.0
    #: Whether nothing more will come.
    over: bool = False


class RebufferPolicy:
    """Fed with one `Supply` after the other; `holding` says whether to halt."""

    def __init__(self) -> None:
        self.holding = False
        #: How much of what is waited for is there, 0 to 99; meaningful while holding.
        self.percent = 0
        self._mark = 0
        self._enough = ENOUGH

    def seek(self) -> None:
        """The film goes on elsewhere: whatever was gathered counts no more."""
        self.holding = False
        self._enough = ENOUGH

    def watch(self, supply: Supply) -> bool:
        """Take note of how things stand; returns `holding`."""
        if supply.over:
            self.holding = False
        elif self.holding:
            self._gather(supply)
        elif runs_dry(supply):
            self.holding, self.percent, self._mark = True, 0, supply.position
        return self.holding

    def _gather(self, supply: Supply) -> None:
        need = self._need(supply)
        got = supply.edge - self._mark
        if got >= need:
            self.holding = False
            self._enough *= 2
        else:
            self.percent = max(0, min(99, got * 100 // need))

    def _need(self, supply: Supply) -> int:
        need = int((supply.byte_rate or USUAL_BYTE_RATE) * self._enough)
        need = min(max(need, LEAST_BYTES), MOST_BYTES)
        return need if supply.length is None else min(need, supply.length - self._mark)


def runs_dry(supply: Supply) -> bool:
    """Whether the decoder is about to have nothing to decode."""
    if supply.blocked_for is None:
        return False
    left = film_left(supply)
    if supply.blocked_for > HICCUP:
        return left < LOW or supply.still_for > STARVED
    return left < VERY_LOW


def film_left(supply: Supply) -> float:
    """Seconds of film that the decoder can still play without another byte."""
    rate = supply.byte_rate or USUAL_BYTE_RATE
    # What was played since the reader blocked is gone, whatever ``held`` believes.
    return min(supply.held / rate, supply.room / rate - (supply.blocked_for or 0.0))


class Gauge:
    """How many bytes libvlc's prefetch holds: read, but not yet decoded.

    Nobody can ask it.  What was read less what was decoded would be the answer, but
    for headers and framing, which are read and never decoded: so the difference is
    counted from the last moment at which the answer was known.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._base = 0
        self._last = -1

    def empty(self, taken: int, decoded: int) -> None:
        """It holds nothing now: a new place, or it has run dry."""
        self._base, self._last = taken - decoded, -1

    def read(self, taken: int, decoded: int, reading: bool) -> int:
        """What it holds now.

        :param reading: whether it asks for more; one that does not for two looks, and
            has not been given anything in between, is full.
        """
        if not reading and taken == self._last:
            self._base = taken - decoded - self._room
        self._last = -1 if reading else taken
        held = taken - decoded - self._base
        if held > self._room:
            self._base += held - self._room
        return max(0, min(self._room, held))
