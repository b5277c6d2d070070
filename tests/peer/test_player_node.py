"""The node of somebody who only watches."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from random import Random

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import NotShared
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.player_node import PlayerNode
from p2pstream.protocols.node import Means
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents, NodeContract
from p2pstream.testing.workers import InlineWorkers
from p2pstream.transport.turns.downlink import LimitedDownlink


class PlayerNodeTests(NodeContract, SynchronousTestCase):
    """It has all that a protocol may ask for, and gives nothing unless it was told what."""

    def make_node(self) -> PlayerNode:
        """A player's, on a clock in memory."""
        return PlayerNode(Means(HeapClock(), HeardEvents(), InlineWorkers(), Random(0)))

    def test_nothing_to_give(self) -> None:
        """Whoever asks for a stream is told by whom it is not shared, in printable words."""
        fault = self.failureResultOf(self.make_node().open("a\x1b[2J"), NotShared)
        self.assertEqual(str(fault.value), "“a\\x1b[2J” is not shared by this player")

    def test_giving(self) -> None:
        """Strangers meet the same program: it knows its networks and its limits, and tells nobody of them."""
        heard, clock, own = HeardEvents(), HeapClock(), OwnStreams()
        means = Means(
            clock,
            heard,
            InlineWorkers(),
            downlink=LimitedDownlink(clock, 1000),
            subnets=lambda: [ip_network("192.0.2.0/29")],
        )
        watching = PlayerNode(means, introductions=object())
        giving = watching.giving(own)
        changed = {name for name, value in vars(watching).items() if vars(giving)[name] is not value}
        self.assertEqual(changed, {"means", "names", "events", "_own", "gives", "live"})
        self.assertEqual(replace(giving.means, events=heard), means)
        giving.events.happened("connected")
        self.assertEqual((giving._own, heard.heard), (own, []))
