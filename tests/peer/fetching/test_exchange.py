"""Peers that tell each other of other peers, on a stepped clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.listed import ListedPeer
from p2pstream.content.signed.tickets import Ticket, sign_ticket
from p2pstream.content.signing import Identity
from p2pstream.content.units import UNIT
from p2pstream.content.wants import Units
from p2pstream.errors import Refused
from p2pstream.limits import LIMITS
from p2pstream.peer.centrals.own_tickets import OwnTickets
from p2pstream.peer.fetching.exchange import Exchange
from p2pstream.protocols.native.messages import Introduce
from p2pstream.protocols.native.plugin import protocol as native
from p2pstream.protocols.node import Means
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode, HeardEvents
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream
from p2pstream.testing.wires.endpoints import Answering, MemoryEndpoint
from p2pstream.testing.workers import InlineWorkers

NOW = 1_800_000_000_000
CENTRAL, LIAR = Identity(b"c" * 32), Identity(b"l" * 32)
KEY = FileKey(bytes(range(32)), 1_000_000)


def who(number: int) -> Identity:
    """Some peer."""
    return Identity(number.to_bytes(32, "big"))


def ticket(number: int, host: str, key: FileKey = KEY, by: Identity = CENTRAL, now_ms: int = NOW) -> Ticket:
    """One of a central, for a peer."""
    return sign_ticket(by, who(number).id, Address(host, 2050), key, now_ms)


class Party:
    """A peer at the other end of a channel."""

    bound = False

    def __init__(self, number: int, host: str) -> None:
        self.id = who(number).id
        self.address = Address(host, 40_000)
        self.told: list[Introduce] = []

    def introduce(self, tickets: Sequence[bytes], dropped: Sequence[Address]) -> None:
        """It is told."""
        self.told.append(Introduce(tuple(tickets), tuple(dropped)))

    @property
    def hosts(self) -> list[str]:
        """Where those are that it was told of, in all."""
        return [Ticket.decode(raw).address.host for said in self.told for raw in said.tickets]


class ExchangeCase(SynchronousTestCase):
    """An exchange of somebody whom no central has dialled."""

    def setUp(self) -> None:
        """Nobody is there."""
        self.build()

    def build(self, **limits: Any) -> None:
        """With these bounds."""
        self.clock, self.own, self.limits = HeapClock(), list[Ticket](), replace(LIMITS, **limits)
        means = Means(
            self.clock,
            HeardEvents(),
            InlineWorkers(),
            Random(5),
            self.limits,
            who(99),
            wall_ns=lambda: NOW * 1_000_000 + int(self.clock.seconds() * 1e9),
        )
        self.exchange = Exchange(means, lambda key: self.own, lambda: {CENTRAL.id})
        self.heard: list[ListedPeer] = []
        self.unfollow = self.exchange.follow(KEY, self.heard.extend)

    def meet(self, number: int, host: str, shows: bool = True) -> Any:
        """A peer is connected, and shows its ticket."""
        party: Any = Party(number, host)
        self.exchange.joined(KEY, party)
        if shows:
            self.say(party, ticket(number, host))
        return party

    def say(self, party: Any, *tickets: Ticket, dropped: Sequence[Address] = ()) -> None:
        """It tells of others, or of itself."""
        said = Introduce(tuple(each.raw for each in tickets), tuple(dropped))
        self.exchange.introduced(KEY, party, said)

    def wait(self, seconds: float = LIMITS.exchange_tick_s) -> None:
        """Time passes."""
        self.clock.advance(seconds)


class TellingTests(ExchangeCase):
    """Who is told of whom."""

    def test_others_and_ourselves(self) -> None:
        """Each is told of the others that showed tickets, and of us; never of itself."""
        self.own = [ticket(99, "198.51.100.9")]
        one, two = self.meet(1, "192.0.2.1"), self.meet(2, "203.0.113.2")
        silent = self.meet(3, "203.0.113.3", shows=False)
        self.wait()
        self.assertEqual(one.hosts, ["198.51.100.9", "203.0.113.2"])
        self.assertEqual(two.hosts, ["198.51.100.9", "192.0.2.1"])
        self.assertEqual(silent.hosts[0], "198.51.100.9")
        self.assertCountEqual(silent.hosts[1:], ["192.0.2.1", "203.0.113.2"])

    def test_once_a_minute(self) -> None:
        """News waits for its time; without any nothing is said."""
        one = self.meet(1, "192.0.2.1")
        self.meet(2, "203.0.113.2")
        self.wait()
        self.meet(3, "203.0.113.3")
        self.wait(LIMITS.exchange_s - 1)
        self.assertEqual(len(one.told), 1)
        self.wait(11)
        self.assertEqual(one.hosts, ["203.0.113.2", "203.0.113.3"])
        self.wait(600)
        self.assertEqual(len(one.told), 2)

    def test_dropped(self) -> None:
        """Who is no longer connected is said to be gone."""
        one, two = self.meet(1, "192.0.2.1"), self.meet(2, "203.0.113.2")
        self.wait()
        self.exchange.parted(KEY, two)
        self.wait(70)
        self.assertEqual(one.told[-1], Introduce((), (Address("203.0.113.2", 2050),)))

    def test_at_the_bound(self) -> None:
        """So many at once, the others a minute later."""
        self.build(exchange_peers=3)
        for number in range(1, 6):
            self.meet(number, f"203.0.113.{number}")
        last = self.meet(9, "192.0.2.9")
        self.wait()
        self.assertEqual(len(last.hosts), 3)
        self.wait(70)
        self.assertEqual(len(set(last.hosts)), 5)

    def test_each_of_others_first(self) -> None:
        """Of a crowd hardly anybody is told to none, and nobody to all: chance says who is told of whom."""
        self.build(exchange_peers=5)
        self.own = [ticket(99, "198.51.100.9")]
        crowd = [self.meet(number, f"203.0.113.{number}") for number in range(1, 41)]
        self.wait()
        self.assertEqual({party.hosts[0] for party in crowd}, {"198.51.100.9"})
        told = Counter(host for party in crowd for host in party.hosts[1:])
        self.assertGreater(len(told), 35)
        self.assertLess(max(told.values()), 12)
        self.assertGreater(len({frozenset(party.hosts) for party in crowd}), 20)

    def test_many_go_at_once(self) -> None:
        """As many as one message holds are said to be gone, the others a minute later."""
        self.build(exchange_peers=3)
        one = self.meet(9, "192.0.2.9")
        others = [self.meet(number, f"203.0.113.{number}") for number in range(1, 6)]
        self.wait(130)
        for other in others:
            self.exchange.parted(KEY, other)
        self.wait(130)
        self.assertEqual([len(said.dropped) for said in one.told], [0, 0, 3, 2])
        self.assertEqual(len({each for said in one.told for each in said.dropped}), 5)

    def test_told_at_the_bound(self) -> None:
        """Nobody is told of more than it keeps, until some of those are gone."""
        self.build(exchange_kept=4, exchange_peers=3)
        others = [self.meet(number, f"203.0.113.{number}") for number in range(1, 7)]
        last = self.meet(9, "192.0.2.9")
        self.wait(600)
        self.assertEqual(len(last.hosts), 4)
        self.exchange.parted(KEY, next(each for each in others if each.address.host in last.hosts))
        self.wait(600)
        self.assertEqual(len(last.hosts), 5)

    def test_a_crowd(self) -> None:
        """What it costs to tell a peer does not grow with how many there are."""
        looked: list[int] = []

        class Counted(Party):
            @property
            def id(self) -> bytes:
                looked.append(1)
                return self.__dict__["id"]  # type: ignore[no-any-return]

            @id.setter
            def id(self, id: bytes) -> None:
                self.__dict__["id"] = id

        for number in range(100):
            party: Any = Counted(number, f"203.0.113.{number + 1}")
            self.exchange.joined(KEY, party)
            self.say(party, ticket(number, f"203.0.113.{number + 1}"))
        looked.clear()
        self.wait()
        self.assertEqual(len(looked), 100)

    def test_private_addresses_stay_at_home(self) -> None:
        """They are told to those alone who are in such a network, and loopback to none but loopback."""
        parties = [self.meet(1, "192.0.2.1"), self.meet(2, "10.0.0.2"), self.meet(3, "127.0.0.3")]
        wide = self.meet(4, "8.8.8.8")
        self.wait()
        self.assertCountEqual(parties[1].hosts, ["192.0.2.1", "8.8.8.8"])
        self.assertCountEqual(parties[2].hosts, ["192.0.2.1", "10.0.0.2", "8.8.8.8"])
        self.assertNotIn("10.0.0.2", wide.hosts)
        self.assertNotIn("127.0.0.3", wide.hosts)

    def test_nothing_is_left(self) -> None:
        """When all have gone there is no timer."""
        party = self.meet(1, "192.0.2.1")
        self.exchange.parted(KEY, party)
        self.unfollow()
        self.unfollow()
        self.assertEqual((self.clock.getDelayedCalls(), self.exchange._circles), ([], {}))


class HearingTests(ExchangeCase):
    """What is believed."""

    def test_told_on(self) -> None:
        """A peer that a central signed for is heard of, with its id; ourselves are not."""
        self.say(self.meet(1, "8.8.4.4"), ticket(7, "8.8.8.7"), ticket(99, "8.8.8.9"))
        (peer,) = self.heard
        self.assertEqual((str(peer.address), peer.id), ("8.8.8.7:2050", who(7).id))

    def test_F43_only_of_a_central_in_use(self) -> None:
        """Not of another, not for another stream, not when it is over."""
        party = self.meet(1, "8.8.4.4")
        self.say(
            party,
            ticket(7, "8.8.8.7", by=LIAR),
            ticket(7, "8.8.8.7", FileKey(bytes(range(32)), 999_999)),
            ticket(7, "8.8.8.7", now_ms=NOW - 1_800_000),
        )
        self.assertEqual(self.heard, [])

    def test_F43_a_forger_is_heard_no_more(self) -> None:
        """One ticket that nobody signed, and nothing of that peer counts."""
        party, good = self.meet(1, "8.8.4.4"), ticket(7, "8.8.8.7")
        forged = Ticket.decode(good.raw.replace(b"8.8.8.7", b"8.8.8.8"))
        self.say(party, good, forged)
        self.say(party, good)
        self.assertEqual(self.heard, [])
        self.exchange.introduced(KEY, self.meet(2, "8.8.4.5"), Introduce((b"no ticket",)))
        self.say(self.meet(3, "8.8.4.6"), good)
        self.assertEqual(len(self.heard), 1)

    def test_only_of_itself_where_nobody_fetches(self) -> None:
        """A seed hears a peer's own ticket, and does not look at those of others."""
        self.unfollow()
        one, two = self.meet(1, "8.8.4.4", shows=False), self.meet(2, "8.8.4.5")
        good = ticket(7, "8.8.8.7")
        self.say(one, ticket(1, "8.8.4.4"), Ticket.decode(good.raw.replace(b"8.8.8.7", b"8.8.8.8")))
        self.wait()
        self.assertEqual((two.hosts, dict(self.exchange._circles[KEY].heard)), (["8.8.4.4"], {}))

    def test_F44_nobody_is_made_to_dial_home(self) -> None:
        """A stranger from afar names nobody in our network, nor a service of somebody."""
        party = self.meet(1, "8.8.4.4")
        low = sign_ticket(CENTRAL, who(7).id, Address("8.8.8.7", 22), KEY, NOW)
        self.say(party, ticket(7, "10.0.0.7"), ticket(8, "127.0.0.1"), low)
        self.assertEqual(self.heard, [])

    def test_a_ticket_is_its_own(self) -> None:
        """Over plaintext, where an id can be borrowed, only from the address that the central dialled."""
        borrower = self.meet(1, "203.0.113.6", shows=False)
        self.say(borrower, ticket(1, "192.0.2.1"))
        other = self.meet(2, "203.0.113.2")
        self.wait()
        self.assertEqual(other.hosts, [])
        borrower.bound = True
        self.say(borrower, ticket(1, "192.0.2.1"))
        self.wait()
        self.assertEqual(other.hosts, ["192.0.2.1"])

    def test_kept_at_the_bound(self) -> None:
        """The oldest are forgotten."""
        self.build(exchange_kept=4)
        party = self.meet(1, "8.8.4.4")
        self.say(party, *(ticket(number, f"8.8.{number}.7") for number in range(10, 16)))
        self.assertEqual(len(self.exchange._circles[KEY].heard), 4)
        self.say(party, dropped=[Address("8.8.15.7", 2050)])
        self.assertEqual(len(self.exchange._circles[KEY].heard), 3)


