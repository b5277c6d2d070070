"""Broadcasts in memory, from the bytes that are fed in to those that are read."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.units import LEAF
from p2pstream.data.live import LiveData
from p2pstream.errors import Equivocation
from p2pstream.limits import LIMITS
from p2pstream.live.reopening import reopen
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.live.casts import KEY, Cast, Watcher


def stuffed(cast: Cast, watcher: Watcher) -> int:
    """In how many leaves of what was read zeros stand for what was fed in; anything else is an error."""
    got, start, found = bytes(watcher.consumer.collected), watcher.position, 0
    at = 0
    while at < len(got):
        stop = min((start + at) // LEAF * LEAF + LEAF - start, len(got))
        if got[at:stop] != cast.fed[start + at : start + stop]:
            assert not got[at:stop].strip(b"\0"), f"what was read at byte {start + at} was never broadcast"
            found += 1
        at = stop
    return found


class CastTests(SynchronousTestCase):
    """What everybody gets."""

    def read(self, cast: Cast, watcher: Watcher, holes: int = 0) -> None:
        """What it read is what was fed in, but for so many leaves that it gave up."""
        self.assertIsNotNone(watcher.began)
        self.assertGreater(len(watcher.consumer.collected), 0)
        self.assertLessEqual(stuffed(cast, watcher), holes)

    def test_one_viewer(self) -> None:
        """Joins at a place where one may begin, and reads all that follows, in time."""
        cast = Cast()
        cast.run(4.0)
        watcher = cast.watch()
        cast.run(6.0)
        self.read(cast, watcher)
        assert watcher.began is not None
        self.assertLess(watcher.began - watcher.joined_at, 1.5)
        self.assertIn(watcher.position, [position for position, _ in cast.source.data.raps])
        self.assertEqual(watcher.holes(5.0, 9.0), 0)
        self.assertLess(watcher.late(6.0)[-1], 1.0)

    def test_a_source_that_falls_behind(self) -> None:
        """What it signs too late is waited for: nobody has it any sooner."""
        cast = Cast()
        watchers = [cast.watch() for _ in range(4)]
        cast.run(6.0)
        before = [stuffed(cast, each) for each in watchers]
        cast.behind_s = 3.0
        cast.run(2.0)
        waits = set()
        for _ in range(25):
            cast.run(0.04)
            waits |= {need.due - need.heard for each in watchers for need in each.relay.mesh._needs}
        self.assertAlmostEqual(min(waits), LIMITS.live_late_s)
        self.assertAlmostEqual(max(waits), LIMITS.live_late_s)
        self.assertEqual([stuffed(cast, each) for each in watchers], before)

    def test_three_hops(self) -> None:
        """Through two who give it on: nobody but the first one is told of the source."""
        cast = Cast()
        cast.run(2.0)
        first = cast.watch(0)
        cast.introduce(first.relay, cast.source)
        second, third = cast.watch(0), cast.watch(0)
        cast.introduce(second.relay, first.relay)
        cast.introduce(third.relay, second.relay)
        cast.run(14.0)
        for watcher in (first, second, third):
            self.read(cast, watcher, 2)
            self.assertEqual(watcher.holes(8.0, 13.0), 0)
        late = third.late(8.0)
        self.assertLess(late[int(len(late) * 0.95)], 2.0)

    def test_a_dozen(self) -> None:
        """All of them, within the delay; the source sends three copies and a bit."""
        cast = Cast()
        cast.run(2.0)
        watchers = [cast.watch() for _ in range(12)]
        cast.run(14.0)
        for watcher in watchers:
            # All of them came at once, and nobody had anything to give.
            self.read(cast, watcher, 20)
            self.assertEqual(watcher.holes(9.0, 13.5), 0)
        late = sorted(each for watcher in watchers for each in watcher.late(9.0))
        self.assertLess(late[int(len(late) * 0.95)], 2.0)
        self.assertLess(cast.uplinks[cast.source].sent / len(cast.fed), 3.4)

    def test_the_end(self) -> None:
        """Everybody knows the length, and who has all of it knows the file's key."""
        cast = Cast()
        watcher = cast.watch()
        cast.run(5.0)
        cast.source.put(b"the end")
        cast.fed += b"the end"
        ended = cast.source.end()
        cast.run(4.0, feed=False)
        key = self.successResultOf(ended)
        self.assertEqual(key.length, len(cast.fed))
        self.assertEqual(watcher.data.length, key.length)
        self.read(cast, watcher)
        self.assertEqual(watcher.position + len(watcher.consumer.collected), key.length)

    def test_F46_restart(self) -> None:
        """The source dies and comes back: its epoch goes on, viewers read on, and it stays one film."""
        cast = Cast()
        watcher = cast.watch(1)
        cast.run(5.0)
        cast.source.close()
        fed = cast.source._last.stop * LEAF if cast.source._last else 0
        cast.fed = cast.fed[:fed]
        cast.run(3.0, feed=False)
        data = LiveData(KEY, cast.disk, InlineWorkers(), 600.0)
        epoch, last = self.successResultOf(reopen(data, cast.disk, InlineWorkers()))
        self.assertEqual((epoch, last and last.head), (1, cast.source._last))
        cast.source = cast.make_source(data=data, epoch=epoch, last=last)
        cast.introduce(watcher.relay, cast.source)
        cast.run(5.0)
        # It was away for longer than the delay.
        self.read(cast, watcher, 12)
        self.assertGreater(watcher.position + len(watcher.consumer.collected), fed + 10 * LEAF)
        self.assertTrue(any(head.discontinuity for head in cast.source.lineage._heads.values()))

    def test_F15_the_time_of_day_went_back(self) -> None:
        """By so much it goes on; by more it begins anew, for its times would stand still."""
        cast = Cast()
        cast.run(3.0)
        cast.source.close()
        assert cast.source._last is not None
        captured_ms, back_ms = cast.source._last.captured_ms, int(LIMITS.live_back_s * 1000)
        for now_ms, epoch in ((captured_ms - back_ms, 1), (captured_ms - back_ms - 1, 2)):
            data = LiveData(KEY, cast.disk, InlineWorkers(), 600.0)
            found = self.successResultOf(reopen(data, cast.disk, InlineWorkers(), now_ms=now_ms))
            self.assertEqual(found[0], epoch)

    def test_without_a_head(self) -> None:
        """Who hears none for so long starves, and not before: one a second comes."""
        cast = Cast()
        watcher = cast.watch(1)
        cast.run(4.0)
        cast.source.close()
        cast.run(LIMITS.live_starved_s - 1.2, feed=False)
        self.assertFalse(watcher.relay.starves)
        cast.run(1.5, feed=False)
        self.assertTrue(watcher.relay.starves)

    def test_restart_without_its_journal(self) -> None:
        """Another epoch, above all that anybody knows of; viewers go on there."""
        cast = Cast()
        watcher = cast.watch(1)
        cast.run(5.0)
        cast.source.close()
        cast.disk = MemoryDisk()
        data = LiveData(KEY, cast.disk, InlineWorkers(), 600.0)
        epoch, last = self.successResultOf(reopen(data, cast.disk, InlineWorkers(), highest=(1, 0)))
        self.assertEqual((epoch, last), (2, None))
        cast.source, before = cast.make_source(data=data, epoch=epoch), len(watcher.consumer.collected)
        cast.introduce(watcher.relay, cast.source)
        cast.run(6.0)
        self.assertGreater(len(watcher.consumer.collected), before + 10 * LEAF)
        self.assertEqual(watcher.data.timeline.epoch, 2)

    def test_half_of_them_go(self) -> None:
        """Those who stay miss nothing for long."""
        cast = Cast()
        cast.run(1.0)
        watchers = [cast.watch() for _ in range(12)]
        cast.run(9.0)
        for watcher in watchers[::2]:
            cast.leave(watcher)
        cast.run(7.0)
        stayed = watchers[1::2]
        holes = sum(watcher.holes(10.0, 15.0) for watcher in stayed)
        self.assertLess(holes, 0.02 * 6 * 5 * cast.rate / 8 / LEAF)


