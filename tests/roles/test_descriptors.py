"""Connections and the descriptors for them."""

from __future__ import annotations

import resource
from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.roles.descriptors import fit

SPARE = LIMITS.spare_descriptors


class FitTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Put the limits of this process back afterwards."""
        self.soft, self.hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (self.soft, self.hard))
        self.limits = replace(LIMITS, connections=500)

    def test_raised(self) -> None:
        """The soft limit is raised to what the connections need, and they stay as they are."""
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, self.hard))
        self.assertEqual(fit(self.limits), self.limits)
        self.assertEqual(resource.getrlimit(resource.RLIMIT_NOFILE), (1000 + SPARE, self.hard))

    def test_enough(self) -> None:
        """A limit that is high enough is left alone."""
        resource.setrlimit(resource.RLIMIT_NOFILE, (1000 + SPARE, self.hard))
        self.assertEqual(fit(self.limits), self.limits)
        self.assertEqual(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1000 + SPARE)

    def test_F12_few(self) -> None:
        """Where the hard limit is low there are fewer connections; files keep their share."""
        # Lowering the hard limit cannot be undone, so the system's answer is played.
        self.patch(resource, "getrlimit", lambda _: (40, 64))
        self.patch(resource, "setrlimit", lambda _, limits: self.assertEqual(limits, (64, 64)))
        self.assertEqual(fit(self.limits).connections, (64 - SPARE) // 2)

    def test_F12_almost_none(self) -> None:
        """One connection is always allowed."""
        self.patch(resource, "getrlimit", lambda _: (10, 10))
        self.patch(resource, "setrlimit", lambda *_: None)
        self.assertEqual(fit(self.limits).connections, 1)

    def test_endless(self) -> None:
        """No limit is no limit."""
        endless = resource.RLIM_INFINITY
        self.patch(resource, "getrlimit", lambda _: (endless, endless))
        self.assertEqual(fit(self.limits), self.limits)