class OwnTests(SynchronousTestCase):
    """Tickets of our own."""

    def test_asked_for_in_time(self) -> None:
        """Once, again when half of its life is over, and every minute while it is refused."""
        clock, asked = HeapClock(), list[float]()
        outcomes: list[Any] = [Refused("nobody has reached you")]

        class Line:
            def ticket(self, key: FileKey) -> Deferred[Ticket]:
                asked.append(clock.seconds())
                return fail(outcomes[-1]) if isinstance(outcomes[-1], Exception) else succeed(outcomes[-1])

        line = Line()
        own = OwnTickets(clock, lambda: [line], replace(LIMITS, own_tickets=2))
        again, half = LIMITS.ticket_again_s, LIMITS.ticket_life_s / 2
        for seconds in (0.0, again - 1):
            clock.advance(seconds)
            self.assertEqual(own.of(KEY), [])
        outcomes.append(ticket(1, "192.0.2.1"))
        for seconds in (1.0, half - 1, 1.0):
            clock.advance(seconds)
            own.of(KEY)
        self.assertEqual(asked, [0, again, again + half])
        self.assertEqual(own.of(KEY), outcomes[1:])
        for length in range(1, 9):
            own.of(FileKey(b"k" * 32, length))
        self.assertEqual(len(own._kept), 2)


