"""Peers that are dialled, lost and dialled again, on a stepped clock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.errors import SourceLost
from p2pstream.limits import LIMITS
from p2pstream.swarm.captain import Captain
from p2pstream.swarm.crew import Crew
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from tests.swarm.crews import CrewCase

A, B, C = (Address(f"10.0.0.{number}", 2050) for number in (1, 2, 3))


class Ship:
    """Something that can be closed."""

    closed = False

    def close(self) -> None:
        """It is."""
        self.closed = True


class CrewTests(CrewCase):
    def setUp(self) -> None:
        """A crew of two at most; dials are answered by the test."""
        super().setUp()
        self.met: list[Address] = []
        self.failed: list[tuple[Address, str]] = []
        self.objections: dict[Address, str] = {}
        self.local: set[Address] = set()
        self.build(sources=2)

    def build(self, **limits: int) -> None:
        """With these bounds."""
        captain = Captain(
            lambda address, source: self.met.append(address),
            lambda address, fault: self.failed.append((address, str(fault))),
            self.desert,
            self.thin,
            lambda address: self.objections.get(address, ""),
        )
        node = FakeNode(self.clock, limits=replace(LIMITS, **limits))
        self.crew = Crew(self.dial, node, captain, self.local.__contains__)

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

    def test_let_in(self) -> None:
        """One that was to be left alone is dialled again; who is connected is not touched."""
        self.crew.add([A, B])
        for _ in range(2):
            self.answer(Ship())
        self.crew.give_up(A)
        self.crew.let_in([A, B])
        self.assertEqual(self.dialled(), [A])

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

    def refuse(self, seconds: float) -> list[float]:
        """Every dial fails at once for so long; when each was."""
        began, dialled = self.clock.seconds(), list[float]()
        while self.clock.seconds() < began + seconds:
            while self.dials:
                dialled.append(self.clock.seconds() - began)
                self.dials.pop()[1].errback(SourceLost("cannot be reached"))
            self.clock.advance(0.05)
        return dialled

    def test_F24_one_that_sent_is_waited_for(self) -> None:
        """Whoever sent something is dialled for half a minute, in vain or not, and given up only then."""
        self.crew.add([A])
        self.answer(Ship())
        self.crew.left(A)
        self.assertGreater(len(self.refuse(LIMITS.return_s - 1)), LIMITS.source_tries)
        self.assertEqual(self.deserted, 0)
        self.refuse(LIMITS.return_s)
        self.assertEqual((self.dialled(), self.deserted), ([], 1))

    def test_F24_back_within_half_a_minute(self) -> None:
        """It is connected again, however often it was dialled meanwhile."""
        self.crew.add([A])
        self.answer(Ship())
        self.crew.left(A)
        self.refuse(LIMITS.return_s / 2)
        self.clock.run_until(lambda: bool(self.dials), LIMITS.return_s)
        self.answer(Ship())
        self.assertEqual((self.met, self.deserted), ([A, A], 0))

    def named_again(self, seconds: float) -> list[float]:
        """A central names A every second, and A refuses; when it was dialled."""
        dialled = list[float]()
        for second in range(int(seconds)):
            self.crew.add([A])
            dialled += [second + at for at in self.refuse(1.0)]
        return dialled

    def test_back_after_a_minute(self) -> None:
        """One that was given up, and that a central names again, is dialled once more, and taken."""
        self.crew.add([A])
        self.refuse(10.0)
        self.assertEqual(self.deserted, 1)
        self.clock.advance(60.0)
        self.assertEqual(self.dialled(), [])
        self.crew.add([A])
        self.assertEqual(self.dialled(), [A])
        self.answer(Ship())
        self.assertEqual(self.met, [A])

    def test_F45_no_flood_of_one_by_naming_it(self) -> None:
        """However often a central names an address where nobody is, it is dialled less and less often."""
        dialled = self.named_again(4000.0)
        first, rest = dialled[: LIMITS.source_tries], dialled[LIMITS.source_tries :]
        self.assertLess(first[-1], 4.0)
        pauses = [after - before for before, after in zip([first[-1], *rest], rest, strict=False)]
        expected = [min(LIMITS.heed_s * 2**n, LIMITS.heed_most_s) for n in range(len(pauses))]
        self.assertEqual(len(pauses), 9)
        for pause, least in zip(pauses, expected, strict=True):
            self.assertTrue(least <= pause <= least + 2.0, pauses)

    def test_what_peers_say_again_does_not_count(self) -> None:
        """Only a central's word is worth a dial more."""
        self.crew.add([A], hearsay=True)
        self.refuse(60.0)
        self.crew.add([A], hearsay=True)
        self.assertEqual(self.dialled(), [])
        self.crew.add([A])
        self.assertEqual(self.dialled(), [A])

    def test_no_word_helps_who_lied(self) -> None:
        """One that was caught, or broke the protocol too often, is not dialled whoever names it."""
        self.crew.add([A, B])
        self.answer(Ship())
        self.crew.give_up(A)
        for _ in range(LIMITS.source_offences):
            self.clock.run_until(lambda: bool(self.dials), 60.0)
            self.answer(Ship())
            self.crew.left(B, offended=True)
        self.clock.advance(3600.0)
        self.crew.add([A, B])
        self.assertEqual(self.dialled(), [])

    def test_sought(self) -> None:
        """Whether somebody new would have a place: not those that had one, and not while there is room."""
        self.crew.add([A])
        self.assertFalse(self.crew.is_sought)
        self.crew.add([B, C])
        self.assertEqual((self.crew.is_crowded, self.crew.is_sought), (True, True))
        self.answer(Ship())
        self.crew.left(A)
        self.assertEqual(self.dialled(), [B, C])
        self.clock.advance(LIMITS.retry_s)
        self.assertEqual((self.crew.is_crowded, self.crew.is_sought), (True, False))

    def test_thinned(self) -> None:
        """Fewer than half are left, and others should be looked for: once, until as many go again."""
        self.build(sources=9)
        crowd = [Address(f"10.0.2.{n}", 2050) for n in range(9)]
        self.crew.add(crowd)
        for _ in crowd:
            self.answer(Ship())
        told = list[int]()
        for address in crowd:
            self.crew.left(address)
            told.append(self.thinned)
        self.assertEqual(told, [0, 0, 0, 0, 1, 1, 1, 2, 3])

    def test_thinned_from_the_first(self) -> None:
        """So they should while nobody who was named can be reached."""
        self.crew.add([A])
        self.refuse(1.0)
        self.assertGreater(self.thinned, 0)

    def test_small(self) -> None:
        """With so many known who may answer it is no small swarm, and with one fewer it is."""
        self.build(sources_few=2)
        for known, small in ((A, True), (B, False)):
            self.crew.add([known])
            self.assertIs(self.crew.is_small, small)

    def test_not_to_be_dialled(self) -> None:
        """Whom somebody objects to is not dialled, and it is told why."""
        self.objections[A] = "is left alone"
        self.crew.add([A, B])
        self.assertEqual((self.dialled(), self.failed), ([B], [(A, "is left alone")]))
        self.crew.give_up(B)
        self.assertEqual(self.deserted, 1)

    def test_local_first(self) -> None:
        """Those on our network are dialled before those that were listed before them, unless they failed."""
        self.local.add(C)
        self.crew.add([A, B, C])
        self.assertEqual(self.dialled(), [C, A])
        self.dials[0][1].errback(SourceLost("cannot be reached"))
        self.assertEqual(self.dialled(), [C, A, B])

    def test_closed(self) -> None:
        """Nobody is dialled any more, and nobody is told of dials that were given up."""
        self.crew.add([A, B])
        self.crew.close()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual(self.failed, [])


