"""Events that nobody wants to know of."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.peer.untold import Untold
from p2pstream.testing.people.events import EventsContract


class UntoldTests(EventsContract, SynchronousTestCase):
    def make_events(self) -> Untold:
        """Those that are not told."""
        return Untold()
