"""A stream read in order from one peer listens to it as all who are told what a source sends."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.data.reading import read
from p2pstream.protocols.native.taking.reading import ProvenUnits
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.proofs.listeners import UnitListenerContract
from p2pstream.testing.proofs.units import FakeUnitSource


class ProvenUnitsTests(UnitListenerContract, SynchronousTestCase):
    """Somebody reads the film from its beginning to its end."""

    def make_listener(self, source: FakeUnitSource) -> Any:
        """See `UnitListenerContract`."""
        listener = ProvenUnits(source, source.key.length)
        self.consumer = CollectingConsumer()
        reading = read(listener, self.consumer, 0, source.key.length)
        reading.addErrback(lambda failure: failure)
        self.addCleanup(lambda: reading.addErrback(lambda _: None).cancel())
        return listener

    def has(self, listener: ProvenUnits) -> Ranges:
        """See `UnitListenerContract`: what was read, and what waits for that."""
        read = Ranges([(0, -(-len(self.consumer.collected) // UNIT))])
        return read.union(Ranges((unit, unit + 1) for unit in sorted(listener._here)))
