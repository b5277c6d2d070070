from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.player.intake.rebuffer import ENOUGH, Provisions, RebufferPolicy, film_left
from tests import strategies as profile  # noqa: F401

ROOM = 2_000_000
RATE = 500_000.0

#: A film of 4 Mbit/s whose reader has waited for a second, with half a second in hand.
HUNGRY = Provisions(
    blocked_for=1.0, held=250_000, room=ROOM, position=5_000_000, edge=5_000_000, byte_rate=RATE
)


class HoldTests(SynchronousTestCase):
    def _holds(self, provisions: Provisions) -> bool:
        return RebufferPolicy().watch(provisions)

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

    def _got(self, count: float, provisions: Provisions = HUNGRY) -> bool:
        return self.policy.watch(replace(provisions, edge=HUNGRY.position + int(count)))

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

    def test_seconds(self) -> None:
        """So is it told in seconds of film, also where it begins, and when it is to gather more."""
        self.assertEqual((self.policy.gathered_s, self.policy.enough_s), (0.0, ENOUGH))
        self._got(RATE * 0.5)
        self.assertEqual((self.policy.gathered_s, self.policy.enough_s), (0.5, ENOUGH))
        self._got(RATE * ENOUGH)
        self.policy.watch(HUNGRY)
        self.assertEqual((self.policy.gathered_s, self.policy.enough_s), (0.0, 2 * ENOUGH))

    def test_bytes_taken_meanwhile_count(self) -> None:
        """What libvlc reads while the film halts counts: it is ahead all the same."""
        moved = replace(HUNGRY, position=HUNGRY.position + 900_000)
        self.assertFalse(self._got(RATE * ENOUGH, moved))

    def test_end_of_the_film(self) -> None:
        """Near the end, what is left is enough."""
        self.assertFalse(self._got(1000, replace(HUNGRY, length=HUNGRY.position + 1000)))

    def test_all_that_may_be_held(self) -> None:
        """A film so fast that what it asks for does not fit goes on with as much as does."""
        self.assertTrue(self._got(RATE))
        self.assertFalse(self._got(RATE, replace(HUNGRY, full=True)))

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
        provisions = replace(HUNGRY, byte_rate=rate, held=0)
        least, most = LIMITS.rebuffer_least_bytes, LIMITS.rebuffer_most_bytes
        for _ in range(halts):
            policy.watch(provisions)
            self.assertTrue(policy.watch(replace(provisions, edge=provisions.position + least - 1)))
            self.assertFalse(policy.watch(replace(provisions, edge=provisions.position + most)))

    def _enough(self, rate: float, **limits: int) -> int:
        """How many bytes let a film of that rate go on."""
        policy = RebufferPolicy(replace(LIMITS, **limits))
        hungry = replace(HUNGRY, byte_rate=rate, held=0)
        policy.watch(hungry)
        return next(n for n in range(100_000) if not policy.watch(replace(hungry, edge=hungry.position + n)))

    def test_least(self) -> None:
        """A film that is slower than its least asks for that; one that is not, for more."""
        self.assertEqual(self._enough(49.0, rebuffer_least_bytes=100), 100)
        self.assertEqual(self._enough(50.0, rebuffer_least_bytes=100), 100)
        self.assertEqual(self._enough(51.0, rebuffer_least_bytes=100), 102)

    def test_most(self) -> None:
        """A film that asks for its most gets that, and so does one that asks for a byte more."""
        limits = {"rebuffer_least_bytes": 1, "rebuffer_most_bytes": 2000}
        self.assertEqual(self._enough(999.0, **limits), 1998)
        self.assertEqual(self._enough(1000.0, **limits), 2000)
        self.assertEqual(self._enough(1000.5, **limits), 2000)

    def test_a_thousand_halts(self) -> None:
        """A source that stalls all evening long asks for no more in the end."""
        policy = RebufferPolicy()
        full = replace(HUNGRY, edge=HUNGRY.position + LIMITS.rebuffer_most_bytes)
        for _ in range(1100):
            self.assertTrue(policy.watch(HUNGRY))
            self.assertFalse(policy.watch(full))
