"""Both ends of the central family: rules, rates and queues."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.content.addresses import Address
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.central import messages as say
from p2pstream.protocols.central.session import Answered, CentralAsking, CentralServing, Unasked
from p2pstream.protocols.link.family import Frame, Opposite
from tests.protocols.central.examples import EXAMPLES, KEY, PEER

PROVEN = Opposite(bytes(32), authenticated=True, bound=True)
RAW = KEY.encode()

#: What is never answered by DONE alone.
ANSWERED = {say.Announce, say.Resolve, say.Search, say.Peers, say.GetTicket, say.GetHead}


class Held:
    """A `family.Line` that keeps what is sent."""

    dialled = False
    opposite = None
    queued = 0

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, frame: Frame) -> None:
        """Keep it, read."""
        self.sent.append(say.decode(frame))

    def wake(self) -> None:
        """Nothing is pulled."""

    def ping(self, answered: Any) -> None:
        """Nothing is pinged."""

    def close(self, code: int, why: str) -> None:
        """Never."""
        raise AssertionError(why)


class ServingTests(SynchronousTestCase):
    """A central's end."""

    def serve(self, opposite: Opposite | None = PROVEN, **limits: float) -> CentralServing:
        """One that knows who is there."""
        self.line = Held()
        self.limits: Limits = replace(LIMITS, **limits)
        self.session = CentralServing(self.limits)
        self.session.attach(self.line, 0.0)
        if opposite is not None:
            self.session.greeted(opposite, 0.0)
        return self.session

    def hear(self, message: say.Message, now: float = 0.0) -> list[Any]:
        """The other end says this."""
        return self.session.received(say.frame(message), now)

    def codes(self) -> list[int]:
        """Those of all refusals so far."""
        return [answer.code for answer in self.line.sent]

    def test_asked_and_answered(self) -> None:
        """Every request is passed on, and its number is free when it was answered."""
        self.serve()
        for message in EXAMPLES.values():
            if type(message) in say.REQUESTS.values():
                self.assertEqual(self.hear(message), [message])
        self.session.answer(say.Done(9))
        self.assertEqual(self.line.sent, [say.Done(9)])
        self.hear(say.Publish(9, b"r"))
        self.assertRaises(PeerError, self.hear, say.Peers(13, 1, RAW))

    def test_answers_are_not_asked(self) -> None:
        """The types of answers are unknown to a central."""
        self.assertEqual(set(self.serve().ceilings), set(say.REQUESTS))

    def test_who_is_not_proven(self) -> None:
        """D1: without AUTH nothing is answered; without TLS nothing is taken in anybody's name."""
        requests = [message for message in EXAMPLES.values() if type(message) in say.REQUESTS.values()]
        for opposite in (None, Opposite(bytes(32)), Opposite(bytes(32), authenticated=True)):
            self.serve(opposite)
            heard = [self.hear(message) for message in requests]
            asking = opposite is not None and opposite.authenticated
            free = (say.Resolve, say.Search, say.Peers, say.Watch, say.TellHead, say.GetHead)
            for message, events in zip(requests, heard, strict=True):
                self.assertEqual(bool(events), asking and isinstance(message, free), message)
            self.assertEqual(set(self.codes()), {Code.NOT_AUTHORISED})

    def test_rates(self) -> None:
        """At the burst all are taken, one past it is refused, and one more after a while."""
        self.serve(central_lookups=20.0, central_lookups_burst=5)
        for number in range(1, 7):
            self.hear(say.Peers(number, 1, RAW))
        self.assertEqual(self.line.sent, [say.Done(6, Code.RATE_LIMITED, "it was asked too often")])
        self.assertEqual(len(self.hear(say.Peers(7, 1, RAW), 0.06)), 1)
        self.assertEqual(self.hear(say.Peers(8, 1, RAW), 0.06), [])
        self.assertEqual(len(self.hear(say.Publish(9, b"r"), 0.06)), 1)

    def test_rates_of_each(self) -> None:
        """So many records, so many calls and so many claims at once, and one more after a second."""
        bursts = {"central_publishes_burst": 2, "central_beckons_burst": 2, "central_announces_burst": 2}
        self.serve(**bursts, central_publishes=1.0, central_beckons=1.0, central_announces=1.0)
        asked: tuple[Any, ...] = (
            say.Publish(1, b"r"),
            say.Beckon(1, bytes(32), 2050, bytes(16), RAW),
            say.Announce(1, 2050, 0, 0, 0, (say.Claim(RAW),)),
        )
        number = 0
        for request in asked:
            heard = []
            for now in (0.0, 0.0, 0.0, 1.0, 1.0):
                number += 1
                heard.append(len(self.hear(replace(request, request=number), now)))
            self.assertEqual(heard, [1, 1, 0, 1, 0], request)

    def test_flood(self) -> None:
        """A7: more than four times the rate for ten seconds ends the connection."""
        self.serve(
            central_announces_burst=5, central_announces=2.0, central_excess=4.0, central_excess_s=10.0
        )
        announce = say.Announce(1, 2050, 0, 0, 0, (say.Claim(RAW),))
        now, count = 0.0, 0
        while now < 60:
            count += 1
            for event in self.hear(replace(announce, request=count), now):
                self.session.answer(say.Done(event.request))
            now += 1 / 7.9
        with self.assertRaises(PeerError) as caught:
            while now < 120:
                count += 1
                for event in self.hear(replace(announce, request=count), now):
                    self.session.answer(say.Done(event.request))
                now += 1 / 20
        self.assertEqual(caught.exception.code, Code.RATE_LIMITED)
        self.assertGreater(now, 65)

    def test_queues(self) -> None:
        """A6: who does not read is refused, then cut off; what is told unasked is dropped."""
        self.serve()
        most = self.limits.central_queue_bytes
        self.line.queued = most
        self.assertEqual(len(self.hear(say.Peers(1, 1, RAW))), 1)
        self.session.tell(say.Changed(say.Subject("film")))
        self.line.queued = most + 1
        self.hear(say.Peers(2, 1, RAW))
        self.session.tell(say.Changed(say.Subject("film")))
        self.assertEqual(
            self.line.sent,
            [say.Changed(say.Subject("film")), say.Done(2, Code.BUSY, "there is too much to do")],
        )
        self.line.queued = self.limits.central_queue_most_bytes + 1
        self.assertRaises(PeerError, self.hear, say.Peers(3, 1, RAW))

    def test_unanswered(self) -> None:
        """So many may wait, and one more is refused."""
        self.serve(central_unanswered=3)
        for number in range(1, 5):
            self.hear(say.Peers(number, 1, RAW))
        self.assertEqual(self.codes(), [Code.BUSY])
        self.session.answer(say.Peered(1, ()))
        self.assertEqual(len(self.hear(say.Peers(5, 1, RAW))), 1)

    def test_watched(self) -> None:
        """So many may be watched; what is no longer watched makes room."""
        self.serve(central_watched=2)
        for number, name in enumerate("aab", 1):
            self.assertEqual(len(self.hear(say.Watch(number, True, say.Subject(name)))), 1)
        self.assertEqual(self.hear(say.Watch(4, True, say.Subject("c"))), [])
        self.assertEqual(len(self.hear(say.Watch(7, True, say.Subject("b")))), 1)
        self.assertEqual(len(self.hear(say.Watch(5, False, say.Subject("a")))), 1)
        self.assertEqual(len(self.hear(say.Watch(6, True, say.Subject("c")))), 1)

    def test_no_runs(self) -> None:
        """There is nothing that room could be lent for."""
        self.serve()
        self.assertRaises(PeerError, self.session.begin, 0x60, 0, b"", 9, 0.0)
        self.assertIsNone(self.session.pull(0.0))


