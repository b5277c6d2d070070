"""Peers of the network that say that they are there, and not what they have."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from p2pstream.content.addresses import Address
from p2pstream.errors import NotShared
from p2pstream.limits import LIMITS
from p2pstream.swarm.captain import Captain
from p2pstream.swarm.crew import Crew
from p2pstream.testing.node import FakeNode
from tests.swarm.crews import CrewCase

NEAR, FAR = Address("192.168.7.1", 2050), Address("8.8.8.8", 2050)


class NearbyTests(CrewCase):
    def setUp(self) -> None:
        """A crew whose dials are answered by the test."""
        super().setUp()
        self.met: list[tuple[Address, Any]] = []
        self.failed: list[Address] = []
        captain = Captain(
            lambda address, source: self.met.append((address, source)),
            lambda address, fault: self.failed.append(address),
            self.desert,
            self.thin,
        )
        self.limits = replace(LIMITS, neighbour_rest_s=2.0, neighbour_rest_most_s=10.0)
        node = FakeNode(self.clock, limits=self.limits)
        self.crew = Crew(self.dial, node, captain, lambda address: address == NEAR)

    def refuse(self) -> None:
        """All that are dialled have nothing."""
        while self.dials:
            self.dials.pop()[1].errback(NotShared("it is not here"))

    def asked(self, seconds: float) -> list[float]:
        """When it was dialled, while it is seen there all the time, and has nothing."""
        times = []
        until = self.clock.seconds() + seconds
        while self.clock.seconds() < until:
            self.crew.look_up([NEAR])
            if self.dials:
                times.append(self.clock.seconds())
                self.refuse()
            self.clock.advance(0.1)
        return times

    def test_left_alone(self) -> None:
        """One that has nothing is asked again after a pause that doubles; and nobody is told."""
        self.crew.add([FAR])
        self.dials.pop()[1].callback(object())
        times = self.asked(60.0)
        pauses = [after - before for before, after in pairwise(times)]
        for pause, least in zip(pauses, [2.0, 4.0, 8.0, 10.0, 10.0, 10.0], strict=False):
            self.assertTrue(least <= pause <= least + 0.2, pauses)
        self.assertEqual((self.failed, self.thinned, self.deserted), ([], 0, 0))

    def test_gone(self) -> None:
        """One that is not seen there any more is not asked any more."""
        self.crew.look_up([NEAR])
        self.refuse()
        self.clock.advance(60.0)
        self.assertEqual(self.dials, [])

    def test_named_meanwhile(self) -> None:
        """Once somebody says that it has the stream it is dialled at once, and its failures count."""
        for hearsay in (False, True):
            self.setUp()
            self.crew.look_up([NEAR])
            self.refuse()
            self.crew.add([NEAR], hearsay)
            self.assertEqual([address for address, _ in self.dials], [NEAR])
            self.refuse()
            self.assertEqual(self.failed, [NEAR])

    def test_waited_for(self) -> None:
        """One that sent something is dialled again as any other that is lost."""
        self.crew.look_up([NEAR])
        self.dials.pop()[1].callback("a source")
        self.assertEqual(self.met, [(NEAR, "a source")])
        self.crew.look_up([NEAR])
        self.assertEqual(self.dials, [])
        self.crew.left(NEAR)
        self.clock.advance(LIMITS.retry_s)
        self.assertEqual([address for address, _ in self.dials], [NEAR])

    def test_after_the_end(self) -> None:
        """Nobody is dialled for what is over."""
        self.crew.close()
        self.crew.look_up([NEAR])
        self.assertEqual(self.dials, [])
