"""A broadcast that flows to many: in time, without holes, and again after half of them went."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.flows.live.broadcast import FlowBroadcast

RATE = 2_000_000.0


class BroadcastTests(SynchronousTestCase):
    """Two dozen viewers, who can send three times what they take."""

    def test_everybody_in_time(self) -> None:
        """The source sends three copies, nothing is missing, and hardly anything comes twice."""
        cast = FlowBroadcast([3 * RATE] * 24, RATE, delay_s=2.0)
        cast.run(15.0)
        late, holes = cast.lateness(8.0, 13.0)
        self.assertEqual(holes, 0)
        self.assertGreater(len(late), 24 * 60)
        self.assertLess(late[int(len(late) * 0.95)], 1.5)
        self.assertLess(cast.copies, 3.4)
        self.assertLess(cast.twice(8.0, 13.0), 0.02)

    def test_half_of_them_go(self) -> None:
        """Those who stay miss less than one leaf in fifty of the seconds after it."""
        cast = FlowBroadcast([3 * RATE] * 24, RATE, delay_s=2.0)
        cast.run(10.0)
        for place in list(range(1, 25, 2)):
            cast.leave(place)
        cast.run(8.0)
        late, holes = cast.lateness(10.0, 15.0)
        self.assertLess(holes, len(late) / 50)

    def test_the_same_every_time(self) -> None:
        """One seed, one run."""
        runs = []
        for _ in range(2):
            cast = FlowBroadcast([3 * RATE] * 6, RATE)
            cast.run(5.0)
            runs.append(cast.lateness(0.0, 3.0))
        self.assertEqual(runs[0], runs[1])
