"""One source after another fills the same stream."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.memory import MemoryFile
from p2pstream.data.partial import PartialData
from p2pstream.errors import PeersDisagree, SessionError
from p2pstream.testing.bytes.consumers import CollectingConsumer, CountingProducer
from p2pstream.testing.bytes.data import CONTENT, SMALL
from p2pstream.testing.workers import HeldWorkers, InlineWorkers

LIE = CONTENT[:700] + b"!" + CONTENT[701:]


class CountedFile(MemoryFile):
    """Remembers what was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[tuple[int, int]] = []

    def pwrite(self, offset: int, chunk: bytes | memoryview) -> None:
        """Write, and remember it."""
        self.written.append((offset, offset + len(chunk)))
        super().pwrite(offset, chunk)


class PassTests(SynchronousTestCase):
    """Each ``registerProducer`` begins again at byte 0."""

    def setUp(self) -> None:
        """Start afresh."""
        self.file = CountedFile()
        self.data = PartialData(self.file, InlineWorkers(), SMALL)

    def send(self, content: bytes) -> CountingProducer:
        """One pass."""
        producer = CountingProducer()
        self.data.registerProducer(producer, True)
        for at in range(0, len(content), 50):
            self.data.write(content[at : at + 50])
        self.data.unregisterProducer()
        return producer

    def test_next_source_goes_on(self) -> None:
        """What is there is compared, not written; what is missing is written."""
        self.send(CONTENT[:333])
        self.assertEqual(self.successResultOf(self.data.settled()), 333)
        self.file.written.clear()
        self.assertEqual(self.send(CONTENT).calls, [])
        self.assertEqual(min(self.file.written), (333, 350))
        self.assertEqual(self.successResultOf(self.data.settled()), len(CONTENT))
        self.assertIsNone(self.data.pass_failure)
        self.successResultOf(self.data.finish())
        self.assertEqual(self.file.pread(0, 2000), CONTENT)

    def test_difference(self) -> None:
        """A source that differs is stopped at that byte; what is there stays."""
        self.send(CONTENT[:750])
        self.assertEqual(self.send(LIE).calls, ["stop"])
        fault = self.failureResultOf(self.data.settled(), PeersDisagree).value
        self.assertEqual(fault.offset, 700)
        self.assertIn("byte 700", str(fault))
        self.assertEqual(list(self.data.have), [(0, 750)])
        self.failureResultOf(self.data.finish(), PeersDisagree)

    def test_difference_across_the_edge(self) -> None:
        """Nothing of a write that differs in its known part is kept of its new part."""
        self.send(CONTENT[:725])
        self.file.written.clear()
        self.send(LIE)
        self.assertEqual(self.file.written, [])
        self.assertEqual(list(self.data.have), [(0, 725)])

    def test_after_a_difference(self) -> None:
        """The next source may still be right."""
        self.send(CONTENT[:750])
        self.send(LIE)
        self.assertEqual(self.send(CONTENT).calls, [])
        self.assertIsNone(self.data.pass_failure)
        self.successResultOf(self.data.finish())
        self.assertEqual(self.file.pread(0, 2000), CONTENT)

    def test_shorter(self) -> None:
        """A source that ends before what is there disagrees too, at its end."""
        self.send(CONTENT)
        self.send(CONTENT[:400])
        self.assertEqual(self.failureResultOf(self.data.finish(), PeersDisagree).value.offset, 400)
        self.assertFalse(self.data.complete)
        self.send(CONTENT)
        self.successResultOf(self.data.finish())

    def test_complete(self) -> None:
        """Once it is complete, no pass is let in."""
        self.send(CONTENT)
        self.successResultOf(self.data.finish())
        self.assertEqual(self.send(b"more").calls, ["stop"])
        self.failureResultOf(self.data.settled(), SessionError)
        self.assertEqual(self.file.pread(0, 2000), CONTENT)

    def test_put_disagrees(self) -> None:
        """What is put where other bytes are is refused, whole."""
        self.successResultOf(self.data.put(100, CONTENT[100:200]))
        failed = self.data.put(50, CONTENT[50:150] + b"?" + CONTENT[151:250])
        self.assertEqual(self.failureResultOf(failed, PeersDisagree).value.offset, 150)
        self.assertEqual(list(self.data.have), [(100, 200)])

    def test_far_difference(self) -> None:
        """The byte is found in large writes as well, which are compared piece by piece."""
        large = bytes(600_000)
        data = PartialData(MemoryFile(), InlineWorkers())
        self.successResultOf(data.put(0, large))
        failed = data.put(0, large[:500_000] + b"x" + large[500_001:])
        self.assertEqual(self.failureResultOf(failed, PeersDisagree).value.offset, 500_000)


class SlowDiskTests(SynchronousTestCase):
    """A source may die while its last bytes still wait to be written."""

    def setUp(self) -> None:
        """Start afresh."""
        self.workers = HeldWorkers()
        self.data = PartialData(MemoryFile(), self.workers, SMALL)

    def send(self, content: bytes) -> CountingProducer:
        """One pass, as much as it is not paused or stopped for."""
        producer = CountingProducer()
        self.data.registerProducer(producer, True)
        for at in range(0, len(content), 10):
            while producer.paused:
                self.workers.step()
            self.data.write(content[at : at + 10])
        self.data.unregisterProducer()
        return producer

    def test_nothing_is_lost(self) -> None:
        """They are written; the next source's same bytes are compared with them."""
        self.send(CONTENT[:90])
        self.send(CONTENT[:200])
        self.workers.flush()
        self.assertEqual(list(self.data.have), [(0, 200)])
        self.assertIsNone(self.data.pass_failure)

    def test_difference_in_what_still_waits(self) -> None:
        """A difference from bytes that waited is found all the same."""
        self.send(CONTENT[:90])
        producer = self.send(CONTENT[:50] + b"!" * 50)
        self.workers.flush()
        self.assertEqual(self.failureResultOf(self.data.settled(), PeersDisagree).value.offset, 50)
        self.assertEqual(list(self.data.have), [(0, 90)])
        self.assertEqual(producer.calls.count("stop"), 0)

    def test_a_stopped_source_goes_on(self) -> None:
        """What a source sends after it was stopped is dropped."""
        self.send(CONTENT)
        self.workers.flush()
        producer = CountingProducer()
        self.data.registerProducer(producer, True)
        self.data.write(b"!" * 40)
        self.workers.flush()
        self.assertEqual(producer.calls, ["stop"])
        self.data.write(b"?" * 40)
        self.data.filled(len(self.data.lend()))
        self.assertEqual(len(self.workers), 0)
        self.data.unregisterProducer()

    def test_bytes_are_seen_once_written(self) -> None:
        """A reader waits for the disk, not only for the network."""
        consumer = CollectingConsumer()
        self.data.read_to(consumer, 0, 90)
        self.data.registerProducer(CountingProducer(), True)
        self.data.write(CONTENT[:90])
        self.assertEqual((bytes(consumer.collected), list(self.data.have)), (b"", []))
        self.workers.flush()
        self.assertEqual(bytes(consumer.collected), CONTENT[:90])
