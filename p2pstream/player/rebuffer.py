"""When to halt a film that runs dry, and when to go on: a pure policy.

libvlc's own answer to an empty buffer is grey, torn pictures and a jump of two
seconds.  So it is paused *before* it starves, while its prefetch still holds bytes (a
blocked demuxer does not even hear a pause), and goes on when enough has come in.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RebufferPolicy", "Supply"]

#: A gap between chunks that is no cause for worry, in seconds.
HICCUP = 0.15
#: Pause when the decoder has less film than this left, in seconds.
LOW = 1.5
#: Gather this much film before going on, in seconds; a second halt asks for twice that.
ENOUGH = 2.0
#: Never go on with less than this, nor wait for more (as much as prefetch and feed hold).
LEAST_BYTES = 700_000
MOST_BYTES = 3_500_000
#: Taken for the film's speed until it is known: 10 Mbit/s, in bytes a second.
USUAL_BYTE_RATE = 1_250_000.0


@dataclass(frozen=True)
class Supply:
    """What is known of the bytes on their way to the decoder, at one moment."""

    #: Seconds that the reader has been waiting for its next byte; 0 while it is not.
    blocked_for: float
    #: Bytes read but not yet decoded.
    held: int
    #: The most that ``held`` can be.
    room: int
    #: The next byte to be read, and the first from there on that has not arrived.
    position: int
    edge: int
    #: Bytes in all; None while unknown.
    length: int | None = None
    #: Bytes for one second of film; 0 while unknown.
    byte_rate: float = 0.0


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
        if self.holding:
            self._gather(supply)
        elif supply.blocked_for > HICCUP and film_left(supply) < LOW:
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


def film_left(supply: Supply) -> float:
    """Seconds of film that the decoder can still play without another byte."""
    rate = supply.byte_rate or USUAL_BYTE_RATE
    # ``held`` counts headers that are long used up; the room less what was played
    # since the reader blocked is a bound that does not.
    return min(supply.held / rate, supply.room / rate - supply.blocked_for)