class AskingTests(SynchronousTestCase):
    """The end that asks."""

    def setUp(self) -> None:
        """A session."""
        self.line = Held()
        self.session = CentralAsking()
        self.session.attach(self.line, 0.0)

    def hear(self, message: say.Message, now: float = 0.0) -> list[Any]:
        """The central says this."""
        return self.session.received(say.frame(message), now)

    def ask(self, now: float = 0.0) -> int:
        """Ask for the peers of a key."""
        return self.session.ask(lambda number: say.Peers(number, 5, RAW), now)

    def test_answers_find_their_requests(self) -> None:
        """In any order."""
        first, second = self.ask(), self.ask()
        self.assertTrue(self.session.awaiting)
        self.assertEqual(
            self.hear(say.Peered(second, (PEER,))), [Answered(second, say.Peered(second, (PEER,)))]
        )
        self.assertEqual(self.hear(say.Done(first, 8, "no")), [Answered(first, say.Done(first, 8, "no"))])
        self.assertFalse(self.session.awaiting)

    def test_unsolicited(self) -> None:
        """What nobody asked, or what answers something else, breaks the protocol."""
        number = self.ask()
        for answer in (say.Peered(number + 1, ()), say.Resolved(number, ()), say.Peered(number, ())):
            fault = self.assertRaises(PeerError, self.hear, answer)
            self.assertEqual(fault.code, Code.UNSOLICITED)

    def test_done(self) -> None:
        """Of what has an answer of its own, DONE is only a refusal; of the rest, also the answer."""
        for message in EXAMPLES.values():
            if type(message) not in say.REQUESTS.values():
                continue

            def make(number: int, message: Any = message) -> Any:
                return replace(message, request=number)

            number = self.session.ask(make, 0.0)
            self.assertEqual(len(self.hear(say.Done(number, 8))), 1)
            number = self.session.ask(make, 0.0)
            if type(message) in ANSWERED:
                fault = self.assertRaises(PeerError, self.hear, say.Done(number))
                self.assertEqual(fault.code, Code.UNSOLICITED)
            else:
                self.assertEqual(len(self.hear(say.Done(number))), 1)

    def test_too_late(self) -> None:
        """After ten seconds nobody waits any more, and the late answer is harmless."""
        number = self.ask(now=5.0)
        late = 5.0 + LIMITS.central_answer_s
        self.assertEqual(self.session.next_deadline(), late)
        self.assertEqual(self.session.tick(late - 0.1), [])
        self.assertEqual(self.session.tick(late), [Answered(number, None)])
        self.assertIsNone(self.session.next_deadline())
        self.assertEqual(self.hear(say.Peered(number, ())), [])

    def test_forgotten(self) -> None:
        """What was given up still takes its place until it is answered."""
        for _ in range(LIMITS.central_unanswered):
            self.assertTrue(self.session.has_room)
            number = self.ask()
        self.session.forget(number)
        self.assertFalse(self.session.has_room)
        self.assertEqual(self.hear(say.Peered(number, ())), [])
        self.assertTrue(self.session.has_room)

    def test_told(self) -> None:
        """What a central says by itself."""
        told: list[Any] = [
            say.Announced(0, 60, True, Address("10.0.0.7", 2050), 0),
            say.Changed(say.Subject("film")),
            say.Call(Address("10.0.0.9", 2060), bytes(16), RAW),
        ]
        for message in told:
            self.assertEqual(self.hear(message), [Unasked(message)])

    def test_numbers_begin_again(self) -> None:
        """After the last number comes the first, never 0."""
        self.session._last = 0xFFFFFFFE
        self.assertEqual([self.ask(), self.ask()], [0xFFFFFFFF, 1])
