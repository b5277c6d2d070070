"""How much may wait in the kernel."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.transport.roads.backlog import Backlog


class BacklogTests(SynchronousTestCase):
    """One connection."""

    def setUp(self) -> None:
        """As it begins."""
        self.now = 50.0
        self.held = Backlog(self.now, LIMITS)

    def send(self, rate: float, seconds: float) -> list[int]:
        """It sends so many bytes a second, a hundredth at a time; what may wait whenever that changes."""
        changes, end = [], self.now + seconds
        while self.now < end:
            self.now += 0.01
            if self.held.sent(int(rate / 100), self.now):
                changes.append(self.held.most)
        return changes

    def test_quick(self) -> None:
        """As much as ever."""
        self.assertEqual((self.send(50e6, 5.0), self.held.most), ([], LIMITS.unsent_bytes))

    def test_slow(self) -> None:
        """Less and less, down to a bound; and as much as ever, when it is quick again."""
        most, least = LIMITS.unsent_bytes, LIMITS.held_least_bytes
        less = self.send(50e3, 5.0)
        self.assertEqual((less[0], less[-1], less), (most // 2, least, sorted(less, reverse=True)))
        more = self.send(50e6, 5.0)
        self.assertEqual((more[0], more[-1], more), (2 * least, most, sorted(more)))

    def test_looked_at_now_and_then(self) -> None:
        """What it sends is measured over so long, and over no less."""
        for seconds, looked in ((LIMITS.held_look_s - 0.001, False), (LIMITS.held_look_s, True)):
            held = Backlog(0.0, LIMITS)
            self.assertEqual(held.sent(1000, seconds), looked)

    def test_between(self) -> None:
        """What leaves in a moment, more or less, and it does not change all the time."""
        rate = LIMITS.unsent_bytes / LIMITS.held_s * 0.45
        self.assertEqual(self.send(rate, 30.0), [LIMITS.unsent_bytes // 2])

    def test_after_a_pause(self) -> None:
        """What went a while ago says little."""
        self.send(50e6, 1.0)
        self.now += 60
        self.held.sent(1000, self.now)
        self.assertEqual(self.held.most, LIMITS.unsent_bytes // 2)
