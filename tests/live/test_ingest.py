"""What becomes of an input: cut where one may begin, and told of when it goes wrong."""

from __future__ import annotations

from typing import Any

from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.errors import SourceLost
from p2pstream.interfaces import ISink
from p2pstream.limits import LIMITS
from p2pstream.live.ingest import Ingest
from p2pstream.testing.bytes.consumers import CountingProducer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.live.live_parts import FedBroadcast
from p2pstream.testing.node import HeardEvents
from tests.content.mpegts.packed import VIDEO, association, broadcast, clocked, map_of, packet

STREAM = broadcast(2)


def pictured(parameters: bytes, key: bytes) -> bytes:
    """A key picture behind what is said of its kind and size."""
    head = b"\0\0\1\xe0\0\0\x80\0\0"
    return packet(VIDEO, head + b"\0\0\1" + parameters + b"\0\0\1" + key, start=True)


class IngestTests(SynchronousTestCase):
    """One input."""

    def setUp(self) -> None:
        """A broadcast and its feed."""
        self.clock = HeapClock()
        self.fed = FedBroadcast()
        self.events = HeardEvents()
        self.overs: list[Any] = []
        self.ingest = Ingest(self.fed, "show", self.clock, self.events, self.overs.append)
        self.producer = CountingProducer()
        self.ingest.registerProducer(self.producer, True)

    def end(self, reason: Failure | None = None) -> None:
        """The input is over."""
        self.ingest.unregisterProducer()
        self.successResultOf(self.ingest.finish() if reason is None else self.ingest.abort(reason))
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_sink(self) -> None:
        """It is one, and its producer is the broadcast's."""
        verifyObject(ISink, self.ingest)
        self.assertIs(self.fed.producer, self.producer)
        self.end()
        self.assertEqual((self.fed.producer, self.overs), (None, [None]))

    def test_transport_stream(self) -> None:
        """All of it, with the places to begin at; the first bytes follow nothing."""
        for at in range(0, len(STREAM), 1000):
            self.ingest.write(STREAM[at : at + 1000])
        self.end()
        places = [content for content, rap, _ in self.fed.puts if rap]
        self.assertEqual(len(places), 2)
        self.assertEqual(len(self.fed.content), len(STREAM) + 2 * 376)
        self.assertEqual([broken for _, _, broken in self.fed.puts][:2], [True, False])

    def test_anything_else(self) -> None:
        """Is carried as it is, and said to be that; also where it is shorter than three packets."""
        self.ingest.write(b"matroska" * 10)
        self.assertEqual(self.fed.puts, [])
        self.ingest.write(b"and more" * 100)
        self.end()
        self.assertEqual(self.fed.content, b"matroska" * 10 + b"and more" * 100)
        self.assertEqual(self.events.named("input_plain"), [{"name": "show"}])

    def test_ends_at_once(self) -> None:
        """An input of a few bytes is carried; one of none is over."""
        self.ingest.write(b"few")
        self.end()
        self.assertEqual((self.fed.content, self.overs), (b"few", [None]))

    def test_silence(self) -> None:
        """Is told at the bound, not before, once; and that it is over."""
        self.ingest.write(STREAM[:1880])
        self.clock.advance(LIMITS.live_silent_s - 0.01)
        self.assertEqual(self.events.named("input_silent"), [])
        self.clock.advance(60)
        self.assertEqual(self.events.named("input_silent"), [{"name": "show", "seconds": 5.0}])
        self.ingest.write(STREAM[1880:])
        self.assertEqual(self.events.named("input_back"), [{"name": "show"}])

    def test_garbage(self) -> None:
        """In the middle: told, dropped, and the rest goes on in step."""
        self.ingest.write(STREAM[:1880] + b"garbage" * 30 + STREAM[1880:])
        self.assertEqual(self.events.named("input_garbled"), [{"name": "show", "lost": 210}])
        self.assertEqual(self.fed.content[::188], b"\x47" * (len(self.fed.content) // 188))

    def test_much_garbage(self) -> None:
        """Is told at once, then now and again, and the rest at the end."""
        self.ingest.write(STREAM)
        for _ in range(10):
            self.ingest.write(b"garbage" * 300)
        self.clock.advance(LIMITS.live_silent_s)
        self.ingest.write(b"garbage" * 300)
        self.ingest.write(b"garbage" * 300)
        told = [each["lost"] for each in self.events.named("input_garbled")]
        self.assertEqual(len(told), 2)
        self.end()
        told = [each["lost"] for each in self.events.named("input_garbled")]
        self.assertEqual((len(told), sum(told)), (3, 12 * 2100))

    def test_another_coding(self) -> None:
        """Viewers hear where pictures have another size, or are coded in another way."""
        for sps in (b"\x67small", b"\x67small", b"\x67large"):
            self.ingest.write(association() + map_of((0x1B, VIDEO)) + pictured(sps, b"\x65coded"))
        self.assertEqual(len(self.events.named("input_changed")), 1)
        self.ingest.write(association() + map_of((0x24, VIDEO)) + pictured(b"\x42\1x", b"\x26\1coded"))
        self.assertEqual(len(self.events.named("input_changed")), 2)
        broken = [broken for _, rap, broken in self.fed.puts if rap]
        self.assertEqual(broken, [False, False, True, True])

    def test_times_that_jump(self) -> None:
        """Viewers hear of it where it happens."""
        self.ingest.write(STREAM + clocked(VIDEO, 1.0) + STREAM[:188])
        self.assertEqual([broken for _, _, broken in self.fed.puts].count(True), 2)
        self.assertEqual(self.events.named("input_jumped"), [{"name": "show"}])

    def test_breaks_off(self) -> None:
        """Why is told to whoever waits."""
        self.ingest.write(STREAM)
        self.end(Failure(SourceLost("pulled the plug")))
        self.assertEqual([failure.getErrorMessage() for failure in self.overs], ["pulled the plug"])
