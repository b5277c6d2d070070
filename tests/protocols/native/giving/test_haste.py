"""How much of what one asks for goes first."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.protocols.native.giving.haste import Haste

FILM = 250_000


class HasteTests(SynchronousTestCase):
    """One peer, who is sent something urgent as often as may be."""

    def setUp(self) -> None:
        """Nothing was told."""
        self.now = 100.0
        self.haste = Haste(self.now, LIMITS)

    def take(self, seconds: float) -> int:
        """How many bytes go as urgent meanwhile, 4 kB at a time."""
        went, end = 0, self.now + seconds
        while self.now < end:
            self.now += 0.001
            if self.haste.may(self.now):
                self.haste.pay(4000, self.now)
                went += 4000
        return went

    def test_F40_nobody_watches(self) -> None:
        """Who calls everything urgent and tells of nobody who watches has a seek's worth, and a trickle."""
        self.assertApproximates(self.take(20), LIMITS.native_haste_bytes + 20 * LIMITS.native_haste, 10_000)

    def test_somebody_watches(self) -> None:
        """He has what he needs, and as much more as he may be behind."""
        self.haste.told(1, FILM, self.now)
        need = LIMITS.native_haste_part * FILM
        self.assertApproximates(self.take(20), LIMITS.native_haste_bytes + 20 * need, 10_000)

    def test_after_a_pause(self) -> None:
        """Some seconds of that go at once."""
        self.haste.told(1, FILM, self.now)
        self.take(20)
        self.now += 60
        at_once = LIMITS.native_haste_s * LIMITS.native_haste_part * FILM
        self.assertApproximates(self.take(1), at_once + LIMITS.native_haste_part * FILM, 20_000)

    def test_several_streams(self) -> None:
        """Each counts, until its channel ends, or nobody watches any more."""
        for channel in (1, 3, 5):
            self.haste.told(channel, FILM, self.now)
        self.take(20)
        self.assertApproximates(self.take(10), 30 * LIMITS.native_haste_part * FILM, 20_000)
        self.haste.end(1)
        self.haste.told(3, 0, self.now)
        self.haste.end(7)
        self.assertApproximates(self.take(10), 10 * LIMITS.native_haste_part * FILM, 20_000)
