"""Whether peers can be dialled, and that a central is nobody's weapon."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectingCancelledError
from twisted.internet.protocol import Protocol

from p2pstream.central.dial_back import may_dial
from p2pstream.central.names.catalogue_memory import MemoryCatalogue
from p2pstream.content.addresses import Address
from p2pstream.content.listed import REACHABLE
from p2pstream.content.signing import Identity
from p2pstream.limits import LIMITS
from p2pstream.protocols.central import messages as say
from p2pstream.protocols.link import protocol
from p2pstream.protocols.link.family import Family
from p2pstream.protocols.link.protocol import LinkFactory
from p2pstream.testing.central.central import MemoryGuest
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.endpoints import MemoryEndpoint
from tests.central.rooms import KEYS, CentralCase, who


def _given_up(dialling: Deferred[Any]) -> None:
    """As a TCP endpoint says it before the connection is made."""
    dialling.errback(ConnectingCancelledError(IPv4Address("TCP", "10.0.0.9", 2050)))


class Attending:
    """A peer's end, on which nothing is said."""

    families: Sequence[Family] = ()
    speaker = None

    def happened(self, event: Any) -> None:
        """Nothing is."""

    def ended(self, reason: Any) -> None:
        """It is over."""


class RulesTests(CentralCase):
    def test_F44_what_may_be_dialled(self) -> None:
        """D6: ports, scopes, multicast, and ourselves."""
        allowed = {
            ("9.9.9.9:2050", "8.8.8.8"): True,
            ("9.9.9.9:1024", "8.8.8.8"): True,
            ("9.9.9.9:1023", "8.8.8.8"): False,
            ("9.9.9.9:22", "8.8.8.8"): False,
            ("10.0.0.2:2050", "10.0.0.1"): True,
            ("10.0.0.2:2050", "8.8.8.8"): False,
            ("127.0.0.1:2050", "127.0.0.1"): True,
            ("127.0.0.1:2050", "10.0.0.1"): False,
            ("127.0.0.1:2045", "127.0.0.1"): False,
            ("224.0.0.1:2050", "8.8.8.8"): False,
            ("0.0.0.0:2050", "8.8.8.8"): False,
            ("[fe80::2]:2050", "fe80::1"): True,
            ("[2001:4860::2]:2050", "2001:4860::1"): True,
        }
        for (address, ours), expected in allowed.items():
            may = may_dial(Address.parse(address, 1), ours, 2045, None)
            self.assertIs(may, expected, (address, ours))

    def test_F44_outside_our_networks(self) -> None:
        """D6: a private or link-local address only in a network that we are on."""
        subnets = [ip_network(each) for each in ("10.0.0.0/23", "fd00::/64", "fe80::/64")]
        for address, ours, expected in (
            ("10.0.1.255", "10.0.0.1", True), ("10.0.2.0", "10.0.0.1", False),
            ("9.255.255.255", "10.0.0.1", True), ("192.168.0.2", "10.0.0.1", False),
            ("fd00::ffff:ffff:ffff:ffff", "fd00::1", True), ("fd00:0:0:1::", "fd00::1", False),
            ("fe80::2", "fe80::1", True), ("fe80:0:0:1::2", "fe80::1", False),
            ("2001:4860::2", "fd00::1", True), ("127.0.0.1", "127.0.0.1", True),
        ):  # fmt: skip
            may = may_dial(Address(address, 2050), ours, 2045, subnets)
            self.assertIs(may, expected, (address, ours))

    def test_F44_is_not_dialled_outside(self) -> None:
        """Who comes from behind a router of ours is listed as not reachable, at once."""
        self.subnets = [ip_network("10.99.0.0/16")]
        announced = self.announce(self.visit(1), KEYS[0])
        self.clock.advance(100)
        self.assertEqual((announced.reachable, self.dialled), (False, []))

    def test_F44_is_not_dialled(self) -> None:
        """What may not be dialled is listed as not reachable, at once."""
        announced = self.announce(self.visit(1), KEYS[0], port=25)
        self.clock.advance(100)
        self.assertEqual((announced.reachable, self.dialled), (False, []))

    def test_F45_rates(self) -> None:
        """Ten a second in all; two a minute to one host, whatever ports it names."""
        for number in range(100):
            self.announce(self.visit(number + 1), KEYS[0])
        for second in range(1, 4):
            self.clock.advance(1)
            self.assertLessEqual(len(self.dialled), LIMITS.back_dials * second + 1)
        self.clock.advance(20)
        self.assertEqual(len(self.dialled), 100)
        self.build(MemoryCatalogue())
        visitor, moments = self.visit(1), list[float]()
        for port in range(2000, 2090):
            self.announce(visitor, KEYS[0], port=port)
            before = len(self.dialled)
            self.clock.advance(2)
            moments += [self.clock.seconds()] * (len(self.dialled) - before)
        self.assertTrue(4 <= len(moments) <= 8, moments)
        within, most = LIMITS.back_per_host_s - 2, LIMITS.back_per_host
        lately = [sum(start <= moment < start + within for moment in moments) for start in moments]
        self.assertEqual(max(lately), most)

    def test_F45_who_waits(self) -> None:
        """So many may wait; one more is asked to, and tried when it announces again."""
        self.build(MemoryCatalogue(), back_waiting=5)
        for number in range(7):
            self.announce(self.visit(number + 1), KEYS[0])
        self.clock.advance(5)
        self.assertEqual(len(self.dialled), 5)
        self.announce(self.visit(7), KEYS[0])
        self.clock.advance(1)
        self.assertEqual(len(self.dialled), 6)

    def test_not_again_soon(self) -> None:
        """A verdict holds for a quarter of an hour, or until it moves."""
        visitor = self.visit(1)
        for _ in range(10):
            self.announce(visitor, KEYS[0])
            self.clock.advance(LIMITS.back_again_s / 15)
        self.assertEqual(len(self.dialled), 1)
        self.announce(visitor, KEYS[0], port=2051)
        self.clock.advance(60)
        self.clock.advance(LIMITS.back_again_s)
        self.announce(visitor, KEYS[0], port=2051)
        self.clock.advance(60)
        self.assertEqual([address.port for address in self.dialled], [2050, 2051, 2051])

    def test_stop(self) -> None:
        """After that nobody is dialled."""
        for number in range(5):
            self.announce(self.visit(number + 1), KEYS[0])
        self.desk.stop()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual(self.dialled, [])


