"""How fast a broadcast is played."""

from __future__ import annotations

from itertools import pairwise

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.live.stopwatch import TOLD_EVERY_S, Stopwatch
from p2pstream.player.live.tempo import CATCHING_UP, HURRYING, LINGERING, Tempo


class TempoTests(SynchronousTestCase):
    """A picture comes to where it belongs, and stays there."""

    def test_settles(self) -> None:
        """From a second too late or too early it is where it is wished within half a minute."""
        for delay_s in (0.8, 1.0, 4.0, 30.0):
            for off in (-0.5, 1.0, 2.5):
                tempo, behind, rates = Tempo(delay_s), delay_s + off, list[float]()
                for _ in range(600):
                    rates.append(tempo.look(behind))
                    behind -= (rates[-1] - 1) * 0.1
                self.assertLessEqual(abs(behind - delay_s), max(0.15, delay_s / 20 + 0.1), (delay_s, off))
                self.assertEqual(rates[-1], 1.0)
                # It does not swing: once there, it stays.
                self.assertLessEqual(sum(a != b for a, b in pairwise(rates)), 2)

    def test_how_fast(self) -> None:
        """The further off, the faster, and never beyond a tenth."""
        tempo = Tempo(2.0)
        self.assertEqual(
            [tempo.look(behind) for behind in (2.0, 2.3, 4.0, 2.3)], [1, CATCHING_UP, HURRYING, HURRYING]
        )
        self.assertEqual([tempo.look(behind) for behind in (1.9, 1.5)], [1.0, LINGERING])

    def test_lost(self) -> None:
        """Far behind it begins anew."""
        tempo = Tempo(2.0)
        self.assertEqual([tempo.lost(behind) for behind in (2.0, 6.0, 6.1)], [False, False, True])


class StopwatchTests(SynchronousTestCase):
    """The time between two moments at which libvlc tells it."""

    def test_goes_on(self) -> None:
        """As fast as the film, until libvlc should have said something."""
        watch = Stopwatch()
        self.assertEqual(watch.look(5.0, 10.0, 1.0), 5.0)
        self.assertAlmostEqual(watch.look(5.0, 10.2, 1.1), 5.22)
        self.assertAlmostEqual(watch.look(5.0, 99.0, 1.0), 5.0 + TOLD_EVERY_S)
        self.assertEqual(watch.look(5.3, 99.1, 1.0), 5.3)
        self.assertEqual(watch.look(5.3, 99.2, 0.0), 5.3)
