"""The node of somebody who only watches."""

from __future__ import annotations

from random import Random

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import NotShared
from p2pstream.peer.player_node import PlayerNode
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents, NodeContract
from p2pstream.testing.workers import InlineWorkers


class PlayerNodeTests(NodeContract, SynchronousTestCase):
    """It has all that a protocol may ask for, and gives nothing unless it was told what."""

    def make_node(self) -> PlayerNode:
        """A player's, on a clock in memory."""
        return PlayerNode(HeapClock(), HeardEvents(), InlineWorkers(), Random(0))

    def test_nothing_to_give(self) -> None:
        """Whoever asks for a stream is told by whom it is not shared, in printable words."""
        fault = self.failureResultOf(self.make_node().open("a\x1b[2J"), NotShared)
        self.assertEqual(str(fault.value), "“a\\x1b[2J” is not shared by this player")
