"""When something that was captured is to be shown, by clocks that nobody set alike.  Pure.

A head says when its slice was captured, by the source's clock; it came at a moment of ours.
The least that ever lay between the two is how far the clocks are apart, and the quickest way
that a head took: everything is shown that much and the delay after it was captured.  No
clock is ever compared with another, and one that is a day off harms nobody.
"""

from __future__ import annotations

from p2pstream.content.signed.heads import Head
from p2pstream.limits import LIMITS, Limits

__all__ = ["Playout"]


class Playout:
    """Of one viewer; all seconds are monotonic.

    :param delay_s: from captured to shown.
    """

    def __init__(self, delay_s: float, limits: Limits = LIMITS) -> None:
        self.delay_s = delay_s
        self._turn_s: float = limits.live_offset_s
        # The least of this turn and of the one before: clocks drift, and routes change.
        self._least: float | None = None
        self._before: float | None = None
        self._turned = 0.0
        self._heard_at: float | None = None

    @property
    def offset(self) -> float | None:
        """What is to be added to the source's clock; None before the first head."""
        known = [each for each in (self._least, self._before) if each is not None]
        return min(known) if known else None

    def heard(self, head: Head, now: float) -> None:
        """A head came that is newer than all before: signed as soon as its slice was full."""
        self._heard_at = now
        if now - self._turned >= self._turn_s:
            self._before, self._least, self._turned = self._least, None, now
        apart = now - (head.captured_ms + head.duration_ms) / 1000
        self._least = apart if self._least is None else min(self._least, apart)

    def quiet_s(self, now: float) -> float:
        """For how long nothing new was heard of the source, which says something each second."""
        return now - self._heard_at if self._heard_at is not None else 0.0

    def begin_anew(self) -> None:
        """The source's clock is another."""
        self._least = self._before = None

    def due(self, captured_ms: float) -> float:
        """When what was captured then is on screen; before the first head, never."""
        offset = self.offset
        return captured_ms / 1000 + offset + self.delay_s if offset is not None else float("inf")

    def shown_ms(self, now: float) -> float | None:
        """What is on screen now, by the source's clock."""
        offset = self.offset
        return (now - offset - self.delay_s) * 1000 if offset is not None else None
