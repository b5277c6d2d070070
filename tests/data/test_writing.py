"""The writer behind every sink: when it writes, and how much it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.buffers import Pool
from p2pstream.data.turns import Turns
from p2pstream.data.writing import WriteBehind
from p2pstream.testing.bytes.consumers import CountingProducer
from p2pstream.testing.bytes.data import CONTENT, SMALL
from p2pstream.testing.workers import HeldWorkers


class Notebook:
    """A landing that notes what it is told."""

    def __init__(self, broken_at: int | None = None) -> None:
        self.failure: Failure | None = None
        self.content = bytearray()
        self.writes: list[int] = []
        self.told: list[tuple[int, int]] = []
        self._broken_at = broken_at

    def keep(self, offset: int, view: memoryview) -> None:
        """Note the bytes, unless it is time to break."""
        assert offset == len(self.content), "out of order"
        if self._broken_at is not None and offset + len(view) > self._broken_at:
            raise ZeroDivisionError
        self.content += view
        self.writes.append(len(view))

    def kept(self, start: int, stop: int) -> None:
        """Note the range."""
        self.told.append((start, stop))

    def broke(self, failure: Failure) -> None:
        """Note the failure; a second one is an error."""
        assert self.failure is None
        self.failure = failure


class WriteBehindTests(SynchronousTestCase):
    """One worker at a time, soon and in large pieces."""

    def setUp(self) -> None:
        """A writer on a disk as slow as the test likes."""
        self.workers = HeldWorkers()
        self.landing = Notebook()
        self.writing = WriteBehind(self.landing, self.workers, Turns(self.workers), SMALL)

    def test_idle_writes_at_once(self) -> None:
        """The first byte does not wait for company."""
        self.writing.write(b"a")
        self.assertEqual(len(self.workers), 1)
        self.workers.flush()
        self.assertEqual(self.landing.told, [(0, 1)])

    def test_busy_gathers(self) -> None:
        """What arrives while a worker writes becomes one write, and one word about it."""
        for at in range(20):
            self.writing.write(CONTENT[at : at + 1])
        self.assertEqual(len(self.workers), 1)
        self.workers.flush()
        self.assertEqual(self.landing.writes, [1, 19])
        self.assertEqual(self.landing.told, [(0, 1), (1, 20)])

    def test_never_two_at_once(self) -> None:
        """However much waits, one worker has it."""
        for at in range(0, 900, 30):
            self.writing.write(CONTENT[at : at + 30])
            self.assertEqual(len(self.workers), 1)
        self.workers.flush()
        self.assertEqual(bytes(self.landing.content), CONTENT[:900])

    def test_bound(self) -> None:
        """An obedient producer never makes it hold more than the bound; buffers are used again."""
        producer = CountingProducer()
        self.writing.registerProducer(producer, True)
        most = sent = 0
        views = set()
        while sent < len(CONTENT):
            if producer.paused:
                self.workers.step()
                continue
            room = self.writing.lend()
            views.add(id(room.obj))
            count = min(len(room), len(CONTENT) - sent)
            room[:count] = CONTENT[sent : sent + count]
            self.writing.filled(count)
            sent += count
            most = max(most, self.writing.unwritten)
        self.workers.flush()
        self.assertEqual(bytes(self.landing.content), CONTENT)
        self.assertLessEqual(most, SMALL.unwritten_bytes)
        self.assertGreater(most, SMALL.unwritten_bytes // 2)
        self.assertLessEqual(len(views), SMALL.unwritten_bytes // SMALL.receive_bytes + 1)

    def test_drained(self) -> None:
        """`drained` fires when the last byte is written; at once when there is none."""
        self.successResultOf(self.writing.drained())
        self.writing.write(CONTENT)
        drained = self.writing.drained()
        self.workers.step()
        self.assertNoResult(drained)
        self.workers.flush()
        self.successResultOf(drained)
        self.assertEqual(self.writing.unwritten, 0)

    def test_failure(self) -> None:
        """Trouble is told once; what waited is dropped, and the producer stopped."""
        self.landing = Notebook(broken_at=100)
        self.writing = WriteBehind(self.landing, self.workers, Turns(self.workers), SMALL)
        producer = CountingProducer()
        self.writing.registerProducer(producer, True)
        for at in range(0, 120, 10):
            self.writing.write(CONTENT[at : at + 10])
        self.workers.flush()
        self.assertIsNotNone(self.landing.failure)
        self.assertEqual(producer.calls[-1], "stop")
        self.assertEqual((self.writing.unwritten, len(self.workers)), (0, 0))
        self.successResultOf(self.writing.drained())
        told = sum(stop - start for start, stop in self.landing.told)
        self.assertEqual(told, len(self.landing.content))

    def test_restart(self) -> None:
        """A new run begins at 0 in a new landing; the old one still gets what was its own."""
        self.writing.write(CONTENT[:100])
        other = Notebook()
        self.writing.restart(other)
        self.writing.write(CONTENT[:50])
        self.assertEqual(self.writing.position, 50)
        self.workers.flush()
        self.assertEqual(bytes(self.landing.content), CONTENT[:100])
        self.assertEqual(bytes(other.content), CONTENT[:50])

    def test_old_run_breaks(self) -> None:
        """An old run's trouble does not touch the new one."""
        self.landing = Notebook(broken_at=0)
        self.writing = WriteBehind(self.landing, self.workers, Turns(self.workers), SMALL)
        self.writing.write(CONTENT[:10])
        self.writing.write(CONTENT[10:20])
        other = Notebook()
        self.writing.restart(other)
        producer = CountingProducer()
        self.writing.registerProducer(producer, True)
        self.writing.write(CONTENT[:50])
        self.workers.flush()
        self.assertIsNotNone(self.landing.failure)
        self.assertEqual(bytes(other.content), CONTENT[:50])
        self.assertEqual(producer.calls, [])

    def test_drop(self) -> None:
        """What no worker has begun can be forgotten."""
        self.writing.write(CONTENT[:10])
        self.writing.write(CONTENT[10:20])
        self.writing.drop()
        self.workers.flush()
        self.assertEqual((bytes(self.landing.content), self.writing.unwritten), (CONTENT[:10], 0))

    def test_pull_producer(self) -> None:
        """A pull producer is refused in words."""
        self.assertRaises(ValueError, self.writing.registerProducer, CountingProducer(), False)

    def test_resumed_for_what_others_left(self) -> None:
        """A producer that comes while too much is unwritten waits too."""
        self.writing.write(CONTENT[:128])
        producer = CountingProducer()
        self.writing.registerProducer(producer, True)
        self.assertEqual(producer.calls, ["pause"])
        self.workers.flush()
        self.assertEqual(producer.calls, ["pause", "resume"])

    def test_careless_landing(self) -> None:
        """A landing that raises is logged; the writing goes on."""

        def kept(start: int, stop: int) -> None:
            raise ZeroDivisionError

        self.landing.kept = kept  # type: ignore[method-assign]
        self.writing.write(CONTENT[:10])
        self.writing.write(CONTENT[10:20])
        self.workers.flush()
        self.assertEqual(bytes(self.landing.content), CONTENT[:20])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 2)


