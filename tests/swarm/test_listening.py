"""A proven download listens to its sources as all who are told what one sends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from p2pstream.content.ranges import Ranges
from p2pstream.limits import LIMITS
from p2pstream.swarm.proven import ProvenDownload
from p2pstream.testing.proofs.listeners import UnitListenerContract
from p2pstream.testing.proofs.units import FakeUnitSource
from tests.swarm.test_proven import A, ProvenTestCase


class ListenerTests(UnitListenerContract, ProvenTestCase):
    """One source, of which all is asked at once."""

    limits = replace(LIMITS, ask_first_units=64, ask_opening_units=64)

    def make_listener(self, source: FakeUnitSource) -> ProvenDownload:
        """See `UnitListenerContract`."""
        self.film, self.peers[A] = source.film, source
        self.stream = self.successResultOf(self.store.open(self.film.key))
        self.start()
        done = self.run_to(A)
        done.addErrback(lambda _: None)
        self.addCleanup(lambda: done.cancel())
        return self.download

    def has(self, listener: Any) -> Ranges:
        """See `UnitListenerContract`."""
        units: Ranges = self.stream.units
        return units
