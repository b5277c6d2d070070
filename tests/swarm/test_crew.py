"""Peers that are dialled, lost and dialled again, on a stepped clock."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.errors import SourceLost
from p2pstream.limits import LIMITS
from p2pstream.swarm.crew import Crew
from p2pstream.testing.clock import HeapClock

A, B, C = (Address(f"10.0.0.{number}", 2050) for number in (1, 2, 3))


class Ship:
    """Something that can be closed."""

    closed = False

    def close(self) -> None:
        """It is."""
        self.closed = True


class CrewTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A crew of two at most; dials are answered by the test."""
        self.clock = HeapClock()
        self.dials: list[tuple[Address, Deferred[Any]]] = []
        self.met: list[Address] = []
        self.failed: list[tuple[Address, str]] = []
        self.deserted = 0
        self.objections: dict[Address, str] = {}
        self.crew = Crew(
            self.dial,
            self.clock,
            Random(1),
            lambda address, source: self.met.append(address),
            lambda address, fault: self.failed.append((address, str(fault))),
            self.desert,
            replace(LIMITS, sources=2),
            lambda address: self.objections.get(address, ""),
        )

    def dial(self, address: Address) -> Deferred[Any]:
        """Note it."""
        self.dials.append((address, Deferred()))
        return self.dials[-1][1]

    def desert(self) -> None:
        """Count it."""
        self.deserted += 1

    def answer(self, outcome: Any) -> None:
        """The oldest dial that is open comes to this."""
        self.dials.pop(0)[1].callback(outcome)

    def dialled(self) -> list[Address]:
        """Whom nobody has answered yet."""
        return [address for address, _ in self.dials]

    def test_no_more_than_there_is_room_for(self) -> None:
        """Two of three are dialled; the third when one of them is given up."""
        self.crew.add([A, B, C, A])
        self.assertEqual(self.dialled(), [A, B])
        self.answer(Ship())
        self.assertEqual((self.met, self.dialled()), ([A], [B]))
        self.crew.give_up(A)
        self.assertEqual(self.dialled(), [B, C])

    def test_F45_no_flood(self) -> None:
        """Of a hundred addresses that refuse, ten are dialled in a second."""
        self.crew.add(Address(f"10.0.1.{n}", 2050) for n in range(100))
        began, counts = self.clock.seconds(), list[int]()
        while self.clock.seconds() < began + 5:
            dialled = 0
            until = self.clock.seconds() + LIMITS.dials_s
            while self.clock.seconds() < until:
                while self.dials:
                    dialled += 1
                    self.dials.pop()[1].errback(SourceLost("refused"))
                self.clock.advance(0.05)
            counts.append(dialled)
        self.assertEqual(counts, [LIMITS.dials] * 5)

    def test_again_and_again(self) -> None:
        """Each pause is longer than the one before, and after some failures it is over."""
        self.crew.add([A])
        pauses = []
        while self.dials:
            self.dials.pop()[1].errback(SourceLost("cannot be reached"))
            began = self.clock.seconds()
            while not self.dials and self.clock.seconds() < began + 60:
                self.clock.advance(0.01)
            pauses.append(self.clock.seconds() - began)
        self.assertEqual(len(pauses), LIMITS.source_tries)
        self.assertEqual(self.deserted, 1)
        for number, pause in enumerate(pauses[:-1], 1):
            longest = LIMITS.retry_s * 2**number
            self.assertTrue(longest / 2 <= pause <= longest + 0.02, pauses)
        self.assertEqual(self.failed, [(A, "cannot be reached")] * LIMITS.source_tries)

    def test_no_answer(self) -> None:
        """A dial that takes too long is a failure in words."""
        self.crew.add([A])
        self.clock.advance(LIMITS.connect_s)
        self.assertEqual(self.failed, [(A, f"did not answer within {LIMITS.connect_s:g} s")])

    def test_lost(self) -> None:
        """One that was connected is dialled anew, with its failures forgotten."""
        self.crew.add([A])
        self.answer(Ship())
        self.crew.left(A)
        self.assertEqual((self.dialled(), self.deserted), ([], 0))
        self.clock.advance(LIMITS.retry_s)
        self.assertEqual(self.dialled(), [A])

    def test_liar(self) -> None:
        """One that was given up is not, whatever becomes of its connection."""
        self.crew.add([A])
        self.answer(Ship())
        self.crew.give_up(A)
        self.crew.left(A)
        self.clock.advance(60)
        self.assertEqual((self.dialled(), self.deserted), ([], 1))

    def lose(self, **how: bool) -> bool:
        """A was connected, and is lost; whether it is dialled again."""
        self.answer(Ship())
        self.crew.left(A, **how)
        until = self.clock.seconds() + LIMITS.retry_most_s
        while not self.dials and self.clock.seconds() < until:
            self.clock.advance(0.1)
        return bool(self.dials)

    def test_useless(self) -> None:
        """One that is lost each time before it sent anything is given up like one that never answers."""
        self.crew.add([A])
        lost = [self.lose(useful=False) for _ in range(LIMITS.source_tries)]
        self.assertEqual(lost, [True] * (LIMITS.source_tries - 1) + [False])
        self.assertEqual(self.deserted, 1)

    def test_offences(self) -> None:
        """One that breaks the protocol is not dialled without end, however much it sends between."""
        self.crew.add([A])
        lost = [self.lose(offended=True) for _ in range(LIMITS.source_offences)]
        self.assertEqual(lost, [True] * (LIMITS.source_offences - 1) + [False])
        self.assertEqual(self.deserted, 1)

    def test_not_to_be_dialled(self) -> None:
        """Whom somebody objects to is not dialled, and it is told why."""
        self.objections[A] = "is left alone"
        self.crew.add([A, B])
        self.assertEqual((self.dialled(), self.failed), ([B], [(A, "is left alone")]))
        self.crew.give_up(B)
        self.assertEqual(self.deserted, 1)

    def test_closed(self) -> None:
        """Nobody is dialled any more, and nobody is told of dials that were given up."""
        self.crew.add([A, B])
        self.crew.close()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual(self.failed, [])
