"""What readers will need, and when."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS, Limits
from p2pstream.swarm.picker.demands import Demand, Demands, Zone

HERE = Ranges([(0, 100)])
HERE_LONG = Ranges([(0, 1000)])


class DemandTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A reader at the start of what is here."""
        self.demand = Demand(0, 0.0, LIMITS)

    def test_due(self) -> None:
        """The first two units at once, the others when they are read, a margin before."""
        rate = LIMITS.reader_rate
        self.assertEqual([self.demand.due(unit, 5.0, 0.3) for unit in (0, 1)], [5.0, 5.0])
        self.assertAlmostEqual(self.demand.due(42, 5.0, 0.3), 5.0 + 42 * UNIT / rate - 0.3)
        self.assertEqual(self.demand.due(2, 5.0, 9.0), 5.0)

    def test_rate(self) -> None:
        """It is that of what is read, after a while; a pause halves it at most."""
        for tick in range(1, 300):
            self.demand.move(tick * 20_000, HERE, tick / 10)
        self.assertTrue(190_000 < self.demand._rate < 210_000, self.demand._rate)
        self.assertEqual(self.demand.rate, LIMITS.reader_rate / 2)
        for tick in range(1, 100):
            self.demand.move(6_000_000 + tick * 200_000, Ranges([(0, 1000)]), 30 + tick / 10)
        self.assertGreater(self.demand.rate, LIMITS.reader_rate / 2)

    def test_rate_on_screen(self) -> None:
        """It is known after a few words of where the picture is, and as it was after a pause."""
        rate, demand, place = 2_000_000, self.demand, 0
        demand.shown = True
        self.assertFalse(demand.is_known)
        for tick in range(1, 40):
            now = 5.0 + tick / 20
            if not tick % 5:
                place += rate // 4
            demand.move(place, HERE, now)
            if tick == 15:
                self.assertLess(abs(demand.rate / rate - 1), 0.15)
        self.assertTrue(demand.is_known)
        for tick in range(1, 100):
            demand.move(place, HERE, now + tick / 5)
        demand.move(place + rate // 4, HERE, now + 20.0)
        self.assertLess(abs(demand.rate / rate - 1), 0.15)

    def test_rate_after_standing_still(self) -> None:
        """That a picture comes late, or is sought, says nothing of how fast it will go on."""
        rate, now, place = 20_000_000, 0.0, 0
        self.demand.shown = True
        for stands_s in (0.9, 0.8):
            for tick in range(5):
                self.demand.move(place, HERE_LONG, now + tick * stands_s / 5)
            now += stands_s
            for _ in range(3):
                now, place = now + 0.25, place + rate // 4
                self.demand.move(place, HERE_LONG, now)
                self.assertTrue(self.demand.rate > rate / 6)
            self.assertLess(abs(self.demand.rate / rate - 1), 0.1)
            place -= 100 * UNIT
            self.assertTrue(self.demand.move(place, HERE_LONG, now))

    def test_rate_by_rare_words(self) -> None:
        """Word of the screen comes each second and a half: that a film is slow is known by and by."""
        self.demand.shown = True
        before, rate = self.demand.rate, 250_000
        for tick in range(1, 61):
            # Looked at each half a second.
            self.demand.move(tick // 3 * 3 * rate // 2, HERE_LONG, tick / 2)
        self.assertLess(self.demand.rate, before / 2)
        self.assertGreaterEqual(self.demand.rate, rate)

    def test_a_seek_over_what_is_here(self) -> None:
        """What is on screen is sent on, further than it goes by itself: no film is that fast."""
        rate, place = 1_000_000, 0
        self.demand.shown = True
        for tick in range(1, 10):
            place = tick * rate // 4
            self.assertFalse(self.demand.move(place, HERE_LONG, tick / 4))
        before, least = self.demand.rate, int(LIMITS.urgent_s * rate)
        self.assertFalse(self.demand.move(place + least // 2, HERE_LONG, 2.3))
        self.demand._rate = before
        place = self.demand.position + least * 3 // 2
        self.assertTrue(self.demand.move(place, HERE_LONG, 2.35))
        self.assertEqual((self.demand.fresh, self.demand.rate), (place // UNIT, before))

    def test_who_reads_leaps(self) -> None:
        """A player fills its buffer as fast as it can, and has not sought."""
        for tick in range(1, 10):
            self.demand.move(tick * 250_000, HERE, tick / 4)
        self.assertFalse(self.demand.move(99 * UNIT, HERE, 2.3))

    def test_waiting_is_not_slowness(self) -> None:
        """Who stands before what is not here would go on."""
        self.demand.move(100 * UNIT, HERE, 1.0)
        before = self.demand.rate
        for tick in range(100):
            self.demand.move(100 * UNIT, HERE, 2.0 + tick)
        self.assertEqual(self.demand.rate, before)

    def test_seek(self) -> None:
        """Back, or past what is not here: nobody got there by reading."""
        self.assertFalse(self.demand.move(99 * UNIT, HERE, 1.0))
        self.assertTrue(self.demand.move(98 * UNIT, HERE, 2.0))
        self.assertTrue(self.demand.move(500 * UNIT, HERE, 3.0))
        self.assertEqual((self.demand.fresh, self.demand.due(501, 3.0, 0.3)), (500, 3.0))

    def test_a_seek_by_coming_back(self) -> None:
        """Players seek by hanging up and asking anew, in either order; what they left is wanted no more."""
        for order in ([], [("b", 500 * UNIT)]), ([("a", 0), ("b", 500 * UNIT)], [("b", 500 * UNIT)]):
            demands = Demands(1000)
            looks = [[("a", 0)], *order, [("b", 500 * UNIT)]]
            told = [demands.look(readers, HERE, float(now)) for now, readers in enumerate(looks)]
            self.assertEqual(told, [False, False, True, False])

    def test_coming_and_going(self) -> None:
        """Who leaves while all others have what they need, or comes beside them, seeks nothing."""
        demands = Demands(1000)
        for now, readers in enumerate(([("a", 0)], [("a", 0), ("b", 5 * UNIT)], [("b", 5 * UNIT)], [])):
            self.assertFalse(demands.look(readers, HERE, float(now)))

    def test_e2_seeks_settle(self) -> None:
        """The first is served at once; of those that follow quickly the newest, after a while."""
        demands = Demands(1000)
        self.assertFalse(demands.look([("a", 0)], HERE, 0.0))
        self.assertTrue(demands.look([("a", 200 * UNIT)], HERE, 1.0))
        for place in (300, 400):
            self.assertFalse(demands.look([("a", place * UNIT)], HERE, 1.01))
        self.assertEqual(demands.settles(), 1.0 + LIMITS.seek_settle_s)
        self.assertTrue(demands.look([("a", 400 * UNIT)], HERE, 1.0 + LIMITS.seek_settle_s))
        self.assertIsNone(demands.settles())
        self.assertEqual([zone.first for zone in demands.zones()], [400])

    def test_two_looks_at_one_moment(self) -> None:
        """Who reads on waits for nothing, however often that is looked at."""
        demands = Demands(1000)
        demands.look([("a", 0)], HERE, 1.0)
        demands.look([("a", UNIT)], HERE, 1.0)
        self.assertIsNone(demands.settles())
        demands.look([("a", UNIT)], HERE, 1.1)
        self.assertEqual([zone.first for zone in demands.zones()], [1])

    def test_back_to_what_is_here(self) -> None:
        """That needs nobody, so it waits for nothing."""
        demands = Demands(1000)
        demands.look([("a", 200 * UNIT)], HERE, 1.0)
        demands.look([("a", 300 * UNIT)], HERE, 1.01)
        self.assertTrue(demands.look([("a", 10 * UNIT)], HERE, 1.02))
        self.assertIsNone(demands.settles())


class ZoneTests(SynchronousTestCase):
    def zone(self, rate: float, position: int = 0, units: int = 100_000, limits: Limits = LIMITS) -> Zone:
        """Those of a reader of that rate."""
        demands = Demands(units, limits)
        demands.look([("a", position)], Ranges(), 0.0)
        for demand in demands:
            demand._rate = rate
        return demands.zones()[0]

    def test_by_time(self) -> None:
        """Three seconds and a margin are urgent; a minute comes next."""
        zone = self.zone(1_000_000.0)
        self.assertEqual((zone.urgent, zone.window), (51, 916))

    def test_bounds(self) -> None:
        """However slow or fast it is."""
        slow, fast = self.zone(0.0), self.zone(1e9)
        self.assertEqual(slow.window, 315)
        least = replace(LIMITS, window_least_units=slow.window + 1)
        self.assertEqual(self.zone(0.0, limits=least).window, 316)
        limits = LIMITS.urgent_most_units, LIMITS.window_most_units
        self.assertEqual((fast.urgent, fast.window), limits)

    def test_end(self) -> None:
        """There is nothing past the last unit."""
        zone = self.zone(1e9, 9 * UNIT, 10)
        self.assertEqual((zone.first, zone.urgent, zone.window), (9, 10, 10))

    def test_gone(self) -> None:
        """A reader that is gone needs nothing."""
        demands = Demands(10)
        demands.look([("a", 0)], Ranges(), 0.0)
        demands.look([], Ranges(), 0.0)
        self.assertEqual((demands.zones(), bool(demands)), ([], False))


class ScreenTests(SynchronousTestCase):
    """What is on screen, and one who reads on from there."""

    def setUp(self) -> None:
        """Both at the start; 100 units are here."""
        self.demands = Demands(1000)

    def look(self, screen: int, reader: int, now: float) -> list[int]:
        """They are at these units; where something may be urgent now."""
        readers = [("screen", screen * UNIT), ("reader", reader * UNIT)]
        self.demands.look(readers, HERE, now, ["screen"])
        return [zone.first for zone in self.demands.zones()]

    def test_reads_ahead(self) -> None:
        """What he waits for is wanted when it is on screen, not now."""
        self.assertEqual(self.look(10, 100, 0.0), [10])

    def test_is_elsewhere(self) -> None:
        """Not so when something between is missing, or he is behind."""
        self.assertEqual(self.look(10, 500, 0.0), [10, 500])
        self.setUp()
        self.assertEqual(self.look(60, 20, 0.0), [60, 20])

    def test_waits_for_long(self) -> None:
        """A player's word on what is on screen is an estimate: who waits for long may be at it."""
        self.look(10, 100, 0.0)
        self.assertEqual(self.look(11, 100, LIMITS.led_s - LIMITS.screen_told_s), [11])
        self.assertEqual(self.look(11, 100, LIMITS.led_s - 0.1), [11])
        self.assertEqual(self.look(11, 100, LIMITS.led_s), [11, 100])

    def test_the_picture_goes_on(self) -> None:
        """While what is on screen moves, who reads ahead of it may wait for as long as it has film."""
        for second in range(30):
            self.assertEqual(self.look(10 + second, 100, float(second)), [10 + second])

    def test_waits_again(self) -> None:
        """The time counts for one unit."""
        self.look(10, 50, 0.0)
        self.assertEqual(self.look(11, 100, LIMITS.led_s), [11])

    def test_nothing_is_on_screen(self) -> None:
        """Who reads is at it."""
        self.demands.look([("reader", 50 * UNIT), ("other", 60 * UNIT)], HERE, 0.0)
        self.assertEqual([zone.first for zone in self.demands.zones()], [50, 60])
