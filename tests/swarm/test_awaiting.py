"""What playback waits for, as a value; and what the store gave up."""

from __future__ import annotations

from twisted.internet.defer import fail

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.content.views import Awaited, Need
from p2pstream.errors import StorageError
from p2pstream.limits import LIMITS
from tests.swarm.test_proven import A, B, ProvenTestCase

RATE = LIMITS.reader_rate


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
        while (here := self.stream.units.first_missing(0)) < 4:
            peer.step(1)
        seen = self.awaited
        assert seen is not None
        self.assertEqual((seen.need, seen.unit), (Need.BUFFER, here))
        self.assertAlmostEqual(seen.here_s, here * UNIT / LIMITS.reader_rate, 2)
        cursor.move(here * UNIT)
        self.assertEqual(self.awaited, Awaited(Need.UNIT, here, (str(A),), 0.0, LIMITS.enough_s))
        self.all_step(done)
        self.assertIsNone(self.awaited)

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


class AwaitedCase(ProvenTestCase):
    """A film that A has, of which nothing is here."""

    units = 200

    def watch(self, *kinds: str) -> None:
        """Begin, with readers at the front."""
        self.source = self.peer(A)
        self.cursors = [self.stream.cursor(0, kind) for kind in kinds]
        self.done = self.run_to(A)
        self.addCleanup(self.give_up, self.done)

    @property
    def awaited(self) -> Awaited | None:
        """As everybody sees it."""
        awaited: Awaited | None = self.download.snapshot().awaited
        return awaited

    def come(self, unit: int) -> None:
        """Everything before this unit comes."""
        while not self.stream.units.covers(0, unit):
            self.assertTrue(self.source.step(1))


class WatchedTests(AwaitedCase):
    """Somebody watches."""

    def setUp(self) -> None:
        """At the front."""
        super().setUp()
        self.watch("read", "play")

    def test_from_head_to_enough(self) -> None:
        """The head first, then as much film as will do; with that, nothing."""
        self.assertEqual(self.awaited, Awaited(Need.HEAD, 0, (str(A),), 0.0, LIMITS.enough_s))
        self.come(LIMITS.fresh_units)
        awaited = self.awaited
        assert awaited is not None
        self.assertEqual((awaited.need, awaited.unit, awaited.of), (Need.BUFFER, 2, (str(A),)))
        self.assertAlmostEqual(awaited.here_s, 2 * UNIT / RATE)
        self.assertEqual(awaited.enough_s, LIMITS.enough_s)
        self.come(int(LIMITS.enough_s * RATE / UNIT) + 1)
        self.assertIsNone(self.awaited)

    def test_starves(self) -> None:
        """What is to be on screen is not here: whoever was asked for it is named, however much came."""
        self.come(8)
        self.clock.advance(8 * UNIT / RATE)
        for cursor in self.cursors:
            cursor.move(8 * UNIT)
        self.clock.advance(LIMITS.picker_tick_s)
        self.assertEqual(self.awaited, Awaited(Need.UNIT, 8, (str(A),), 0.0, LIMITS.enough_s))

    def test_peer_lost(self) -> None:
        """With the last peer gone, peers are looked for."""
        self.come(8)
        self.source.lose()
        self.assertEqual(self.awaited, Awaited(Need.PEERS))

    def test_full_disk(self) -> None:
        """A disk that refuses is what everything waits for."""
        self.patch(self.stream, "put_units", lambda first, run: fail(StorageError("disk full")))
        self.source.step(1)
        self.assertEqual(self.awaited, Awaited(Need.ROOM))


class CopiedTests(AwaitedCase):
    """Somebody copies, as fast as it comes."""

    def test_reader(self) -> None:
        """It is always at the edge, and waits only for the head, or when nothing comes for seconds."""
        self.watch("read")
        self.assertEqual(self.awaited, Awaited(Need.HEAD, 0, (str(A),), 0.0, LIMITS.enough_s))
        self.come(8)
        self.cursors[0].move(8 * UNIT)
        self.assertIsNone(self.awaited)
        self.clock.advance(5.0)
        self.assertEqual(self.awaited, Awaited(Need.UNIT, 8, (str(A),), 0.0, LIMITS.enough_s))
        self.cursors[0].move(4 * UNIT)
        self.assertIsNone(self.awaited)

    def test_nobody_reads(self) -> None:
        """What is fetched into a file waits for its first unit that is missing, when nothing comes."""
        self.watch()
        # Where nobody watches the first asks are at a place of chance: of A, or of nobody yet.
        of = (str(A),) if 0 in self.source.asked else ()
        self.assertEqual(self.awaited, Awaited(Need.UNIT, 0, of))
        self.come(8)
        self.assertIsNone(self.awaited)
        self.clock.advance(5.0)
        self.assertEqual(self.awaited, Awaited(Need.UNIT, 8, (str(A),)))
