"""A publisher on a connection: admitted, paused, ended and lost."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.errors import Refused
from p2pstream.interfaces import ISink
from p2pstream.limits import LIMITS
from p2pstream.protocols.rtmp.session import RtmpSession
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.transport.publishing import PublisherFactory
from tests.protocols.classic.test_lookup import Talker
from tests.protocols.rtmp.publisher import asking, filmed, over
from tests.protocols.rtmp.test_session import FILM


@implementer(ISink)
class Taken(CollectingConsumer):
    """Where a film goes."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: str | None = None

    def finish(self) -> Deferred[None]:
        """All is here."""
        self.ended = "finished"
        return succeed(None)

    def abort(self, reason: Failure) -> Deferred[None]:
        """It will not be whole."""
        self.ended = reason.getErrorMessage()
        return succeed(None)


class PublishTests(SynchronousTestCase):
    """In memory."""

    def setUp(self) -> None:
        """A connection to one who takes whoever knows the key."""
        self.clock = HeapClock()
        self.node: Any = FakeNode(self.clock)
        self.taken = Taken()
        self.client = Talker()
        self.link = MemoryLink(self.clock)
        factory = PublisherFactory(self.node, self.admit, lambda: RtmpSession(bytes(1528)))
        self.link.connect(self.client, factory.buildProtocol(None))

    def admit(self, key: str, address: str) -> Taken:
        """Whoever knows it."""
        if key != "secret":
            raise Refused("not that key")
        return self.taken

    def send(self, raw: bytes) -> None:
        """As the publisher."""
        self.link.client.write(raw)
        self.clock.advance(0)

    def test_published(self) -> None:
        """The film comes whole, and the end is told."""
        self.send(asking())
        self.send(filmed() + over())
        self.assertEqual(bytes(self.taken.collected), FILM)
        self.assertEqual((self.taken.ended, self.client.lost), ("finished", "ConnectionDone"))
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_wrong_key(self) -> None:
        """It is told so, and let go."""
        self.send(asking("guess"))
        self.assertIn(b"not that key", self.client.heard)
        self.assertEqual((self.taken.ended, self.client.lost), (None, "ConnectionDone"))

    def test_pauses(self) -> None:
        """A full sink stops the connection, an empty one lets it go on."""
        self.send(asking())
        self.taken.producer.pauseProducing()
        self.send(filmed())
        self.assertEqual(self.taken.collected, b"")
        self.taken.producer.resumeProducing()
        self.clock.advance(0)
        self.assertEqual(bytes(self.taken.collected), FILM)

    def test_lost(self) -> None:
        """What breaks off is given up, in words."""
        self.send(asking() + filmed())
        self.link.client.abortConnection()
        self.clock.advance(0)
        assert self.taken.ended is not None
        self.assertIn("broke off while it was publishing", self.taken.ended)

    def test_F39_slow(self) -> None:
        """Who does not publish in time goes, however much it says; a moment before, it may."""
        self.send(asking()[:3200])
        self.clock.advance(LIMITS.publish_begin_s - 0.01)
        self.assertIsNone(self.client.lost)
        self.clock.advance(0.02)
        self.assertEqual(self.client.lost, "ConnectionLost")
        self.assertIn("did not publish within 10 s", self.node.heard.named("publisher_lost")[0]["reason"])

    def test_silent(self) -> None:
        """Who stops sending is lost after the bound, not before."""
        self.send(asking() + filmed())
        self.clock.advance(LIMITS.publish_silent_s - 0.01)
        self.assertIsNone(self.taken.ended)
        self.clock.advance(0.02)
        self.assertIn("said nothing for 10 s", self.taken.ended or "")

    def test_nonsense(self) -> None:
        """Ends it, and says why."""
        self.send(b"GET / HTTP/1.1\r\n\r\n")
        self.assertEqual(self.client.lost, "ConnectionDone")
        self.assertIn("is no RTMP", self.node.heard.named("publisher_lost")[0]["reason"])

    def test_many_strangers(self) -> None:
        """Of many who publish nothing one is told of now, and the next when a while has passed."""
        factory = PublisherFactory(self.node, self.admit, lambda: RtmpSession(bytes(1528)))

        def strange() -> int:
            link, client = MemoryLink(self.clock), Talker()
            link.connect(client, factory.buildProtocol(None))
            link.client.write(b"GET / HTTP/1.1\r\n")
            self.clock.advance(0)
            told = self.node.heard.named("publisher_lost")
            return sum("is no RTMP" in each["reason"] for each in told)

        self.assertEqual([strange() for _ in range(5)], [1] * 5)
        self.clock.advance(self.node.limits.publish_silent_s)
        self.assertEqual(strange(), 2)
