from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.rebuffer import (
    ENOUGH,
    LEAST_BYTES,
    MOST_BYTES,
    Gauge,
    RebufferPolicy,
    Supply,
    film_left,
)
from tests import strategies as profile  # noqa: F401

ROOM = 2_000_000
RATE = 500_000.0

#: A film of 4 Mbit/s whose reader has waited for a second, with half a second in hand.
HUNGRY = Supply(blocked_for=1.0, held=250_000, room=ROOM, position=5_000_000, edge=5_000_000, byte_rate=RATE)


class HoldTests(SynchronousTestCase):
    def _holds(self, supply: Supply) -> bool:
        return RebufferPolicy().watch(supply)

    def test_halts_before_it_is_empty(self) -> None:
        """Little in hand and a waiting reader: the film halts."""
        self.assertTrue(self._holds(HUNGRY))

    def test_enough_in_hand(self) -> None:
        """A reader that waits with seconds of film in hand is no cause to halt."""
        self.assertFalse(self._holds(replace(HUNGRY, held=1_500_000)))

    def test_hiccup(self) -> None:
        """The gap between two chunks is none either, unless there is next to nothing left."""
        self.assertFalse(self._holds(replace(HUNGRY, blocked_for=0.1, held=600_000)))
        self.assertTrue(self._holds(replace(HUNGRY, blocked_for=0.1)))

    def test_reader_is_served(self) -> None:
        """While the reader gets its bytes nothing halts, however little is in hand."""
        self.assertFalse(self._holds(replace(HUNGRY, blocked_for=None, held=0)))

    def test_overestimate(self) -> None:
        """However much seems to be held: after a long wait it is gone."""
        self.assertTrue(self._holds(replace(HUNGRY, held=ROOM, blocked_for=3.0)))
        self.assertLess(film_left(replace(HUNGRY, held=ROOM, blocked_for=3.0)), 1.5)

    def test_ran_dry_unforeseen(self) -> None:
        """No picture for long while the reader waits: halt, whatever the gauge says."""
        self.assertTrue(self._holds(replace(HUNGRY, held=ROOM, still_for=0.5)))

    def test_unknown_rate(self) -> None:
        """A film whose rate nobody knows is taken for a fast one."""
        self.assertTrue(self._holds(replace(HUNGRY, byte_rate=0.0, held=1_000_000)))

    def test_over(self) -> None:
        """When nothing more will come there is nothing to wait for."""
        policy = RebufferPolicy()
        policy.watch(HUNGRY)
        self.assertFalse(policy.watch(replace(HUNGRY, over=True)))


class GatherTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A policy that holds."""
        self.policy = RebufferPolicy()
        self.policy.watch(HUNGRY)

    def _got(self, count: float, supply: Supply = HUNGRY) -> bool:
        return self.policy.watch(replace(supply, edge=HUNGRY.position + int(count)))

    def test_goes_on_with_enough(self) -> None:
        """Two seconds of film let it go on, a byte less does not."""
        self.assertTrue(self._got(RATE * ENOUGH - 1))
        self.assertFalse(self._got(RATE * ENOUGH))

    def test_percent(self) -> None:
        """The percentage tells how far the waiting is, and never claims to be done."""
        self._got(RATE * ENOUGH / 4)
        self.assertEqual(self.policy.percent, 25)
        self._got(RATE * ENOUGH - 1)
        self.assertEqual(self.policy.percent, 99)

    def test_bytes_taken_meanwhile_count(self) -> None:
        """What libvlc reads while the film halts counts: it is ahead all the same."""
        moved = replace(HUNGRY, position=HUNGRY.position + 900_000)
        self.assertFalse(self._got(RATE * ENOUGH, moved))

    def test_end_of_the_film(self) -> None:
        """Near the end, what is left is enough."""
        self.assertFalse(self._got(1000, replace(HUNGRY, length=HUNGRY.position + 1000)))

    def test_second_halt_gathers_more(self) -> None:
        """A source that stalls again is given more time; a seek forgives it."""
        self._got(RATE * ENOUGH)
        self.policy.watch(HUNGRY)
        self.assertTrue(self._got(RATE * ENOUGH))
        self.assertFalse(self._got(RATE * ENOUGH * 2))
        self.policy.seek()
        self.policy.watch(HUNGRY)
        self.assertFalse(self._got(RATE * ENOUGH))

    @given(st.floats(0, 1e9), st.integers(1, 8))
    def test_bounds(self, rate: float, halts: int) -> None:
        """However slow or fast the film: no less than a few reads, no more than fits."""
        policy = RebufferPolicy()
        supply = replace(HUNGRY, byte_rate=rate, held=0)
        for _ in range(halts):
            policy.watch(supply)
            self.assertTrue(policy.watch(replace(supply, edge=supply.position + LEAST_BYTES - 1)))
            self.assertFalse(policy.watch(replace(supply, edge=supply.position + MOST_BYTES)))


class GaugeTests(SynchronousTestCase):
    def test_from_empty(self) -> None:
        """From a jump on, what was read and not decoded is held."""
        gauge = Gauge(1000)
        gauge.empty(0, 0)
        self.assertEqual(gauge.read(600, 100, True), 500)

    def test_full(self) -> None:
        """A reader that asks for nothing in two looks is full, whatever the sum says."""
        gauge = Gauge(1000)
        gauge.read(5000, 4500, False)
        self.assertEqual(gauge.read(5000, 4500, False), 1000)
        self.assertEqual(gauge.read(5000, 4900, True), 600)

    def test_framing_does_not_add_up(self) -> None:
        """Bytes that are read and never decoded are forgotten each time it is full."""
        gauge = Gauge(1000)
        taken = decoded = 0
        for _ in range(50):
            taken, decoded = taken + 1000, decoded + 950
            gauge.read(taken, decoded, False)
            gauge.read(taken, decoded, False)
        self.assertEqual(gauge.read(taken, decoded + 900, True), 100)

    def test_never_more_than_its_room(self) -> None:
        """A header of many megabytes is not taken for film in hand for long."""
        gauge = Gauge(1000)
        self.assertEqual(gauge.read(9000, 0, True), 1000)
        self.assertEqual(gauge.read(9000, 700, True), 300)

    @given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000), st.booleans()), max_size=30))
    def test_bounds(self, steps: list[tuple[int, int, bool]]) -> None:
        """Whatever happens it is between empty and full."""
        gauge, taken, decoded = Gauge(1000), 0, 0
        for more, used, reading in steps:
            taken, decoded = taken + more, decoded + used
            self.assertIn(gauge.read(taken, decoded, reading), range(1001))
