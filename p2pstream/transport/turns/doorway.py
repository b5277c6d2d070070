"""How many pieces are on their way into the kernel at the same time.  Pure; times are monotonic seconds."""

from __future__ import annotations

from collections.abc import Hashable

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS, Limits

__all__ = ["Doorway"]


class Doorway:
    """A few: where twenty share a link, each of their pieces takes twenty times as long as by itself.

    All of them are then there at the same time in the end, and who comes with something urgent
    stands behind them all.  One after the other, half of them are there in half of the time.

    Where those who are inside take their pieces too slowly to fill the link while others wait, it
    becomes wider, twice each time; and narrower again when they fill it, but for a while not as
    narrow as it was when they did not.

    What is urgent never waits here, but takes two places: one less begins beside it, and it
    tells as well whether the link is full.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        #: What is on its way in, in bytes; and what of that is urgent, apart.
        self._inside: dict[Hashable, int] = {}
        self._hurrying: dict[Hashable, int] = {}
        #: Who takes two places, as he is urgent; and whether one may, before somebody else begins.
        self._urgent: Hashable | None = None
        self._may_bar = True
        #: How many may be inside.
        self.width: float = limits.uplink_together
        #: And at least, until when.
        self._least, self._until = limits.uplink_together, 0.0
        #: Since when somebody waits, and how many bytes went in since then; None: nobody does.
        self._since: float | None = None
        self._went = 0

    def wait_s(self, rate: float, now: float) -> float:
        """Seconds until one more may begin, or it is to be looked again; 0: it may now.

        :param rate: bytes a second that go through; 0: nobody knows.
        """
        limits = self._limits
        if not self._orders(rate) or self._has_room:
            self._since = None
            return 0.0
        if self._since is None:
            self._since, self._went = now, 0
        # What is urgent goes beside them, and each takes longer.
        window = limits.uplink_width_units * UNIT / rate * (1 + len(self._hurrying) / self.width)
        if now < self._since + window:
            return self._since + window - now
        part = self._went / (rate * (now - self._since))
        if part < limits.uplink_idle_part:
            self._least, self._until = int(self.width) + 1, now + limits.uplink_width_s
            self.width = min(2 * self.width, limits.uplink_width_most)
        elif part >= limits.uplink_full_part:
            least = self._least if now < self._until else limits.uplink_together
            self.width = max(0.75 * self.width, least)
        self._since, self._went = now, 0
        return 0.0 if self._has_room else window

    def inside(self, senders: int, rate: float) -> int:
        """How many of so many who send may have something on its way in."""
        return min(senders, int(self.width)) if self._orders(rate) else senders

    def begin(self, sender: Hashable, count: int, urgent: bool = False) -> None:
        """So many bytes of it are on their way in."""
        (self._hurrying if urgent else self._inside)[sender] = count
        if not urgent:
            self._may_bar = True
        elif self._may_bar:
            self._may_bar, self._urgent = False, sender

    def end(self, sender: Hashable) -> bool:
        """All of that is in, or it is gone; whether somebody else may begin because of that."""
        count = self._inside.pop(sender, None) or self._hurrying.pop(sender, None)
        if count is None:
            return False
        if sender is self._urgent:
            self._urgent = None
        self._went += count
        return True

    @property
    def _has_room(self) -> bool:
        barred = self._limits.uplink_together if self._urgent is not None else 0
        return len(self._inside) + barred < int(self.width)

    def _orders(self, rate: float) -> bool:
        """Whether anybody has to wait: what is through in a moment need not be ordered."""
        return rate > 0 and self._limits.uplink_together * UNIT / rate >= self._limits.uplink_order_s
