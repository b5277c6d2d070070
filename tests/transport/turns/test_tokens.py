"""A token bucket."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.transport.turns.tokens import Steady, Tokens
from tests import strategies  # noqa: F401  (loads the profile)


class TokensTests(SynchronousTestCase):
    """What is left of a pace."""

    def test_full_at_first(self) -> None:
        """All of the burst, and not one more."""
        tokens = Tokens(Steady(10.0, 3.0), 5.0)
        self.assertEqual([tokens.take(5.0) for _ in range(4)], [True, True, True, False])

    def test_it_comes_back(self) -> None:
        """At its pace, and no more than the burst."""
        tokens = Tokens(Steady(10.0, 3.0), 0.0)
        tokens.pay(3.0, 0.0)
        self.assertEqual((tokens.take(0.0625), tokens.take(0.125)), (False, True))
        self.assertEqual(tokens.left(100.0), 3.0)

    def test_debt(self) -> None:
        """What was paid and not there has to come back first; what is given back is there at once."""
        tokens = Tokens(Steady(10.0, 3.0), 0.0)
        tokens.pay(8.0, 0.0)
        self.assertEqual((tokens.left(0.0), tokens.wait_s(0.0), tokens.wait_s(0.0, 5.0)), (-5.0, 0.5, 1.0))
        tokens.pay(-7.0, 0.0)
        self.assertEqual((tokens.left(0.0), tokens.wait_s(0.0)), (2.0, 0.0))
        tokens.pay(-7.0, 0.0)
        self.assertEqual(tokens.left(0.0), 3.0)

    @given(st.lists(st.tuples(st.floats(0, 2), st.floats(0, 5))))
    def test_never_more_than_the_pace(self, steps: list[tuple[float, float]]) -> None:
        """Whatever is asked for and when: the burst, and what came back since."""
        tokens, now, taken = Tokens(Steady(10.0, 3.0), 0.0), 0.0, 0.0
        for passed, cost in steps:
            now += passed
            taken += cost if tokens.take(now, cost) else 0
            self.assertLessEqual(taken, 3.0 + 10.0 * now + 1e-6)
