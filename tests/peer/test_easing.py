"""Looks that find nothing become rarer, and come back when something is new."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.peer.easing import Easing


class EasingTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A quarter of the time, within two bounds."""
        self.easing = Easing(2.0, 30.0, replace(LIMITS, look_part=0.25))

    def test_rarer(self) -> None:
        """Never sooner than the least, nor later than the most."""
        rests = [self.easing.rest(100.0 + quiet) for quiet in (0.0, 8.0, 9.0, 40.0, 120.0, 120.1, 1e9)]
        self.assertEqual(rests, [2.0, 2.0, 2.25, 10.0, 30.0, 30.0, 30.0])

    def test_something_new(self) -> None:
        """Time counts anew."""
        self.easing.rest(0.0)
        self.assertEqual(self.easing.rest(60.0), 15.0)
        self.easing.found()
        self.assertEqual([self.easing.rest(60.0), self.easing.rest(100.0)], [2.0, 10.0])

    def test_looks_in_an_hour(self) -> None:
        """Of what nobody touches there are a hundred and forty looks, not eighteen hundred."""
        now, looks = 0.0, 0
        while now < 3600.0:
            now += self.easing.rest(now)
            looks += 1
        self.assertLess(looks, 140)
