"""What stands between a source and the data."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.content.addresses import Address
from p2pstream.data.memory import MemoryFile
from p2pstream.data.partial import PartialData
from p2pstream.interfaces import IRoomyConsumer
from p2pstream.swarm.inlet import Inlet
from p2pstream.testing.wires.sources import FakeSource
from p2pstream.testing.workers import InlineWorkers


class InletTests(SynchronousTestCase):
    """It passes everything on, and counts."""

    def setUp(self) -> None:
        """Data that is filled through an inlet."""
        self.passed: list[int] = []
        self.file = MemoryFile()
        self.data = PartialData(self.file, InlineWorkers())
        self.inlet = Inlet(self.data, self.passed.append)
        self.source = FakeSource(Address("10.0.0.1", 2050))

    def test_lent_room(self) -> None:
        """Room of the data's own is filled without a copy, mixed with plain writes."""
        verifyObject(IRoomyConsumer, self.inlet)
        self.source.request(self.inlet)
        self.inlet.lend()[:3] = b"one"
        self.inlet.filled(3)
        self.source.send(b"two")
        self.assertEqual(self.file.pread(0, 10), b"onetwo")
        self.assertEqual(self.passed, [3, 3])

    def test_after_the_close(self) -> None:
        """A source that goes on regardless reaches the data no more, nor the data it."""
        self.source.request(self.inlet)
        self.inlet.close()
        self.inlet.write(b"late")
        self.assertTrue(len(self.inlet.lend()))
        self.inlet.filled(1)
        for late in (self.inlet.pauseProducing, self.inlet.resumeProducing, self.inlet.stopProducing):
            late()
        self.assertFalse(self.source.paused)
        self.assertEqual((self.file.size(), sum(self.passed)), (0, 0))
        self.inlet.close()
