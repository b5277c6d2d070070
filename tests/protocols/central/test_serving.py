"""Whoever is linked to a central is a guest of it."""

from __future__ import annotations

from typing import Any

from p2pstream.protocols.central.answers import Changed, Done
from p2pstream.protocols.central.asking import CentralLine
from p2pstream.protocols.central.subjects import Subject
from p2pstream.testing.central.central import GuestContract
from tests.protocols.central.centrals import CentralTestCase, Heard


class GuestTests(GuestContract, CentralTestCase):
    """Over a link in memory."""

    def setUp(self) -> None:
        """A central that has nothing to say."""
        super().setUp()
        self.central(lambda guest, request: Done(request.request))
        self.ends: dict[Any, tuple[CentralLine, Heard]] = {}

    def make_guest(self) -> Any:
        """See `GuestContract`."""
        line = self.line()
        guest = self.scripted.guests[-1]
        self.ends[guest] = line, self.heard
        return guest

    def told_to(self, guest: Any) -> list[Any]:
        """See `GuestContract`."""
        self.clock.advance(0)
        return [Changed(Subject(*told)) for told in self.ends[guest][1].told if isinstance(told, tuple)]

    def leave(self, guest: Any) -> None:
        """See `GuestContract`."""
        self.ends[guest][0].close()
        self.clock.advance(0)
        self.assertNotIn(guest, self.scripted.guests)
