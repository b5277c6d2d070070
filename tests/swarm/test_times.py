"""What readers notice of a download, as metrics have it."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.views import Awaited, Need
from p2pstream.measuring.metrics import Metrics
from p2pstream.swarm.times import FetchTimes


class FetchTimesTests(SynchronousTestCase):
    """Told what readers wait for, again and again."""

    def setUp(self) -> None:
        """Nothing was told."""
        self.metrics = Metrics()
        self.times = FetchTimes(self.metrics)

    def stalls(self) -> tuple[float, float]:
        """How often, and for how long."""
        return tuple(
            self.metrics.total(f"p2pstream_{name}_total").value for name in ("stalls", "stall_seconds")
        )  # type: ignore[return-value]

    def test_standing_still(self) -> None:
        """It counts once, however long it lasts, and again when it comes again."""
        for now, need in enumerate(
            (None, Need.HEAD, Need.UNIT, Need.UNIT, Need.BUFFER, None, Need.UNIT, None)
        ):
            self.times.look(Awaited(need) if need else None, float(now))
        self.assertEqual(self.stalls(), (2.0, 3.0))

    def test_the_head_is_no_stall(self) -> None:
        """That one waits for the beginning, or for a buffer, is told by other metrics."""
        for need in (Need.HEAD, Need.PEERS, Need.BUFFER, Need.ROOM, None):
            self.times.look(Awaited(need) if need else None, 1.0)
        self.assertEqual(self.stalls(), (0.0, 0.0))

    def test_times(self) -> None:
        """Each is one observation."""
        self.times.began(0.2)
        self.times.proven(10.0, 10.3)
        spreads: Any = {
            sample.metric: sample.value
            for sample in self.metrics.spreads(
                ["p2pstream_startup_seconds", "p2pstream_unit_latency_seconds"]
            )
        }
        self.assertEqual({name: spread.count for name, spread in spreads.items()}, dict.fromkeys(spreads, 1))
        self.assertAlmostEqual(spreads["p2pstream_unit_latency_seconds"].sum, 0.3)