class RewindTests(SynchronousTestCase):
    """What was broadcast before somebody came."""

    def test_back_to_the_start(self) -> None:
        """Is fetched from whoever has it, proven like everything, and nothing new is missed for it."""
        cast = Cast()
        cast.run(8.0)
        watcher = cast.watch(1)
        cast.run(3.0)
        consumer = CollectingConsumer()
        reading = watcher.data.read_to(consumer, 0, 40 * LEAF)
        cast.run(10.0)
        self.assertEqual(self.successResultOf(reading), 40 * LEAF)
        self.assertEqual(bytes(consumer.collected), cast.fed[: 40 * LEAF])
        self.assertEqual(watcher.holes(12.0, 18.0), 0)

    def test_none_of_the_neighbours_has_it(self) -> None:
        """Others are looked for, until one has it; who is of no use makes room."""
        limits = replace(LIMITS, live_degree=1, live_dials=1)
        cast = Cast(limits=limits)
        cast.run(5.0)
        late, later = cast.watch(1), cast.watch(0)
        cast.run(3.0)
        cast.introduce(later.relay, late.relay)
        cast.run(3.0)
        self.assertFalse(later.relay.seeks)
        consumer = CollectingConsumer()
        reading = later.data.read_to(consumer, 0, 8 * LEAF)
        cast.run(1.0)
        self.assertTrue(later.relay.seeks)
        for _ in range(3):
            cast.introduce(later.relay, cast.watch(0).relay)
        cast.run(0.5)
        self.assertEqual(len(later.relay.neighbours), 2)
        cast.introduce(later.relay, cast.source)
        cast.run(3.0)
        self.assertEqual(self.successResultOf(reading), 8 * LEAF)
        self.assertEqual(bytes(consumer.collected), cast.fed[: 8 * LEAF])
        self.assertFalse(later.relay.seeks)

    def test_what_nobody_has(self) -> None:
        """Is given up after a while."""
        cast = Cast()
        cast.run(6.0)
        first = cast.watch(1)
        cast.run(3.0)
        cast.source.close()
        second = cast.watch(0)
        cast.introduce(second.relay, first.relay)
        cast.run(3.0, feed=False)
        consumer = CollectingConsumer()
        reading = second.data.read_to(consumer, 0, 2 * LEAF)
        cast.run(LIMITS.live_rewind_s - 0.1, feed=False)
        self.assertEqual(len(consumer.collected), 0)
        cast.run(12.0 - LIMITS.live_rewind_s, feed=False)
        self.assertEqual(self.successResultOf(reading), 2 * LEAF)
        self.assertEqual(bytes(consumer.collected), bytes(2 * LEAF))


