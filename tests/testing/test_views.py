"""The views that tests are given keep the contracts of all views."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.views.changes import PeerChangesContract
from p2pstream.testing.views.fake_views import FakeCentralView, FakePeerView
from p2pstream.testing.views.views import CentralViewContract, PeerViewContract


class FakePeerViewTests(PeerViewContract, SynchronousTestCase):
    """The fake of a peer."""

    def make_view(self) -> Any:
        """A new one."""
        return FakePeerView()


class FakeChangesTests(PeerChangesContract, SynchronousTestCase):
    """The same, changed."""

    def make_changes(self) -> Any:
        """See `PeerChangesContract`."""
        view = FakePeerView()
        return view, view

    def new_folder(self) -> str:
        """See `PeerChangesContract`."""
        return "/srv/films"


class FakeCentralViewTests(CentralViewContract, SynchronousTestCase):
    """The fake of a central."""

    def make_view(self) -> Any:
        """A new one."""
        return FakeCentralView()
