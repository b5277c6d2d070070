"""Who is told what is measured, and whoever looks at nothing."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.measuring.metrics import Metrics
from p2pstream.measuring.traffic import Traffic
from p2pstream.measuring.unmeasured import Unmeasured
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.views.meters import MeterContract, TrafficContract


class MetricsTests(MeterContract, SynchronousTestCase):
    """What remembers."""

    def make_meter(self) -> Metrics:
        """See the contract."""
        return Metrics()

    def counted(self, meter: Any, metric: str, labels: tuple[str, ...]) -> float:
        """See the contract."""
        return {each.labels: float(each.value) for each in meter.counted(metric)}[labels]

    def observed(self, meter: Any, metric: str) -> int:
        """See the contract."""
        (spread,) = meter.spreads([metric])
        return int(spread.value.count)


class TransfersTests(TrafficContract, SynchronousTestCase):
    """What remembers."""

    def make_traffic(self) -> Traffic:
        """See the contract."""
        return Traffic(HeapClock().seconds)

    def moved(self, traffic: Any) -> int:
        """See the contract."""
        return sum(each.moved for each in traffic.totals())

    def under_way(self, traffic: Any) -> int:
        """See the contract."""
        return len(traffic.shown(100))


class UnmeasuredTests(MeterContract, TrafficContract, SynchronousTestCase):
    """What remembers nothing."""

    def make_meter(self) -> Unmeasured:
        """See the contract."""
        return Unmeasured()

    def counted(self, meter: Any, metric: str, labels: tuple[str, ...]) -> None:
        """See the contract."""

    def observed(self, meter: Any, metric: str) -> None:
        """See the contract."""

    def make_traffic(self) -> Unmeasured:
        """See the contract."""
        return Unmeasured()

    def moved(self, traffic: Any) -> None:
        """See the contract."""

    def under_way(self, traffic: Any) -> None:
        """See the contract."""
