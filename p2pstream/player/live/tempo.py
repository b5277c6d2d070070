"""How fast a broadcast is played so that it stays as far behind as is wished.  Pure.

Libvlc begins where it can, a second sooner or later.  A picture that is shown too early will
have to wait for its bytes one day, and one that is late stays late: so it is played a little
slower, or a little faster, than it was filmed, until it is where it belongs.  That is neither
seen nor heard: libvlc keeps the pitch.
"""

from __future__ import annotations

__all__ = ["CATCHING_UP", "HURRYING", "LINGERING", "Tempo"]

#: How fast: somewhat late, very late, too early.
CATCHING_UP, HURRYING, LINGERING = 1.05, 1.1, 0.95
#: Seconds: so close is near enough, and from so far on it has to be brought back.
NEAR_S, FAR_S = 0.04, 0.12
#: Later than that, in seconds, it hurries.
VERY_S = 1.5
#: So many seconds beyond twice the delay it is no use to hurry.
BEYOND_S = 2.0
#: Aimed at somewhat less than is wished, for what is seen varies.
UNDER_S = 0.08


class Tempo:
    """Told how far behind the picture is, says how fast to play; `lost` is whether to begin anew.

    :param delay_s: from captured to shown.
    """

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        #: 1 is as it was filmed.
        self.rate = 1.0

    def look(self, behind_s: float) -> float:
        """So far behind it is now; returns `rate`."""
        late = behind_s - (self._delay_s - UNDER_S)
        far = max(FAR_S, self._delay_s / 20)
        if late > VERY_S:
            self.rate = HURRYING
        elif late > far:
            self.rate = max(self.rate, CATCHING_UP)
        elif late < -far:
            self.rate = LINGERING
        elif (self.rate > 1 and late < NEAR_S) or (self.rate < 1 and late > -NEAR_S):
            self.rate = 1.0
        return self.rate

    def begin(self) -> None:
        """It is played from elsewhere now."""
        self.rate = 1.0

    def lost(self, behind_s: float) -> bool:
        """Whether it is so far behind that it is better to begin anew at the edge."""
        return behind_s > 2 * self._delay_s + BEYOND_S
