"""Counters, spreads, transfers, and how late the reactor is."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.content.keys import FileKey
from p2pstream.content.shown import Bearing, Distribution, TrafficTotal
from p2pstream.interfaces import IEvents
from p2pstream.limits import LIMITS
from p2pstream.measuring.counted_events import CountedEvents
from p2pstream.measuring.lag import LagMeter
from p2pstream.measuring.metrics import Metrics
from p2pstream.measuring.traffic import Traffic
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents

KEY = FileKey(bytes(range(32)), 70_000)


class MeterTests(SynchronousTestCase):
    """What is told is remembered, by its labels."""

    def test_counts(self) -> None:
        """Amounts add up, those of other labels apart."""
        meter = Metrics()
        meter.count("p2pstream_events_total", labels=("shared",))
        meter.count("p2pstream_events_total", 2.0, ("shared",))
        meter.count("p2pstream_events_total", labels=("listed",))
        counted = {sample.labels: sample.value for sample in meter.counted("p2pstream_events_total")}
        self.assertEqual(counted, {("listed",): 1.0, ("shared",): 3.0})
        self.assertEqual(meter.total("p2pstream_stalls_total").value, 0.0)

    def test_spread(self) -> None:
        """A value at a bound is within it; one beyond all bounds is in the count alone."""
        meter = Metrics()
        for value in (0.001, 0.0011, 10.0, 11.0):
            meter.observe("p2pstream_startup_seconds", value)
        (sample,) = meter.spreads(["p2pstream_startup_seconds"])
        spread: Any = sample.value
        self.assertIsInstance(spread, Distribution)
        self.assertEqual((spread.below[0], spread.below[1], spread.below[-1]), (1, 2, 3))
        self.assertEqual((spread.count, round(spread.sum, 4)), (4, 21.0021))
        self.assertEqual(list(spread.below), sorted(spread.below))


class TrafficTests(SynchronousTestCase):
    """Who gives what to whom."""

    def setUp(self) -> None:
        """Nobody gives anything."""
        self.clock = HeapClock()
        self.traffic = Traffic(self.clock.seconds)
        self.turns = 0
        self.traffic.turned = self.turned

    def turned(self) -> None:
        """A transfer began or ended."""
        self.turns += 1

    def test_one(self) -> None:
        """It is shown while it lasts, and counts afterwards; its end may be said twice."""
        moved = [0]
        self.traffic.called = lambda key: "film.mp4"
        end = self.traffic.begin(
            Bearing.OUT, "native", "10.0.0.2:1", lambda: moved[0], KEY, id=lambda: b"\1" * 32
        )
        self.assertEqual(self.traffic.shown(10), [])
        moved[0] = 3_000_000
        self.clock.advance(2.0)
        (shown,) = self.traffic.shown(10)
        self.assertEqual((shown.name, shown.key, shown.address), ("film.mp4", KEY.text, "10.0.0.2:1"))
        self.assertEqual(
            (shown.moved, shown.rate, shown.age_s, len(shown.id)), (3_000_000, 1_500_000.0, 2.0, 52)
        )
        self.assertEqual(self.traffic.totals(), [TrafficTotal("native", Bearing.OUT, 3_000_000, 1, 1)])
        moved[0] += 1
        end()
        end()
        self.assertEqual(self.traffic.shown(10), [])
        self.assertEqual(self.traffic.totals(), [TrafficTotal("native", Bearing.OUT, 3_000_001, 1, 0)])
        self.assertEqual(self.turns, 2)

    def test_rate_follows(self) -> None:
        """Each look takes it over the time since the last, of a second at least."""
        moved = [0]
        self.traffic.begin(Bearing.IN, "native", "10.0.0.2:1", lambda: moved[0], KEY)
        rates = []
        for more in (1000, 3000, 500, 0):
            moved[0] += more
            self.clock.advance(1.0 if more != 500 else 0.5)
            rates.append(self.traffic.shown(1)[0].rate)
        self.assertEqual(rates[:3], [1000.0, 3000.0, 3000.0])
        self.assertAlmostEqual(rates[3], 500 / 1.5)

    def test_the_newest(self) -> None:
        """Of many only the newest are shown, the newest last."""
        for number in range(5):
            self.traffic.begin(Bearing.OUT, "classic", f"10.0.0.{number}:1", lambda: 1, name="film.mp4")
        self.assertEqual([each.number for each in self.traffic.shown(2)], [4, 5])
        self.assertEqual(self.traffic.shown(0), [])


class LagTests(SynchronousTestCase):
    """A reactor that is kept busy is late."""

    def test_late(self) -> None:
        """What is beyond the moment that was asked for is noted, again and again, until it is stopped."""
        clock, meter = HeapClock(), Metrics()
        lag = LagMeter(clock, meter)
        lag.start()
        clock.advance(LIMITS.lag_every_s * 4)
        (sample,) = meter.spreads(["p2pstream_reactor_lag_seconds"])
        spread: Any = sample.value
        self.assertEqual((spread.count, spread.sum), (4, 0.0))
        lag.stop()
        lag.stop()
        self.assertEqual(clock.getDelayedCalls(), [])

    def test_one_turn_for_all(self) -> None:
        """Whoever measures the same reactor looks at the same moments, whenever he began."""
        clock, meters = HeapClock(), [Metrics(), Metrics()]
        for meter in meters:
            lag = LagMeter(clock, meter)
            lag.start()
            self.addCleanup(lag.stop)
            clock.advance(LIMITS.lag_every_s * 0.7)
        self.assertEqual(len({call.getTime() for call in clock.getDelayedCalls()}), 1)
        clock.advance(LIMITS.lag_every_s * 2)
        names = ["p2pstream_reactor_lag_seconds"]
        spreads: list[Any] = [each.value for meter in meters for each in meter.spreads(names)]
        self.assertEqual([(spread.count, spread.sum) for spread in spreads], [(3, 0.0)] * 2)


class CountedEventsTests(SynchronousTestCase):
    """Events on their way to a log."""

    def test_F60_counted_and_passed_on(self) -> None:
        """Each is told as it was; one that no list knows makes no label."""
        heard, meter = HeardEvents(), Metrics()
        events = CountedEvents(heard, meter)
        self.assertTrue(verifyObject(IEvents, events))
        events.happened("listed", central="10.0.0.9:2045")
        self.assertEqual(heard.named("listed"), [{"central": "10.0.0.9:2045"}])
        self.assertRaises(KeyError, events.happened, "made up by a stranger")
        (sample,) = meter.counted("p2pstream_events_total")
        self.assertEqual((sample.labels, sample.value), (("listed",), 1.0))