class HearsayTests(SynchronousTestCase):
    """Addresses that only other peers told of."""

    def setUp(self) -> None:
        """A crew that dials ten in a second at most; nobody answers until the test does."""
        self.build(sources=8, dials=10, dials_s=1.0)

    def build(self, **limits: Any) -> None:
        """With these bounds."""
        self.clock = HeapClock()
        self.dials: dict[Address, Deferred[Any]] = {}
        captain = Captain(self.unheard, self.unheard, lambda: None)
        self.crew = Crew(self.dial, FakeNode(self.clock, limits=replace(LIMITS, **limits)), captain)
        self.addCleanup(self.crew.close)

    def dial(self, address: Address) -> Deferred[Any]:
        """Note it."""
        self.dials[address] = Deferred()
        return self.dials[address]

    def unheard(self, address: Address, outcome: Any) -> None:
        """Nobody wants to know."""

    def near(self, count: int, network: str = "10.0.0") -> list[Address]:
        """Addresses of one network."""
        return [Address(f"{network}.{number}", 2050) for number in range(1, count + 1)]

    def far(self, count: int) -> list[Address]:
        """Addresses of as many networks."""
        return [Address(f"8.8.{number}.1", 2050) for number in range(1, count + 1)]

    def test_F43_half_of_the_places(self) -> None:
        """However many others tell of, as many places are for those that a central told of."""
        self.crew.add(self.far(50), hearsay=True)
        self.clock.advance(3.0)
        self.assertEqual(len(self.dials), 4)
        self.crew.add(self.near(50))
        self.clock.advance(1.0)
        self.assertEqual(len(self.dials), 8)

    def test_F43_three_of_ten_dials(self) -> None:
        """Of ten dials in a time three go to them, though each of them fails at once."""
        self.build(sources=100, dials=10, dials_s=1.0, exchange_dials=3)
        self.crew.add(self.far(60), hearsay=True)
        self.assertEqual(len(self.dials), 3)
        self.crew.add(self.near(60))
        self.assertEqual(len(self.dials), 10)
        self.clock.advance(1.0)
        told = sum(address.host.startswith("8.8.") for address in self.dials)
        self.assertEqual((len(self.dials), told), (20, 6))

    def test_F43_three_of_a_foreign_network(self) -> None:
        """More of one network are another's way to be many; ours at home are as many as there are."""
        self.build(sources=100, dials=100, dials_s=1.0)
        most = LIMITS.exchange_foreign
        self.crew.add(self.near(9, "8.8.8"), hearsay=True)
        self.assertEqual(len(self.dials), most)
        self.crew.add(self.near(9), hearsay=True)
        self.assertEqual(len(self.dials), most + 9)

    def test_what_a_central_tells_counts(self) -> None:
        """One that both told of is no hearsay."""
        self.crew.add(self.near(9, "8.8.8"), hearsay=True)
        self.crew.add(self.near(9, "8.8.8"))
        self.clock.advance(1.0)
        self.assertEqual(len(self.dials), 8)

    def test_kept_at_the_bound(self) -> None:
        """So many are known; more only in the place of those that were given up."""
        self.build(sources=8, exchange_kept=5)
        self.crew.add(self.far(9), hearsay=True)
        self.assertEqual(len(self.crew._members), 5)
        self.crew.give_up(self.far(1)[0])
        self.crew.add(self.far(9)[-1:], hearsay=True)
        self.assertEqual(len(self.crew._members), 5)
        self.assertIn(self.far(9)[-1], self.crew._members)

    def test_F25_alone(self) -> None:
        """Where nobody else is left, one place is enough to go on."""
        self.build(sources=1)
        self.crew.add(self.far(3), hearsay=True)
        self.assertEqual(len(self.dials), 1)
