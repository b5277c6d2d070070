"""When to halt a film that runs dry, and when to go on: a policy.  Pure.

libvlc's own answer to an empty buffer is grey, torn pictures and a jump of two
seconds.  So it is paused *before* it starves, while its prefetch still holds bytes (a
blocked demuxer does not even hear a pause), and goes on when enough has come in.
"""

from __future__ import annotations

from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = ["STARVED", "NeverHalted", "Provisions", "RebufferPolicy", "film_left"]

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
#: Taken for the film's speed until it is known: 10 Mbit/s, in bytes a second.
USUAL_BYTE_RATE = 1_250_000.0


@value
class Provisions:
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
    #: Whether all that may be held is held, of data of which nobody knows how much has arrived.
    full: bool = False


class RebufferPolicy:
    """Fed with one `Provisions` after the other; `holding` says whether to halt."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.holding = False
        #: How much of what is waited for is there, 0 to 99; meaningful while holding.
        self.percent = 0
        #: The same in seconds of film: gathered so far, and that will do.
        self.gathered_s, self.enough_s = 0.0, ENOUGH
        self._mark = 0
        self._enough = ENOUGH
        self._least, self._most = limits.rebuffer_least_bytes, limits.rebuffer_most_bytes

    def seek(self) -> None:
        """The film goes on elsewhere: whatever was gathered counts no more."""
        self.holding = False
        self._enough = ENOUGH

    def watch(self, provisions: Provisions) -> bool:
        """Take note of how things stand; returns `holding`."""
        if provisions.over:
            self.holding = False
        elif self.holding:
            self._gather(provisions)
        elif runs_dry(provisions):
            self.holding, self.percent, self._mark = True, 0, provisions.position
            self.gathered_s, self.enough_s = 0.0, self._enough
        return self.holding

    def _gather(self, provisions: Provisions) -> None:
        need = self._need(provisions)
        got = provisions.edge - self._mark
        # The mark was set with some left in the prefetch, so a fast film may never get that far.
        if got >= need or provisions.full:
            self.holding = False
            self._enough *= 2
        else:
            self.percent = max(0, min(99, got * 100 // need))
            rate = provisions.byte_rate or USUAL_BYTE_RATE
            self.gathered_s, self.enough_s = max(0, got) / rate, need / rate

    def _need(self, provisions: Provisions) -> int:
        wanted = (provisions.byte_rate or USUAL_BYTE_RATE) * self._enough
        # Bounded before it is made whole: after a thousand halts it is infinite.
        need = int(min(max(wanted, self._least), self._most))
        return need if provisions.length is None else min(need, provisions.length - self._mark)


class NeverHalted(RebufferPolicy):
    """Of a broadcast nothing is gathered: who halts falls behind.

    Libvlc stands up to that as long as nothing but bytes is missing: it goes on with the
    next whole picture.
    """

    def watch(self, provisions: Provisions) -> bool:
        """See `RebufferPolicy`."""
        return False


def runs_dry(provisions: Provisions) -> bool:
    """Whether the decoder is about to have nothing to decode."""
    if provisions.blocked_for is None:
        return False
    left = film_left(provisions)
    if provisions.blocked_for > HICCUP:
        return left < LOW or provisions.still_for > STARVED
    return left < VERY_LOW


def film_left(provisions: Provisions) -> float:
    """Seconds of film that the decoder can still play without another byte."""
    rate = provisions.byte_rate or USUAL_BYTE_RATE
    # What was played since the reader blocked is gone, whatever ``held`` believes.
    return min(provisions.held / rate, provisions.room / rate - (provisions.blocked_for or 0.0))
