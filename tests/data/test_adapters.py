"""What turns into what."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

import p2pstream
from p2pstream.data import BufferData, MemoryFile, PartialData
from p2pstream.errors import ReadStopped
from p2pstream.interfaces import IData
from p2pstream.testing.bytes.consumers import CollectingConsumer, PausingConsumer
from p2pstream.testing.bytes.data import CONTENT, SMALL
from p2pstream.testing.workers import InlineWorkers


class AdapterTests(SynchronousTestCase):
    """Ours become Twisted's, bytes become ours."""

    def test_bytes(self) -> None:
        """Bytes of every kind are data."""
        for content in (b"abc", bytearray(b"abc"), memoryview(b"abc")):
            data = IData(content)
            self.assertTrue(verifyObject(IData, data))
            consumer = CollectingConsumer()
            self.assertEqual(self.successResultOf(data.read_to(consumer)), 3)
            self.assertEqual(bytes(consumer.collected), b"abc")

    def test_sink_is_a_consumer(self) -> None:
        """A sink is Twisted's consumer without any wrapping."""
        data = PartialData(MemoryFile(), InlineWorkers())
        self.assertIs(IConsumer(data), data)

    def test_data_as_a_producer(self) -> None:
        """Data becomes a push producer that steers its own delivery."""
        producer = IPushProducer(BufferData(CONTENT, SMALL))
        self.assertTrue(verifyObject(IPushProducer, producer))
        consumer = PausingConsumer()
        delivery = producer.start(consumer)
        self.assertIs(consumer.producer, producer)
        while consumer.producer is not None:
            consumer.resume()
        self.assertEqual(self.successResultOf(delivery), len(CONTENT))
        self.assertEqual(bytes(consumer.collected), CONTENT)

    def test_producer_that_is_stopped(self) -> None:
        """Stopping it stops the delivery; before and after, nothing happens."""
        producer = IPushProducer(BufferData(CONTENT, SMALL))
        producer.stopProducing()
        delivery = producer.start(PausingConsumer())
        producer.stopProducing()
        self.failureResultOf(delivery, ReadStopped)
        producer.pauseProducing()
        producer.resumeProducing()

    def test_registered_wherever_data_is_used(self) -> None:
        """Importing any part of the room is enough."""
        program = (
            "import p2pstream.data.portable\n"
            "from p2pstream.interfaces import IData\n"
            "assert IData(b'abc').length == 3\n"
        )
        path = os.pathsep.join([str(Path(p2pstream.__file__).parents[1]), *sys.path])
        environment = {**os.environ, "PYTHONPATH": path}
        subprocess.run([sys.executable, "-c", program], check=True, timeout=60, env=environment)