class PoolTests(SynchronousTestCase):
    """Buffers are lent and come back."""

    def setUp(self) -> None:
        """Two buffers of eight bytes."""
        self.pool = Pool(replace(SMALL, receive_bytes=8, unwritten_bytes=16))

    def fill(self, count: int) -> Any:
        """Use some of the room, as one part that waits."""
        self.pool.room()
        buffer, start = self.pool.filled(count)
        buffer.users += 1
        return buffer, start

    def test_rest_of_a_buffer(self) -> None:
        """While one part waits, the rest of the buffer is lent."""
        first, start = self.fill(5)
        self.assertEqual((start, len(self.pool.room())), (0, 3))
        second, start = self.fill(3)
        self.assertEqual((second is first, start), (True, 5))
        self.assertEqual(len(self.pool.room()), 8)

    def test_again_from_the_start(self) -> None:
        """A buffer none of whose parts waits is used from its start, full or not."""
        for count in (5, 8):
            first, _ = self.fill(count)
            self.pool.release(first)
            self.assertEqual(len(self.pool.room()), 8)

    def test_spare_buffers_are_empty(self) -> None:
        """A buffer that was given back is lent whole."""
        first, _ = self.fill(8)
        self.fill(8)
        self.pool.release(first)
        self.assertEqual(len(self.pool.room()), 8)
        self.assertIs(self.pool.filled(8)[0], first)

    def test_never_more_spare_than_needed(self) -> None:
        """Buffers beyond the bound are not kept."""
        buffers = [self.fill(8)[0] for _ in range(5)]
        for buffer in buffers:
            self.pool.release(buffer)
        self.assertEqual(len(self.pool._spare), 2)

    def test_clear(self) -> None:
        """Idle memory is given back, but not what is lent."""
        room = self.pool.room()
        self.pool.clear()
        room[:3] = b"abc"
        buffer, _ = self.pool.filled(3)
        self.assertEqual(bytes(buffer.view[:3]), b"abc")
        self.pool.clear()
        self.assertIsNone(self.pool._current)
        self.assertRaises(ValueError, self.pool.filled, 1)
