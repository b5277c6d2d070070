"""Who looks for peers of the local network: commands that fetch, unless something is against it."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.peer.client import Client
from p2pstream.settings import GetSettings, KeepingSettings
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.workers import InlineWorkers


class ClientNearbyTests(SynchronousTestCase):
    def looks(self, settings: KeepingSettings, **environment: str) -> bool:
        """Whether one with these settings would."""
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()
        self.patch(os, "environ", {"XDG_STATE_HOME": str(folder), **environment})
        clock = HeapClock()
        opening = Deferred.fromCoroutine(Client.open(clock, settings, workers=InlineWorkers()))
        client = self.successResultOf(opening)
        self.successResultOf(Deferred.fromCoroutine(client.close()))
        return client.neighbours is not None

    def test_who_fetches(self) -> None:
        """Not who only asks, not who does not wish it, and nobody of a closed group."""
        self.assertTrue(self.looks(GetSettings()))
        self.assertFalse(self.looks(KeepingSettings()))
        self.assertFalse(self.looks(GetSettings(no_mdns=True)))
        self.assertFalse(self.looks(GetSettings(), P2PSTREAM_SECRET="x" * 40))