class WireTests(SynchronousTestCase):
    """Over links in memory."""

    def setUp(self) -> None:
        """A seed, and two who dial it."""
        self.film = proven_film(3 * UNIT)
        self.clock = HeapClock()
        self.stream = FilmStream(self.film)
        self.seed = FakeNode(self.clock, shared={}, streams={self.film.key: self.stream})
        self.ends: dict[str, FakeNode] = {}

    def exchange(self, node: FakeNode, number: int, host: str) -> Exchange:
        """It takes part, with a ticket."""
        own = (
            [sign_ticket(CENTRAL, node.identity.id, Address(host, 2050), self.film.key, NOW)]
            if number
            else []
        )
        means = Means(
            self.clock,
            node.events,
            node.workers,
            Random(number),
            node.limits,
            node.identity,
            wall_ns=lambda: NOW * 1_000_000,
        )
        made = Exchange(means, lambda key: own, lambda: {CENTRAL.id})
        node.introductions = made
        return made

    def dial(self, takes_part: bool = True, host: str = "127.0.0.1") -> tuple[Any, list[ListedPeer]]:
        """Somebody dials the seed for its film."""
        node, heard = FakeNode(self.clock, shared={}), list[ListedPeer]()
        if takes_part:
            self.exchange(node, 1, host).follow(self.film.key, heard.extend)
        endpoint = MemoryEndpoint(self.clock, lambda: Answering(native, self.seed))
        dialled = native.connect(endpoint, Units(self.film.key, False, None), node)
        self.clock.advance(1)
        return self.successResultOf(dialled), heard

    def test_F25_a_new_source_without_a_central(self) -> None:
        """No central is there at all, and yet a viewer hears of another by the peer that it knows."""
        self.exchange(self.seed, 0, "")
        one, heard = self.dial(host="127.0.0.1")
        other, later = self.dial(host="127.0.0.1")
        self.clock.advance(90)
        self.assertEqual([str(peer.address) for peer in heard], ["127.0.0.1:2050"])
        self.assertEqual([str(peer.address) for peer in later], ["127.0.0.1:2050"])
        for source in (one, other):
            source.close()
        self.clock.advance(200)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_opt_out(self) -> None:
        """Who takes no part is told nothing, and named to nobody; the link goes on."""
        self.exchange(self.seed, 0, "")
        source, heard = self.dial(takes_part=False)
        other, later = self.dial()
        self.clock.advance(90)
        self.assertEqual((heard, later), ([], []))
        self.assertTrue(source.ready and other.ready)
