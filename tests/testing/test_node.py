"""The node that tests hand to protocols is one."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode, HeardEvents, NodeContract
from p2pstream.testing.people.events import EventsContract


class PeerTests(NodeContract, SynchronousTestCase):
    """With streams it is a peer."""

    def make_node(self) -> FakeNode:
        """A peer with one film."""
        return FakeNode(HeapClock(), shared={"film": b"bytes"})

    def test_lent(self) -> None:
        """What was opened counts until it is given back, once."""
        node = self.make_node()
        data: Any = self.successResultOf(node.open("film"))
        consumer = CollectingConsumer()
        self.successResultOf(data.read_to(consumer))
        self.assertEqual((bytes(consumer.collected), node.lent), (b"bytes", 1))
        data.close()
        data.close()
        self.assertEqual(node.lent, 0)


class CentralTests(NodeContract, SynchronousTestCase):
    """With who has what it is a central."""

    def make_node(self) -> FakeNode:
        """A central that knows one name."""
        return FakeNode(HeapClock(), known={"film": [Address("10.0.0.1", 2050)]})


class HeardEventsTests(EventsContract, SynchronousTestCase):
    """What happened is kept, and must be in the list."""

    def make_events(self) -> HeardEvents:
        """Nothing happened yet."""
        return HeardEvents()

    def test_unheard_of(self) -> None:
        """An event or a field that no list has fails the test that tells it."""
        events = self.make_events()
        self.assertRaises(KeyError, events.happened, "unheard_of")
        self.assertRaises(AssertionError, events.happened, "stopped", roll="peer")
