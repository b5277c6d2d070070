"""What time it is on the screen, between the moments at which libvlc says so.  Pure."""

from __future__ import annotations

__all__ = ["Stopwatch"]

#: libvlc tells the time about as often, in seconds; so long after it told one it may stand still.
TOLD_EVERY_S = 0.35


class Stopwatch:
    """Told what libvlc says as often as can be, knows the time in between."""

    def __init__(self) -> None:
        self._told = 0.0
        self._told_at = 0.0

    def look(self, told: float, now: float, rate: float) -> float:
        """The time on the screen, in seconds of film.

        :param rate: how fast it goes; 0 where the picture stands.
        """
        if told != self._told:
            self._told, self._told_at = told, now
        return self._told + min(now - self._told_at, TOLD_EVERY_S) * rate
