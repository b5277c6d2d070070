from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.intake.arrival import Arrival
from tests.player.feeding import HandArriving, HandData


class ArrivalTests(SynchronousTestCase):
    def test_arriving(self) -> None:
        """Data that arrives says what is there."""
        arrival = Arrival(HandArriving((0, 40), (60, 90)))
        self.assertEqual([arrival.edge(at) for at in (0, 39, 40, 50, 60)], [40, 40, 40, 50, 90])
        self.assertEqual([arrival.has(at) for at in (0, 39, 40, 60)], [True, True, False, True])
        self.assertTrue(arrival.known)

    def test_plain_data(self) -> None:
        """Of other data nothing is known."""
        arrival = Arrival(HandData())
        arrival.announce(0, 0)
        self.assertEqual((arrival.edge(6), arrival.has(6)), (6, True))
        self.assertFalse(arrival.known)

    def test_cursors(self) -> None:
        """Data that arrives is told what is wanted next and what is on screen, until the end."""
        data = HandArriving()
        arrival = Arrival(data)
        for read, played in ((0, 0), (6, 1)):
            arrival.announce(read, played)
        arrival.close()
        arrival.announce(9, 9)
        self.assertEqual(data.cursors, {"read": [0, 6, "closed"], "play": [0, 1, "closed"]})
