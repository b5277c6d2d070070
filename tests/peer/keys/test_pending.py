"""Which file is hashed next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.disk import Stamp
from p2pstream.peer.folders.offers import Offer
from p2pstream.peer.keys.pending import Pending
from tests import strategies  # noqa: F401  (loads the profile)


def offer(name: str, size: int = 0) -> Offer:
    """A file of some size."""
    return Offer.of(0, name, Stamp(1, 1, size, 0, 0))


class PendingTests(SynchronousTestCase):
    def test_small_first(self) -> None:
        """Of those whose time has come, the smallest."""
        pending = Pending()
        for size in (3, 1, 2):
            pending.put(offer("x", size), 5.0)
        pending.put(offer("late", 0), 6.0)
        self.assertEqual((len(pending), pending.size), (4, 6))
        self.assertIsNone(pending.take(4.9))
        self.assertEqual([pending.take(5.0).stamp.size for _ in range(3)], [1, 2, 3])
        self.assertIsNone(pending.take(5.0))
        self.assertEqual(pending.take(6.0), offer("late"))
        self.assertEqual((len(pending), pending.size), (0, 0))

    def test_delay(self) -> None:
        """How long there is to wait: not at all, so long, for ever."""
        pending = Pending()
        self.assertIsNone(pending.delay(0.0))
        pending.put(offer("a"), 5.0)
        self.assertEqual(pending.delay(2.0), 3.0)
        self.assertEqual(pending.delay(7.0), 0.0)
        pending.discard(offer("a"))
        self.assertIsNone(pending.delay(7.0))

    @given(
        st.lists(st.tuples(st.sampled_from(["put", "discard", "take"]), st.integers(0, 5), st.integers(0, 9)))
    )
    def test_model(self, steps: list[tuple[str, int, int]]) -> None:
        """It does what a plain dictionary would."""
        pending, model = Pending(), dict[Offer, float]()
        for now, (step, number, due) in enumerate(steps):
            one = offer(f"{number}", number % 3)
            if step == "put":
                pending.put(one, due)
                model[one] = due
            elif step == "discard":
                pending.discard(one)
                model.pop(one, None)
            else:
                ready = [each for each, when in model.items() if when <= now]
                expected = min(ready, key=lambda each: (each.stamp.size, each), default=None)
                self.assertEqual(pending.take(now), expected)
                model.pop(expected, None)
            self.assertEqual(len(pending), len(model))
            self.assertEqual(pending.size, sum(each.stamp.size for each in model))
            delay = max(0.0, min(model.values()) - now) if model else None
            self.assertEqual(pending.delay(now), delay)
