"""Who watches: when the picture comes, and for how long it stands still."""

from __future__ import annotations

from dataclasses import dataclass, field

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT

__all__ = ["Habits", "Watching"]


@dataclass(frozen=True)
class Habits:
    """How a player reads; as `p2pstream.testing.sim.viewer`.

    :param rate: bytes of film a second.
    :param buffer_s: how much film it holds at most.
    :param start_s: of film there, and it plays; ``again_s``: after it stood still.
    """

    rate: float = 625_000.0
    buffer_s: float = 10.0
    start_s: float = 1.0
    again_s: float = 1.0


@dataclass
class Watching:
    """One viewer.

    :ivar began: when it was asked to play, or to seek.
    :ivar starts: seconds until there was a picture, at first and after each seek.
    :ivar stalls: seconds for which it stood still, each time; a seek is none.
    :ivar watched: seconds of film that were shown.
    """

    units: int
    habits: Habits
    began: float
    shown: float = 0.0
    read: float = 0.0
    ended: float | None = None
    starts: list[float] = field(default_factory=list)
    stalls: list[float] = field(default_factory=list)
    watched: float = 0.0
    _since: float = 0.0
    _waits_since: float | None = None
    _wants: float = 0.0
    _seeking: bool = True

    def __post_init__(self) -> None:
        self._since = self._waits_since = self.began
        self.seek(self.shown, self.began)

    @property
    def position(self) -> int:
        """The byte that it reads next."""
        return min(int(self.read), self.units * UNIT - 1)

    @property
    def on_screen(self) -> int:
        """The byte that is shown."""
        return min(int(self.shown), self.units * UNIT - 1)

    @property
    def stands_still(self) -> bool:
        """Whether the picture does, that was there before; as of the last look."""
        return self.ended is None and self._waits_since is not None and not self._seeking

    def seek(self, position: float, now: float) -> None:
        """Go on at another byte of the film."""
        self._pass(now)
        if self._waits_since is not None and now > self._waits_since:
            (self.starts if self._seeking else self.stalls).append(now - self._waits_since)
        self.shown = self.read = float(position)
        self.began, self._waits_since, self._seeking, self.ended = now, now, True, None
        self._wants = self.habits.start_s * self.habits.rate

    def look(self, here: Ranges, now: float) -> None:
        """See what has become of the picture, with what is here now; to be called when that changes."""
        if self.ended is not None:
            return
        self._pass(now)
        end = self.units * UNIT
        there = min(here.first_missing(int(self.read) // UNIT) * UNIT, end)
        self.read = max(self.read, min(there, self.shown + self.habits.buffer_s * self.habits.rate))
        if self._waits_since is not None and (self.read - self.shown >= self._wants or self.read >= end):
            self._goes_on(now)

    def settle(self, now: float) -> float:
        """End it: for how many seconds it has stood still by now, that were not said yet."""
        self._pass(now)
        if self.ended is None and self._waits_since is not None:
            (self.starts if self._seeking else self.stalls).append(now - self._waits_since)
        self.ended = self.ended or now
        return self.ended

    def _pass(self, now: float) -> None:
        """Play on until now; what runs dry on the way did so when it did."""
        lasted, rate = now - self._since, self.habits.rate
        self._since = now
        if self._waits_since is not None or lasted <= 0 or self.ended is not None:
            return
        played = min(lasted, (self.read - self.shown) / rate)
        self.shown += played * rate
        self.watched += played
        if played < lasted:
            dry = now - lasted + played
            if self.shown >= self.units * UNIT - 1:
                self.ended = dry
            else:
                self._waits_since, self._wants = dry, self.habits.again_s * rate

    def _goes_on(self, now: float) -> None:
        assert self._waits_since is not None, "it stands still"
        (self.starts if self._seeking else self.stalls).append(now - self._waits_since)
        self._seeking, self._waits_since = False, None
