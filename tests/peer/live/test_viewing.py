"""How a broadcast that is watched stands."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import LiveKey
from p2pstream.content.links import Link
from p2pstream.content.signed.heads import Head
from p2pstream.peer.live.viewing import LiveViewing
from p2pstream.testing.node import FakeNode
from tests.live.casts import Cast


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

    def test_rate(self) -> None:
        """What came in the last seconds, and nothing once nothing comes, whatever the broadcast has."""
        cast = Cast(rate=1e6)
        cast.run(1.0)
        watcher = cast.watch(1)
        node: Any = FakeNode(cast.clock)
        closing: Any = SimpleNamespace(close=lambda: None)
        asked: Any = Centrals()
        link = Link.parse("p2pstream://10.0.0.9/show")
        viewing = LiveViewing(link, node, watcher.relay, closing, asked, None, closing)
        self.assertEqual(viewing.snapshot().rate, 0.0)
        cast.run(6.0)
        self.assertLess(abs(viewing.snapshot().rate - 125_000), 12_500)
        rates = []
        for _ in range(24):
            cast.clock.advance(0.5)
            rates.append(round(viewing.snapshot().rate))
        self.assertEqual(rates[-1], 0, rates)
        self.successResultOf(viewing.stop())
