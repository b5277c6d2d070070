"""A broadcast as it is read by whoever watches it here."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.interfaces import IWatched
from p2pstream.peer.live.aired import Aired, FromEdge
from p2pstream.testing.live.watched import FakeWatched, LiveDataContract, WatchedContract
from tests.live.casts import Cast


class FakeTests(LiveDataContract, WatchedContract, SynchronousTestCase):
    """The fake keeps both contracts."""

    def forget(self, data: FakeWatched) -> None:
        """See `LiveDataContract`."""
        data.start = 50_000

    def make_watched(self) -> FakeWatched:
        """See `WatchedContract`."""
        watched = FakeWatched()
        watched.tuned.callback(97_000)
        return watched

    make_broadcast_data = make_watched


class AiredTests(WatchedContract, SynchronousTestCase):
    """The real one, of a broadcast that was joined four seconds after it began."""

    def make_watched(self) -> Aired:
        """See `WatchedContract`."""
        self.cast = Cast()
        self.cast.run(4.0)
        self.watcher = self.cast.watch(1)
        self.cast.run(4.0)
        return Aired(self.watcher.relay, self.cast.clock)

    def test_from_before_one_joined(self) -> None:
        """Its oldest byte is the oldest that a neighbour has; once it is read, places there are known."""
        watched = self.make_watched()
        self.assertEqual(watched.start, 0)
        joined = self.successResultOf(watched.when_tuned())
        self.assertGreater(watched.raps[0][0], 0)
        self.watcher.data.read_to(self.watcher.consumer.__class__(), 0).addErrback(lambda _: None)
        self.cast.run(3.0)
        self.assertLess(watched.raps[0][0], joined)
        self.assertEqual(list(watched.raps), sorted(watched.raps))
        self.assertTrue(watched.have.covers(0, joined))

    def test_how_long_ago(self) -> None:
        """By the quickest way that a head took, and whether the source is heard at all."""
        watched = self.make_watched()
        newest = watched.newest_ms
        assert newest is not None
        self.assertLess(watched.ago(newest) or 0.0, 0.3)
        self.assertLess(watched.quiet_s(), 0.5)
        self.cast.source.close()
        self.cast.run(5.0, feed=False)
        self.assertGreater(watched.quiet_s(), 4.5)
        self.assertGreater(watched.ago(newest) or 0.0, 4.5)

    def test_from_the_edge(self) -> None:
        """Who knows nothing of broadcasts reads from where one joins; who does asks for all of it."""
        self.make_watched()
        data = FromEdge(self.watcher.relay, self.cast.clock)
        whole = IWatched(data)
        joined = self.successResultOf(whole.when_tuned())
        self.assertEqual(data.have, Ranges([(0, whole.edge - joined)]))
        self.assertIsInstance(whole, Aired)
        self.assertIsNone(data.length)
