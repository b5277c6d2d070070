"""What playback waits for, as a value; and what the store gave up."""

from __future__ import annotations

from twisted.internet.defer import fail

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.content.views import Awaited, Need
from p2pstream.errors import StorageError
from p2pstream.limits import LIMITS
from tests.swarm.test_proven import A, B, ProvenTestCase


class AwaitedTests(ProvenTestCase):
    @property
    def awaited(self) -> Awaited | None:
        """As overlays are told."""
        return self.download.snapshot().awaited

    def test_peers_then_head_then_unit(self) -> None:
        """First somebody who has it, then the first units, then enough of them, then none."""
        cursor = self.stream.cursor(0, "play")
        done = self.run_to(A)
        self.assertEqual(self.awaited, Awaited(Need.PEERS))
        peer = self.peer(A)
        self.clock.advance(LIMITS.retry_s * 2)
        self.assertEqual(self.awaited, Awaited(Need.HEAD, 0, (str(A),), 0.0, LIMITS.enough_s))
        peer.step(4)
        seen = self.awaited
        assert seen is not None
        self.assertEqual((seen.need, seen.unit), (Need.BUFFER, 4))
        self.assertAlmostEqual(seen.here_s, 4 * UNIT / LIMITS.reader_rate, 2)
        cursor.move(4 * UNIT)
        self.assertEqual(self.awaited, Awaited(Need.UNIT, 4, (str(A),), 0.0, LIMITS.enough_s))
        self.all_step(done)
        self.assertIsNone(self.awaited)

    def test_nobody_reads(self) -> None:
        """Then nothing is waited for; with a disk that refuses, room is."""
        self.peer(A)
        full = StorageError("disk full: need 64 kB, 0 free")
        self.patch(self.stream, "put_units", lambda first, run: fail(full))
        done = self.run_to(A)
        self.assertIsNone(self.awaited)
        self.peers[A].step()
        self.assertEqual(self.awaited, Awaited(Need.ROOM))
        self.give_up(done)

    def test_evicted(self) -> None:
        """What the store gave up is asked for again when a reader comes back to it."""
        peer = self.peer(A, Ranges([(0, 20)]))
        cursor = self.stream.cursor(0, "play")
        done = self.run_to(A)
        self.all_step(done, 30)
        self.assertEqual(list(self.stream.units), [(0, 20)])
        cursor.move(19 * UNIT)
        evicting = self.stream.stored.keeping.evict(Ranges([(0, 4)]))
        with self.assertRaises(StopIteration):
            evicting.send(None)
        cursor.move(0)
        self.clock.advance(LIMITS.picker_tick_s)
        self.assertEqual(sorted(peer.asked)[:2], [0, 1])
        self.all_step(done, 30)
        self.assertEqual(list(self.stream.units), [(0, 20)])
        self.give_up(done)

    def test_seek(self) -> None:
        """The first unit is asked of two at once; what is not needed any more is taken back."""
        first, second = self.peer(A), self.peer(B)
        cursor = self.stream.cursor(0, "play")
        done = self.run_to(A, B)
        cursor.move(38 * UNIT)
        self.assertIn(38, first.asked)
        self.assertIn(38, second.asked)
        self.give_up(done)