class LiarTests(SynchronousTestCase):
    """Nothing false is shown or passed on."""

    def test_F33_polluted_leaves(self) -> None:
        """Whoever sends one is left at once; all others are as well off as before."""
        cast = Cast()
        cast.run(1.0)
        watchers = [cast.watch() for _ in range(6)]
        liar = watchers[2]
        for neighbour in liar.relay.neighbours.all():
            neighbour.spoil = lambda content: b"spoilt" + content[6:]  # type: ignore[attr-defined]
        cast.run(12.0)
        for watcher in watchers:
            self.assertLess(stuffed(cast, watcher), 20)
        self.assertEqual(sum(watcher.holes(7.0, 10.0) for watcher in watchers if watcher is not liar), 0)

    def test_F46_forged_heads(self) -> None:
        """A head of another key convicts whoever told it; one of the past is harmless."""
        cast = Cast()
        watcher = cast.watch(1)
        cast.run(3.0)
        forger = cast.watch(0)
        there, _ = cast.introduce(forger.relay, watcher.relay)
        edge = cast.source.lineage.edge
        assert edge is not None
        old = cast.source.lineage.get(1)
        assert old is not None
        entry = cast.source.data.slice(old.epoch, old.first)
        there.tell_slice(old.raw, entry.leaves if entry else b"")
        cast.run(0.2)
        self.assertEqual(len(watcher.relay.neighbours), 2)
        there.tell_slice(old.raw[:-64] + bytes(64), entry.leaves if entry else b"")
        cast.run(0.2)
        self.assertEqual(len(watcher.relay.neighbours), 1)
        self.assertIsNone(watcher.relay.fault)

    def test_F46_a_channel_that_contradicts_itself(self) -> None:
        """Nobody believes it any more, readers are told why, and no relay is blamed."""
        cast = Cast()
        watcher = cast.watch(1)
        cast.run(3.0)
        twin = Cast(seed=2)
        twin.run(3.0)
        other = cast.watch(0)
        there, _ = cast.introduce(other.relay, watcher.relay)
        edge = twin.source.lineage.edge
        assert edge is not None
        entry = twin.source.data.slice(edge.epoch, edge.first)
        reading = watcher.data.read_to(watcher.consumer.__class__(), watcher.data.edge)
        there.tell_slice(edge.raw, entry.leaves if entry else b"")
        cast.run(0.2)
        self.assertIsInstance(watcher.relay.fault, Equivocation)
        self.failureResultOf(reading, Equivocation)
        self.assertEqual(len(watcher.relay.neighbours), 0)
