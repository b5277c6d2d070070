"""How a broadcast that is watched stands."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import LiveKey
from p2pstream.content.links import Link
from p2pstream.content.signed.heads import Head
from p2pstream.content.units import LEAF
from p2pstream.content.views import Awaited, Need
from p2pstream.limits import LIMITS
from p2pstream.peer.live.viewing import LiveViewing
from p2pstream.testing.node import FakeNode
from p2pstream.testing.state.disks import MemoryDisk
from tests.live.casts import Cast, Watcher


class Centrals:
    """They know nothing of it."""

    def head(self, key: LiveKey) -> Deferred[Head | None]:
        """See `edge.EdgeAsking`."""
        return succeed(None)

    def close(self) -> Deferred[None]:
        """Nothing is open."""
        return succeed(None)


class SnapshotTests(SynchronousTestCase):
    """On one clock with its source."""

    def viewing(self, cast: Cast, watcher: Watcher) -> LiveViewing:
        """What this one watches; left when the test is over."""
        node: Any = FakeNode(cast.clock)
        closing: Any = SimpleNamespace(close=lambda: None)
        asked: Any = Centrals()
        link = Link.parse("p2pstream://10.0.0.9/show")
        viewing = LiveViewing(link, node, watcher.relay, closing, asked, None, closing)
        self.addCleanup(self.leave, cast, viewing)
        return viewing

    def leave(self, cast: Cast, viewing: LiveViewing) -> None:
        """Nobody reads on, or waits for anything."""
        self.successResultOf(viewing.stop())
        for each in cast.watchers:
            self.successResultOf(each.data.close(remove=True))
        cast.source.close()

    def test_rate(self) -> None:
        """What came in the last seconds, and nothing once nothing comes, whatever the broadcast has."""
        cast = Cast(rate=1e6)
        cast.run(1.0)
        viewing = self.viewing(cast, cast.watch(1))
        self.assertEqual(viewing.snapshot().rate, 0.0)
        cast.run(6.0)
        self.assertLess(abs(viewing.snapshot().rate - 125_000), 12_500)
        rates = []
        for _ in range(24):
            cast.clock.advance(0.5)
            rates.append(round(viewing.snapshot().rate))
        self.assertEqual(rates[-1], 0, rates)

    def test_the_source_is_away(self) -> None:
        """Whoever watches waits for it once several heads are missing, and no more once one came."""
        cast = Cast(rate=1e6)
        cast.run(1.0)
        viewing = self.viewing(cast, cast.watch(1))
        self.assertEqual(viewing.snapshot().awaited, Awaited(Need.HEAD))
        cast.run(4.0)
        self.assertIsNone(viewing.snapshot().awaited)
        # What is fed in pauses, and the source says that it goes on.
        cast.run(3 * LIMITS.live_starved_s, feed=False)
        self.assertIsNone(viewing.snapshot().awaited)
        cast.source.close()
        cast.clock.advance(LIMITS.live_starved_s - LIMITS.live_heartbeat_s)
        self.assertIsNone(viewing.snapshot().awaited)
        cast.clock.advance(LIMITS.live_heartbeat_s + 0.1)
        self.assertEqual(viewing.snapshot().awaited, Awaited(Need.SOURCE))
        cast.disk = MemoryDisk()
        cast.source = cast.make_source(epoch=2)
        cast.introduce(cast.watchers[0].relay, cast.source)
        cast.run(2.0)
        self.assertIsNone(viewing.snapshot().awaited)

    def test_joined_while_the_source_is_away(self) -> None:
        """Others are found first; once they say nothing either, it is the source that is waited for."""
        cast = Cast(rate=1e6)
        other = cast.watch(0)
        watcher = cast.watch(0)
        viewing = self.viewing(cast, watcher)
        self.assertEqual(viewing.snapshot().awaited, Awaited(Need.PEERS))
        cast.introduce(watcher.relay, other.relay)
        self.assertEqual(viewing.snapshot().awaited, Awaited(Need.HEAD))
        cast.clock.advance(LIMITS.live_starved_s + 0.1)
        self.assertEqual(viewing.snapshot().awaited, Awaited(Need.SOURCE))
        cast.introduce(other.relay, cast.source)
        cast.run(4.0)
        self.assertIsNone(viewing.snapshot().awaited)

    def test_how_far_behind(self) -> None:
        """How long ago the newest byte was captured that can be read, from where it was joined on."""
        cast = Cast(rate=1e6)
        cast.run(1.0)
        watcher = cast.watch(1)
        viewing = self.viewing(cast, watcher)
        self.assertIsNone(viewing.snapshot().behind_s)
        cast.run(6.0)
        behind = viewing.snapshot().behind_s or -1.0
        self.assertTrue(0.0 < behind < 0.5, behind)
        # What comes late holds up whoever reads, until it is given up.
        epoch, leaf, _ = watcher.data.timeline.place(watcher.data.edge - 3 * 125_000)
        position = watcher.data.timeline.position(epoch, leaf) or 0
        watcher.data.have = watcher.data.have.remove(position, position + LEAF)
        held_up = viewing.snapshot().behind_s or -1.0
        self.assertTrue(2.9 < held_up < 3.7, held_up)
        watcher.data.skip(epoch, leaf)
        self.assertEqual(viewing.snapshot().behind_s, behind)
        cast.source.close()
        cast.clock.advance(3.0)
        self.assertAlmostEqual(viewing.snapshot().behind_s or -1.0, behind + 3.0, 1)

    def test_nobody_waits_for_what_is_over(self) -> None:
        """A source that said that it ends is not away."""
        cast = Cast(rate=1e6)
        cast.run(1.0)
        viewing = self.viewing(cast, cast.watch(1))
        cast.run(4.0)
        cast.source.end()
        cast.run(2 * LIMITS.live_starved_s, feed=False)
        now = viewing.snapshot()
        self.assertEqual((viewing.data.complete, now.awaited, now.behind_s), (True, None, None))
