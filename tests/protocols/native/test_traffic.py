"""Who looks at a peer sees who is given what, and by whom."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import to_base32
from p2pstream.content.shown import Bearing
from p2pstream.content.units import UNIT
from p2pstream.testing.proofs.units import FilmStream, HeardUnits
from tests.protocols.native.test_peering import FILM, Net


class TrafficTests(SynchronousTestCase):
    """On both ends of a link."""

    def test_both_ends(self) -> None:
        """Each sees the other, whose id is proven, and the bytes of units that moved."""
        net = Net(FilmStream(FILM))
        source = self.successResultOf(net.dial())
        source.listen(HeardUnits(FILM))
        self.assertEqual((net.seed.moved.shown(9), net.leech.moved.shown(9)), ([], []))
        source.ask(0, 3)
        net.clock.advance(1)
        (given,), (taken,) = net.seed.moved.shown(9), net.leech.moved.shown(9)
        for seen, bearing, other in ((given, Bearing.OUT, net.leech), (taken, Bearing.IN, net.seed)):
            self.assertEqual((seen.direction, seen.protocol), (bearing, "native"))
            self.assertEqual((seen.moved, seen.key), (3 * UNIT, FILM.key.text))
            self.assertEqual(seen.id, to_base32(other.identity.id))
        source.close()
        net.clock.advance(10)
        for node in (net.seed, net.leech):
            self.assertEqual(node.moved.shown(9), [])
            (total,) = node.moved.totals()
            self.assertEqual((total.moved, total.begun, total.open), (3 * UNIT, 1, 0))

    def test_the_link_breaks(self) -> None:
        """It is over then, on both ends, whoever was in the middle of it."""
        net = Net(FilmStream(FILM))
        source: Any = self.successResultOf(net.dial())
        source.listen(HeardUnits(FILM))
        source.ask(0, 2)
        net.clock.advance(1)
        net.endpoint.links[0].server.abortConnection()
        net.clock.advance(120)
        self.assertEqual(
            [total.open for node in (net.seed, net.leech) for total in node.moved.totals()], [0, 0]
        )
