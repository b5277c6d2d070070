"""Those who dialled us and are sources without a dial, on a stepped clock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.limits import LIMITS
from p2pstream.swarm.captain import Captain
from p2pstream.swarm.crew import Crew
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode

#: Where one listens, and where it came from; the same of another.
HOME, CAME = Address("10.0.0.1", 2050), Address("10.0.0.1", 40_000)
OTHER = Address("10.0.0.2", 2050)


class GuestTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A crew of four, and one who visits; dials are answered by the test."""
        self.clock = HeapClock()
        self.dials: list[tuple[Address, Deferred[Any]]] = []
        self.met: list[Address] = []
        self.objections: dict[Address, str] = {}
        captain = Captain(
            lambda address, source: self.met.append(address),
            lambda address, fault: None,
            lambda: None,
            why_not=lambda address: self.objections.get(address, ""),
        )
        self.crew = Crew(
            self.dial, FakeNode(self.clock, limits=replace(LIMITS, sources=4, visiting_sources=1)), captain
        )

    def dial(self, address: Address) -> Deferred[Any]:
        """Note it."""
        self.dials.append((address, Deferred()))
        return self.dials[-1][1]

    def dialled(self) -> list[Address]:
        """Who was."""
        return [address for address, _ in self.dials]

    def come(self, came_from: Address, *known: Address) -> None:
        """Somebody has some of it."""
        self.crew.take_in(came_from, known, object)

    def test_a_stranger(self) -> None:
        """It is met at once; gone, it is failing and never dialled, and may come again."""
        self.come(CAME)
        self.assertEqual((self.met, self.dialled()), ([CAME], []))
        self.come(CAME)
        self.assertEqual(self.met, [CAME])
        self.crew.left(CAME)
        self.assertTrue(self.crew.is_failing(CAME))
        self.clock.advance(LIMITS.heed_most_s)
        self.crew.add([CAME])
        self.assertEqual(self.dialled(), [])
        self.come(CAME)
        self.assertEqual(self.met, [CAME, CAME])

    def test_one_that_is_to_be_tried_again(self) -> None:
        """It was caught lying, and nobody else is left; where it came from nobody listens."""
        self.come(CAME)
        self.crew.give_up(CAME)
        self.crew.let_in([CAME])
        self.crew.add([CAME])
        self.clock.advance(LIMITS.retry_most_s)
        self.assertEqual(self.dialled(), [])
        self.come(CAME)
        self.assertEqual(self.met, [CAME, CAME])

    def test_one_that_waits_for_its_turn(self) -> None:
        """It has its place at once; it is dialled when it has gone."""
        self.crew.add([HOME])
        self.dials.pop()[1].errback(ValueError("busy"))
        self.come(CAME, HOME)
        self.assertEqual(self.met, [HOME])
        self.clock.advance(LIMITS.retry_most_s)
        self.assertEqual(self.dialled(), [])
        self.crew.left(HOME)
        self.clock.run_until(lambda: bool(self.dials), LIMITS.retry_most_s)
        self.assertEqual(self.dialled(), [HOME])

    def test_one_that_is_being_dialled(self) -> None:
        """One link is enough, at whichever of its addresses; nor is one taken that was caught lying."""
        self.crew.add([HOME, OTHER])
        self.come(CAME, HOME)
        self.come(CAME, Address("10.0.0.1", 2051), HOME)
        self.dials[1][1].callback(object())
        self.come(CAME, OTHER)
        self.crew.give_up(OTHER)
        self.come(CAME, OTHER)
        self.objections[CAME] = "is left alone"
        self.come(CAME)
        self.assertEqual(self.met, [OTHER])

    def test_places(self) -> None:
        """Strangers have half of the places at most; a word of a central frees one."""
        strangers = [Address(f"10.0.0.{number}", 40_000) for number in (1, 2, 3)]
        for each in strangers:
            self.come(each)
        self.assertEqual(self.met, strangers[:2])
        self.crew.vouch([strangers[0], strangers[2]])
        self.come(strangers[2])
        self.assertEqual(self.met, strangers)
        self.crew.add([HOME, OTHER])
        self.assertEqual(self.dialled(), [HOME])

    def test_visits(self) -> None:
        """One more is taken in who dialled us, at the bound, not one more; when it is gone it is dialled."""
        listed = [Address(f"10.0.1.{number}", 2050) for number in range(6)]
        self.crew.add(listed)
        for address, dial in self.dials:
            dial.callback(address)
        for address in listed[4:]:
            self.come(Address(address.host, 40_000), address)
        self.assertEqual(self.met, listed[:5])
        self.crew.left(listed[4])
        self.come(Address(listed[5].host, 40_000), listed[5])
        self.assertEqual(self.met, [*listed[:5], listed[5]])
        self.clock.advance(LIMITS.retry_s)
        self.assertEqual(len(self.dialled()), 4)
        self.crew.give_up(listed[0])
        self.assertEqual(self.dialled()[4:], [listed[4]])

    def test_closed(self) -> None:
        """Nobody is taken in any more."""
        self.crew.close()
        self.come(CAME)
        self.assertEqual(self.met, [])