class ProofTests(CentralCase):
    """Who answers must be who is listed."""

    def setUp(self) -> None:
        """TLS is only seemingly there."""
        super().setUp()
        self.bound = bytes(range(32))
        self.patch(protocol, "binding", lambda transport: self.bound)

    def verdict(self, identity: Identity | None) -> tuple[MemoryGuest, say.Announced]:
        """One with this identity, or something else, answers: what the peer is told, and hears next."""
        if identity is None:
            self.answer = Protocol
        else:
            node = FakeNode(self.clock)
            node.identity = identity
            self.answer = lambda: LinkFactory(node, lambda link: Attending()).buildProtocol(None)
        visitor = self.visit(1)
        self.assertIsNone(self.announce(visitor, KEYS[0]).reachable)
        self.clock.advance(6)
        return visitor, self.announce(visitor, KEYS[0])

    def flags(self) -> int:
        """As others are told of it."""
        (peer,) = self.ask(self.visit(2), say.Peers(4, 9, KEYS[0].encode())).peers
        return int(peer.flags & REACHABLE)

    def test_itself(self) -> None:
        """It proved its id there: told at once, and with every claim."""
        visitor, announced = self.verdict(who(1))
        self.assertEqual([told.reachable for told in visitor.told], [True])
        self.assertEqual((announced.reachable, self.flags()), (True, REACHABLE))

    def test_somebody_else(self) -> None:
        """F44: an address at which somebody else answers is not reachable."""
        visitor, announced = self.verdict(who(7))
        self.assertEqual([told.reachable for told in visitor.told], [False])
        self.assertEqual((announced.reachable, self.flags()), (False, 0))

    def test_joined_again(self) -> None:
        """Who dials the central anew is tried anew, unless it was reached; all its links are told."""
        first, _ = self.verdict(who(7))
        self.answer = lambda: LinkFactory(self.itself(), lambda link: Attending()).buildProtocol(None)
        again = self.visit(1)
        self.assertIsNone(self.announce(again, KEYS[0]).reachable)
        self.clock.advance(6)
        for visitor, heard in ((first, [False, True]), (again, [True])):
            self.assertEqual([told.reachable for told in visitor.told], heard)
        dialled = len(self.dialled)
        self.assertTrue(self.announce(self.visit(1), KEYS[0]).reachable)
        self.clock.advance(6)
        self.assertEqual(len(self.dialled), dialled)

    def itself(self) -> FakeNode:
        """The peer that is dialled."""
        node = FakeNode(self.clock)
        node.identity = who(1)
        return node

    def test_nothing_of_ours(self) -> None:
        """So is one at which nobody says anything within five seconds, and not before."""
        self.answer = Protocol
        visitor = self.visit(1)
        self.announce(visitor, KEYS[0])
        self.clock.advance(LIMITS.back_s - 0.1)
        self.assertEqual(visitor.told, [])
        _, announced = self.verdict(None)
        self.assertEqual((announced.reachable, self.flags()), (False, 0))

    def test_behind_a_wall(self) -> None:
        """So is one from which not even a refusal comes."""
        self.patch(MemoryEndpoint, "connect", lambda *_: Deferred(_given_up))
        _, announced = self.verdict(who(1))
        self.assertEqual((announced.reachable, self.flags()), (False, 0))

    def test_stopped_meanwhile(self) -> None:
        """Ending says nothing about whom it was dialling."""
        self.patch(MemoryEndpoint, "connect", lambda *_: Deferred(_given_up))
        visitor = self.visit(1)
        self.announce(visitor, KEYS[0])
        self.clock.advance(1)
        self.desk.stop()
        self.assertEqual(visitor.told, [])

    def test_not_bound(self) -> None:
        """D1: an id that is not bound to the connection may be relayed."""
        self.bound = bytes(32)
        _, announced = self.verdict(who(1))
        self.assertIs(announced.reachable, False)

    def test_gone_meanwhile(self) -> None:
        """A verdict on one that is not listed any more is told to nobody."""
        self.answer = None
        visitor = self.visit(1)
        self.announce(visitor, KEYS[0])
        self.directory.leases.sweep(1e6)
        self.clock.advance(6)
        self.assertEqual(visitor.told, [])
