"""A crew whose dials are answered by the test, and what it says."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.testing.clock import HeapClock

__all__ = ["CrewCase"]


class CrewCase(SynchronousTestCase):
    """Notes whom it dials, and how often it says that there is nobody, or hardly anybody."""

    def setUp(self) -> None:
        """Nobody was dialled yet."""
        self.clock = HeapClock()
        self.dials: list[tuple[Address, Deferred[Any]]] = []
        self.deserted = self.thinned = 0

    def dial(self, address: Address) -> Deferred[Any]:
        """Note it."""
        self.dials.append((address, Deferred()))
        return self.dials[-1][1]

    def desert(self) -> None:
        """Count it."""
        self.deserted += 1

    def thin(self) -> None:
        """Count it."""
        self.thinned += 1
