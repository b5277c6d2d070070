"""What everything must do that is told what is measured, and who gives what to whom."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from zope.interface.verify import verifyObject

from p2pstream.content.keys import FileKey
from p2pstream.content.shown import Bearing
from p2pstream.interfaces import IMeter, ITraffic
from p2pstream.metrics import BOUNDS, METRICS

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["MeterContract", "TrafficContract"]

KEY = FileKey(bytes(range(32)), 70_000)


class MeterContract(_Case):
    """The contract of `IMeter`; for trial's ``SynchronousTestCase``."""

    def make_meter(self) -> Any:
        """One that was told nothing yet."""
        raise NotImplementedError

    def counted(self, meter: Any, metric: str, labels: tuple[str, ...]) -> float | None:
        """What it says was counted; None: it remembers nothing."""
        raise NotImplementedError

    def observed(self, meter: Any, metric: str) -> int | None:
        """How many values it says were observed; None: it remembers nothing."""
        raise NotImplementedError

    def test_provides_meter(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(IMeter, self.make_meter()))

    def test_every_counter(self) -> None:
        """Amounts add up, of each of its labels apart, and are one where nothing is said."""
        meter = self.make_meter()
        for name, kind in METRICS.items():
            if kind.kind != "counter":
                continue
            ours, others = ("a",) * len(kind.labels), ("b",) * len(kind.labels)
            meter.count(name, labels=ours)
            meter.count(name, 0.25, ours)
            if kind.labels:
                meter.count(name, 7.0, others)
            self.assertIn(self.counted(meter, name, ours), (1.25, None), name)

    def test_every_histogram(self) -> None:
        """Takes what is at a bound, between two, and beyond all."""
        meter = self.make_meter()
        for name, bounds in BOUNDS.items():
            for value in (0.0, bounds[0], bounds[-1], bounds[-1] * 2, inf):
                meter.observe(name, value)
            self.assertIn(self.observed(meter, name), (5, None), name)


class TrafficContract(_Case):
    """The contract of `ITraffic`; for trial's ``SynchronousTestCase``."""

    def make_traffic(self) -> Any:
        """One that was told nothing yet."""
        raise NotImplementedError

    def moved(self, traffic: Any) -> int | None:
        """How many bytes it says moved in all; None: it remembers nothing."""
        raise NotImplementedError

    def under_way(self, traffic: Any) -> int | None:
        """How many transfers it says there are of which something has moved; None: it remembers nothing."""
        raise NotImplementedError

    def test_provides_traffic(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(ITraffic, self.make_traffic()))

    def test_said_in_full_and_in_short(self) -> None:
        """A transfer is one with all that may be said of it, and with the least."""
        traffic = self.make_traffic()
        ends = [
            traffic.begin(Bearing.OUT, "native", "10.0.0.2:1", lambda: 3, KEY, "film.mp4", lambda: b"i" * 32),
            traffic.begin(Bearing.OUT, "native", "10.0.0.2:1", lambda: 4, key=None, id=bytes, name=""),
            traffic.begin(Bearing.IN, "classic", "10.0.0.3:1", lambda: 5),
        ]
        self.assertIn(self.under_way(traffic), (3, None))
        for end in ends:
            end()
        self.assertIn(self.under_way(traffic), (0, None))
        self.assertIn(self.moved(traffic), (12, None))

    def test_ended_twice(self) -> None:
        """Is ended once, in whatever order; nothing is asked of one that is over."""
        traffic, over, asked = self.make_traffic(), set[int](), list[int]()

        def moves(number: int) -> int:
            if number in over:
                asked.append(number)
            return (1, 10, 100)[number]

        ends = [
            traffic.begin(Bearing.IN, "native", f"10.0.0.{number}:1", lambda number=number: moves(number))
            for number in range(3)
        ]
        for number in (1, 0, 2):
            ends[number]()
            over.add(number)
            ends[number]()
            self.assertIn(self.moved(traffic), (111, None))
        self.assertEqual(asked, [])
