"""Who is dialled for a broadcast, and when centrals are asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random
from types import SimpleNamespace
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.errors import NoSource
from p2pstream.limits import LIMITS
from p2pstream.peer.live.crew import LiveCrew


class Party:
    """Who has so many neighbours."""

    def __init__(self) -> None:
        self.neighbours: list[str] = []
        self.starves = self.seeks = False
        self.liars: set[str] = set()

    def avoids(self, address: str) -> bool:
        """See `crew.Company`."""
        return address in self.liars or address in self.neighbours


class CrewTests(SynchronousTestCase):
    """On a stepped clock."""

    def setUp(self) -> None:
        """A crew that is told of whoever is in `there`."""
        self.clock = Clock()
        self.party = Party()
        self.there = [Address("10.0.0.1", 2050)]
        self.dialled: list[str] = []
        self.asked: list[float] = []
        self.answers = True
        self.build()

    def build(self, **limits: float) -> None:
        """A crew with these bounds."""
        bounds = replace(LIMITS, **limits)
        node: Any = SimpleNamespace(reactor=self.clock, random=Random(1), limits=bounds)
        self.crew = LiveCrew(node, self.find, self.dial, self.party)
        self.addCleanup(self.crew.close)

    def find(self) -> Deferred[Sequence[Address]]:
        """A central."""
        self.asked.append(self.clock.seconds())
        return succeed(list(self.there))

    def dial(self, address: Address) -> Deferred[None]:
        """A peer, who is met if it answers."""
        self.dialled.append(str(address))
        if not self.answers:
            return fail(NoSource("nobody answers"))
        self.party.neighbours.append(str(address))
        return succeed(None)

    def run_for(self, seconds: float) -> None:
        """Time passes."""
        for _ in range(round(seconds * 4)):
            self.clock.advance(0.25)

    def test_each_once(self) -> None:
        """Who was met is not dialled again, however few there are."""
        self.there = [Address("10.0.0.1", port) for port in (2050, 2051)]
        self.crew.begin()
        self.run_for(60.0)
        self.assertEqual(sorted(self.dialled), ["10.0.0.1:2050", "10.0.0.1:2051"])

    def test_again_who_could_not_be_had(self) -> None:
        """After a while."""
        self.answers = False
        self.crew.begin()
        self.run_for(LIMITS.live_again_s + 1.0)
        self.assertEqual(len(self.dialled), 2)

    def test_F33_nobody_who_lied(self) -> None:
        """Is dialled."""
        self.party.liars.add("10.0.0.1:2050")
        self.crew.begin()
        self.run_for(30.0)
        self.assertEqual(self.dialled, [])

    def test_F46_one_who_starves(self) -> None:
        """Looks for others although it has enough neighbours: the source may be back elsewhere."""
        self.crew.begin()
        self.party.neighbours += [f"10.0.1.{number}:2050" for number in range(LIMITS.live_degree)]
        self.run_for(30.0)
        dialled, self.asked = len(self.dialled), []
        self.there = [Address("10.0.0.2", 2050)]
        self.party.starves = True
        self.run_for(3.0)
        self.assertEqual(self.dialled[dialled:], ["10.0.0.2:2050"])
        self.run_for(57.0)
        # Less and less often, for all of them ask.
        self.assertLess(len(self.asked), 10)
        self.assertGreater(len(self.asked), 3)

    def test_F46_a_source_that_is_not_back_yet(self) -> None:
        """Is dialled each second by who starves, and not oftener."""
        self.answers, self.party.starves = False, True
        self.crew.begin()
        self.run_for(10 * LIMITS.live_hungry_s)
        self.assertGreaterEqual(len(self.dialled), 9)
        self.assertLessEqual(len(self.dialled), 11)

    def test_one_who_seeks(self) -> None:
        """Meets twice as many, at once and no more: what it went back to one of the others may have."""
        self.there = [Address("10.0.0.1", 2050 + number) for number in range(60)]
        self.crew.begin()
        self.run_for(30.0)
        self.assertEqual(len(self.dialled), LIMITS.live_degree)
        self.party.seeks = True
        self.run_for(3.0)
        self.assertEqual(len(self.dialled), 2 * LIMITS.live_degree)

    def test_how_often_centrals_are_asked(self) -> None:
        """One who has no neighbour asks soon again; one who has some less and less often, down to a bound."""
        self.build(live_alone_s=3.0, live_find_s=7.0, live_crew_s=0.25)
        self.there = []
        self.crew.begin()
        self.run_for(10.0)
        self.assertEqual(self.asked, [0.0, 3.0, 6.0, 9.0])
        self.party.neighbours.append("10.0.9.9:2050")
        self.run_for(40.0)
        self.assertEqual(self.asked[4], 12.0)
        apart = [after - before for before, after in pairwise(self.asked[4:])]
        self.assertEqual(apart, sorted(apart))
        self.assertEqual(set(apart[2:]), {7.0})
        self.assertTrue(3.0 <= apart[0] < 7.0, apart)

    def test_all_join_at_once(self) -> None:
        """Who came with us is not known to the central yet, and is met in some seconds all the same."""
        self.crew.begin()
        self.run_for(1.0)
        self.there = [Address("10.0.0.1", 2050 + number) for number in range(4)]
        self.run_for(4.0)
        self.assertEqual(len(self.party.neighbours), 4)

    def test_how_often_it_looks(self) -> None:
        """So long after the last time, and not sooner."""
        self.build(live_crew_s=2.0)
        self.there = []
        self.crew.begin()
        self.crew.add([Address("10.0.0.7", 2050)])
        self.run_for(1.75)
        self.assertEqual(self.dialled, [])
        self.run_for(0.25)
        self.assertEqual(self.dialled, ["10.0.0.7:2050"])

    def test_so_many_at_a_time(self) -> None:
        """Of many that are known so many are dialled at each look, and not one more."""
        self.build(live_dials=3)
        self.there = [Address("10.0.0.1", 2050 + number) for number in range(60)]
        self.crew.begin()
        self.assertEqual(len(self.dialled), 3)

    def test_the_newest_are_known(self) -> None:
        """At the bound: a source that came back is told of last."""
        self.party.neighbours += [f"10.0.1.{number}:2050" for number in range(LIMITS.live_degree)]
        self.crew.begin()
        self.crew.add(Address("10.0.2.1", 3000 + number) for number in range(LIMITS.live_known + 1))
        self.assertEqual(len(self.crew._known), LIMITS.live_known)
        self.assertIn(Address("10.0.2.1", 3000 + LIMITS.live_known), self.crew._known)
