"""A part of a broadcast through which time goes on."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.content.ranges import Ranges
from p2pstream.errors import ReadStopped
from p2pstream.interfaces import IArriving
from p2pstream.player.live.take_data import TakeData
from p2pstream.testing.bytes.consumers import CollectingConsumer
from tests.player.feeding import HandArriving


class HandBroadcast(HandArriving):
    """A broadcast whose reads the test serves by hand."""

    breaks: tuple[int, ...] = ()


class TakeDataTests(SynchronousTestCase):
    """From one byte on, up to where timestamps jump."""

    def setUp(self) -> None:
        """Bytes 0 to 900 of a broadcast are here; it is read from byte 500 on."""
        self.data: Any = HandBroadcast((0, 900))
        self.taken = TakeData(self.data, 500)

    def read(self, start: int = 0) -> tuple[CollectingConsumer, Any]:
        """Begin to read; who takes it, and when it ends."""
        consumer = CollectingConsumer()
        return consumer, self.taken.read_to(consumer, start)

    def test_provides(self) -> None:
        """All that data that arrive have."""
        self.assertTrue(verifyObject(IArriving, self.taken))
        self.assertEqual((self.taken.have, self.taken.length), (Ranges([(0, 400)]), None))
        self.taken.cursor(7, "read")
        self.assertEqual(self.data.cursors["read"], [507])

    def test_where_time_jumps(self) -> None:
        """No byte of what follows is given, also where that is known only when it comes."""
        for known in (True, False):
            self.data.breaks = (500, 600) if known else ()
            consumer, reading = self.read(20)
            self.assertEqual(self.data.reads[-1].start, 520)
            consumer_of_data = self.data.reads[-1].consumer
            consumer_of_data.write(b"a" * 50)
            self.data.breaks = (300, 500, 600, 700)
            consumer_of_data.write(b"b" * 50)
            self.assertEqual(self.successResultOf(reading), 80)
            self.assertEqual(bytes(consumer.collected), b"a" * 50 + b"b" * 30)
            self.assertEqual((self.taken.length, self.taken.stop), (100, 600))

    def test_exactly_at_an_edge(self) -> None:
        """A reader that waits there is done with the first byte that comes after it."""
        consumer, reading = self.read()
        self.data.reads[-1].consumer.write(b"a" * 100)
        self.assertNoResult(reading)
        self.data.breaks = (600,)
        self.data.reads[-1].consumer.write(b"b")
        self.assertEqual((self.successResultOf(reading), len(consumer.collected)), (100, 100))

    def test_the_end(self) -> None:
        """It ends where the broadcast does."""
        self.data.length = 800
        self.assertEqual((self.taken.length, self.taken.complete), (300, True))

    def test_left(self) -> None:
        """Whoever stops reading is told so."""
        _, reading = self.read()
        reading.cancel()
        self.failureResultOf(reading, ReadStopped)
        self.assertRaises(ValueError, self.taken.read_to, CollectingConsumer(), -1)
