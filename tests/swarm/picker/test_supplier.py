"""One source: when it is only slow, and when it is stuck."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.swarm.picker.board import LATER, NOW
from p2pstream.swarm.picker.supplier import Supplier


class StuckTests(SynchronousTestCase):
    def sends(self, every: float) -> tuple[Supplier, float]:
        """One who was asked for thirty units, and sent ten, each after so many seconds."""
        supplier, now = Supplier(LIMITS), 0.0
        supplier.ask(0, 30, NOW, now, float(UNIT))
        for unit in range(10):
            now += every
            supplier.arrived(unit, unit + 1, now)
        return supplier, now

    def test_owes_nothing(self) -> None:
        """Silence of one whom nobody asked is none."""
        supplier = Supplier(LIMITS)
        self.assertFalse(supplier.is_stuck(100.0, 0.25) or supplier.is_quiet(100.0, 0.0))

    def test_quick(self) -> None:
        """Who sends much is stuck as soon as patience ends."""
        supplier, now = self.sends(0.01)
        self.assertFalse(supplier.is_stuck(now + 0.24, 0.25))
        self.assertTrue(supplier.is_stuck(now + 0.26, 0.25))

    def test_slow(self) -> None:
        """Who sends a unit a second is not stuck before two would have come."""
        supplier, now = self.sends(1.0)
        self.assertFalse(supplier.is_stuck(now + 1.5, 0.25))
        self.assertTrue(supplier.is_stuck(now + 4.0, 0.25))

    def test_one_on_our_network(self) -> None:
        """More is expected of it while it has sent nothing, and no more than of others afterwards."""
        for local, expected in ((False, 1000.0), (True, LIMITS.local_rate)):
            supplier = Supplier(LIMITS, local)
            self.assertEqual(supplier.rate(0.0, 1000.0), expected)
            self.assertEqual(supplier.rate(0.0, 2e9), 2e9)

    def test_at_once(self) -> None:
        """Who sends a unit a second, and once began at once, is there as soon with what goes first."""
        supplier, now = self.sends(0.1)
        self.assertEqual(supplier.delay, 0.1)
        for _ in range(20):
            now += 1.0
            supplier.arrived(len(supplier.asks), len(supplier.asks), now)
        self.assertGreater(supplier.eta(1, now, 0.0), 1.0)
        self.assertApproximates(supplier.at_once(now, 0.0), 0.1 * (1 + supplier.asks.urgent), 1e-6)
        supplier.asks.cancel(10, 30)
        self.assertApproximates(supplier.at_once(now, 0.0), 0.15, 1e-6)
        supplier.refused(10, 30, now)
        self.assertApproximates(supplier.at_once(now, 0.0), 0.1, 1e-6)
        self.assertEqual(
            Supplier(LIMITS).at_once(0.0, float(UNIT)), Supplier(LIMITS).eta(1, 0.0, float(UNIT))
        )

    def test_taken_back(self) -> None:
        """Nobody waits for what is of no use any more, however it is answered, however often that is said."""
        supplier, now = self.sends(0.1)
        supplier.ask(100, 104, LATER, now, float(UNIT))
        before = supplier.eta(1, now, 0.0)
        for _ in range(2):
            supplier.asks.cancel(10, 29)
            supplier.asks.cancel(100, 104)
            self.assertEqual((len(supplier.asks), supplier.asks.wanted, supplier.asks.urgent), (24, 1, 1))
        self.assertLess(supplier.eta(1, now, 0.0), before / 5)
        supplier.refused(10, 28, now)
        supplier.arrived(28, 30, now)
        self.assertEqual((len(supplier.asks), supplier.asks.wanted, supplier.asks.urgent), (4, 0, 0))

    def test_quiet(self) -> None:
        """What it keeps is asked of others freely only after longer."""
        supplier, now = self.sends(1.0)
        self.assertFalse(supplier.is_quiet(now + 3.5, 0.0))
        self.assertTrue(supplier.is_quiet(now + 4.5, 0.0))
