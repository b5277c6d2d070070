"""A disk that refuses."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.swarm.refusal import Refusal

WAIT = LIMITS.storage_retry_s


class RefusalTests(SynchronousTestCase):
    def test_tried_now_and_then(self) -> None:
        """Told once, tried after a while, and again after as long, until something is kept."""
        refusal = Refusal()
        self.assertEqual((refusal.is_on, refusal.is_due(9.0)), (False, False))
        self.assertEqual([refusal.begin(10.0), refusal.begin(10.1)], [True, False])
        self.assertEqual([refusal.is_due(10.0 + WAIT), refusal.is_due(10.1 + WAIT)], [False, True])
        self.assertFalse(refusal.is_due(10.1 + WAIT))
        self.assertTrue(refusal.is_due(10.1 + 2 * WAIT))
        self.assertEqual((refusal.end(), refusal.is_on, refusal.end()), (True, False, False))

    def test_what_was_on_its_way_is_no_trial(self) -> None:
        """Something that was kept before it is tried says nothing of what comes next."""
        refusal = Refusal()
        refusal.begin(0.0)
        self.assertEqual((refusal.end(), refusal.is_on), (False, True))

    def test_refused_again(self) -> None:
        """A trial in vain is no news."""
        refusal = Refusal()
        refusal.begin(0.0)
        self.assertTrue(refusal.is_due(WAIT))
        self.assertFalse(refusal.begin(WAIT))
        self.assertEqual((refusal.end(), refusal.is_on), (False, True))
