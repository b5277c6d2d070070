"""How much may wait in the kernel."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.transport.roads.unsent import Unsent


class BacklogTests(SynchronousTestCase):
    """One connection."""

    def setUp(self) -> None:
        """As it begins."""
        self.now = 50.0
        self.held = Unsent(self.now, LIMITS)

    def send(self, rate: float, seconds: float) -> list[int]:
        """It sends so many bytes a second, a hundredth at a time; what may wait whenever that changes."""
        changes, end = [], self.now + seconds
        while self.now < end:
            self.now += 0.01
            if self.held.sent(int(rate / 100), self.now):
                changes.append(self.held.most)
        return changes

    def test_quick(self) -> None:
        """As much as leaves in a moment, or a bound."""
        first, most = LIMITS.unsent_bytes, LIMITS.unsent_most_bytes
        self.assertEqual(self.send(50e6, 5.0), [2 * first, 4 * first, most])
        held = self.held = Unsent(self.now, LIMITS)
        self.send(most / LIMITS.held_s / 2, 5.0)
        self.assertLess(held.most, most)

    def test_as_quick_as_most(self) -> None:
        """What it has from the start is enough for it."""
        self.assertEqual(
            (self.send(0.99 * LIMITS.unsent_bytes / LIMITS.held_s, 5.0), self.held.most),
            ([], LIMITS.unsent_bytes),
        )

    def test_slow(self) -> None:
        """As little as leaves in a moment, or a bound; and more again, when it is quick again."""
        most, least = LIMITS.unsent_most_bytes, LIMITS.held_least_bytes
        less = self.send(50e3, 5.0)
        self.assertEqual(less, [least])
        more = self.send(50e6, 5.0)
        self.assertEqual((more[0], more[-1], more), (2 * least, most, sorted(more)))

    def test_looked_at_now_and_then(self) -> None:
        """What it sends is measured over so long, and over no less."""
        for seconds, looked in ((LIMITS.held_look_s - 0.001, False), (LIMITS.held_look_s, True)):
            held = Unsent(0.0, LIMITS)
            self.assertEqual(held.sent(1000, seconds), looked)

    def test_between(self) -> None:
        """What leaves in a moment, more or less, and it does not change all the time."""
        rate = LIMITS.unsent_bytes / LIMITS.held_s * 0.45
        self.assertEqual(self.send(rate, 30.0), [LIMITS.unsent_bytes // 2])

    def test_after_a_pause(self) -> None:
        """What went a while ago says little: then it is halved, and not more."""
        most, least, lately = LIMITS.unsent_bytes, LIMITS.held_least_bytes, LIMITS.held_lately_s
        for pause, left in ((lately - 0.01, least), (lately, most // 2), (60.0, most // 2)):
            held = Unsent(self.now, LIMITS)
            self.now += pause
            self.assertTrue(held.sent(1000, self.now))
            self.assertEqual(held.most, left)
