"""What a source does when: at each bound, and one past it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.units import LEAF
from p2pstream.limits import LIMITS
from p2pstream.live.mesh.needs import Needs
from p2pstream.testing.bytes.consumers import CountingProducer
from p2pstream.testing.workers import HeldWorkers
from tests.live.casts import Cast


def cast(**limits: Any) -> Cast:
    """A source with these bounds."""
    return Cast(limits=replace(LIMITS, **limits))


class SourceBoundsTests(SynchronousTestCase):
    """On a clock that is stepped."""

    def test_heartbeat(self) -> None:
        """With nothing to sign a head says each so often that it goes on."""
        for every in (LIMITS.live_heartbeat_s, 0.5):
            source = cast(live_heartbeat_s=every)
            source.run(every - 0.05, feed=False)
            self.assertIsNone(source.source.lineage.edge)
            source.run(2 * every + 0.25, feed=False)
            edge = source.source.lineage.edge
            self.assertEqual(edge and edge.seq, 2)

    def test_full_slices(self) -> None:
        """As soon as so many leaves are there they are one slice; the others are the next."""
        source = cast(live_slice_full=4)
        source.source.write(bytes(4 * LEAF - 1))
        self.assertIsNone(source.source.lineage.edge)
        source.source.write(bytes(1))
        edge = source.source.lineage.edge
        self.assertEqual(edge and (edge.first, edge.count), (0, 4))
        source.source.write(bytes(9 * LEAF))
        edge = source.source.lineage.edge
        self.assertEqual(edge and (edge.first, edge.count), (12, 1))

    def test_unsigned(self) -> None:
        """Its producer is paused when so much is not signed, and goes on when half of it is."""
        source = cast(live_unsigned_bytes=4 * LEAF, live_slice_full=1)
        producer, workers = CountingProducer(), HeldWorkers()
        source.source._workers = workers
        source.source.registerProducer(producer, True)
        source.source.write(bytes(5 * LEAF - 1))
        self.assertEqual(producer.paused, False)
        source.source.write(bytes(1))
        self.assertEqual(producer.paused, True)
        workers.flush()
        self.assertEqual(producer.paused, False)

    def test_heads_that_are_told(self) -> None:
        """Whoever hears of heads from now on is told of so many of the newest."""
        for most in (LIMITS.live_catch_up, 3):
            source = cast(live_catch_up=most)
            source.run(2.5)
            watcher = source.watch(1)
            source.run(0.3, feed=False)
            self.assertEqual(len(watcher.relay.lineage.newest(99)), most)

    def test_leaves_that_are_remembered(self) -> None:
        """When a head came, of so many leaves; of one more the oldest is forgotten."""
        needs = Needs(replace(LIMITS, live_mesh_leaves=2))
        for leaf in range(3):
            needs.heard_of(leaf, float(leaf))
        self.assertEqual([needs.since_heard(leaf, 9.0) for leaf in range(3)], [None, 8.0, 7.0])
