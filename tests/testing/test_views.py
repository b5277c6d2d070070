"""The views that tests are given keep the contracts of all views."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.shown import PeerLimits
from p2pstream.errors import BadShare, UsageError
from p2pstream.testing.fake_views import FakeCentralView, FakePeerView
from p2pstream.testing.views import CentralViewContract, PeerViewContract


class FakePeerViewTests(PeerViewContract, SynchronousTestCase):
    """The fake of a peer."""

    def make_view(self) -> Any:
        """A new one."""
        return FakePeerView()

    def test_changes(self) -> None:
        """What is changed is shown, and what cannot be is refused."""
        view = FakePeerView()
        added = self.successResultOf(view.add_folder("/srv/films"))
        self.assertIn(added, view.folders())
        self.successResultOf(view.remove_folder("/srv/films"))
        self.assertNotIn(added, view.folders())
        self.failureResultOf(view.remove_folder("/srv/films"), BadShare)
        self.failureResultOf(view.add_folder("/missing"), BadShare)
        self.successResultOf(view.set_limits(PeerLimits(upload=50_000)))
        self.assertEqual(view.limits(), PeerLimits(upload=50_000))
        self.failureResultOf(view.set_limits(PeerLimits(upload=1)), UsageError)


class FakeCentralViewTests(CentralViewContract, SynchronousTestCase):
    """The fake of a central."""

    def make_view(self) -> Any:
        """A new one."""
        return FakeCentralView()
