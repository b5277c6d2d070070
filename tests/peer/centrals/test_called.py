"""Whom a peer dials on a central's word, and how often."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectingCancelledError
from twisted.internet.protocol import Factory, Protocol
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.limits import LIMITS
from p2pstream.peer.centrals.called import Called, Pacer
from p2pstream.protocols.native.calls import Calls
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.network import MemoryClientEndpoint, MemoryNetwork

CENTRAL, OWN = Address("192.0.2.9", 2045), Address("192.0.2.1", 2050)
VIEWER = Address("192.0.2.5", 5000)
NONCE = b"n" * 16


class PacerTests(SynchronousTestCase):
    def test_d6_a_second(self) -> None:
        """So many in a second, whoever is dialled; a second later as many again."""
        pacer = Pacer(LIMITS)
        hosts = [Address(f"192.0.2.{number}", 5000) for number in range(LIMITS.calls + 1)]
        self.assertEqual([pacer.take(host, 0.0) for host in hosts], [True] * LIMITS.calls + [False])
        self.assertTrue(pacer.take(hosts[-1], LIMITS.calls_s))

    def test_d6_a_host(self) -> None:
        """One host, on whatever ports, no more than so often in a minute; this machine may be."""
        pacer = Pacer(replace(LIMITS, calls=1000))
        for host, expected in (("192.0.2.5", False), ("127.0.0.1", True)):
            taken = [
                pacer.take(Address(host, 5000 + port), port) for port in range(LIMITS.calls_per_host + 1)
            ]
            self.assertEqual(taken, [True] * LIMITS.calls_per_host + [expected])
        self.assertTrue(pacer.take(VIEWER, LIMITS.calls_per_host_s))

    def test_forgets(self) -> None:
        """Hosts that were dialled long ago take no memory."""
        pacer = Pacer(replace(LIMITS, calls=100_000))
        for number in range(1000):
            pacer.take(Address(f"10.1.{number >> 8}.{number & 255}", 5000), float(number))
        self.assertLessEqual(len(pacer._hosts), LIMITS.calls_per_host_s + 1)


class CalledTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A peer, and a viewer that waits for it."""
        self.clock = HeapClock()
        self.network = MemoryNetwork(self.clock)
        self.node = FakeNode(self.clock, shared={})
        self.dialled: list[Address] = []
        self.called = Called(self.node, self.endpoint, lambda: OWN)
        self.calls = Calls(FakeNode(self.clock, shared={}))
        self.successResultOf(self.network.server(VIEWER.host, VIEWER.port).listen(self.calls))

    def endpoint(self, address: Address) -> Any:
        """How it is dialled; noted."""
        self.dialled.append(address)
        return self.network.client(address.host, address.port, OWN.host)

    def test_d6_answers(self) -> None:
        """Whoever had it called has a link; it is gone when the peer stops."""
        coming = self.calls.expect(self.node.identity.id, NONCE)
        self.called.called(CENTRAL, VIEWER, NONCE)
        self.clock.advance(1)
        self.successResultOf(coming)
        self.called.stop()
        self.clock.advance(1)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_stops_while_dialling(self) -> None:
        """A dial that is given up is no fault, whatever the endpoint calls it."""
        given_up = lambda dialling: dialling.errback(ConnectingCancelledError(None))  # noqa: E731
        self.patch(MemoryClientEndpoint, "connect", lambda *_: Deferred(given_up))
        self.called.called(CENTRAL, VIEWER, NONCE)
        self.called.stop()
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_d6_whom_not(self) -> None:
        """Nobody is dialled who cannot be meant: services, groups, ourselves, nearer than the central is."""
        for address in (
            Address("9.9.9.9", 22),
            Address("224.0.0.1", 5000),
            Address("0.0.0.0", 5000),
            Address("127.0.0.1", 5000),
            Address("169.254.1.1", 5000),
            Address("10.0.0.1", 5000),
            OWN,
        ):
            self.called.called(Address("8.8.8.8", 2045), address, NONCE)
            self.assertEqual(self.dialled, [], address)

    def test_d6_networks(self) -> None:
        """A private address is dialled only in a network of ours."""
        self.node.subnets = lambda: [ip_network("192.0.2.0/29")]
        for host in ("192.0.2.8", "10.0.0.1", "192.0.2.7", "9.9.9.9"):
            self.called.called(CENTRAL, Address(host, 5000), NONCE)
        self.assertEqual([each.host for each in self.dialled], ["192.0.2.7", "9.9.9.9"])

    def test_d6_our_own_machine(self) -> None:
        """A central on this machine may tell of others on it."""
        self.called.called(Address("127.0.0.1", 2045), Address("127.0.0.1", 5000), NONCE)
        self.assertEqual(self.dialled, [Address("127.0.0.1", 5000)])

    def test_no_answer(self) -> None:
        """A dial in vain, or into silence, ends by itself."""
        factory = Factory.forProtocol(Protocol)
        factory.noisy = False
        self.successResultOf(self.network.server("192.0.2.6", 5000).listen(factory))
        for host in ("192.0.2.6", "192.0.2.7"):
            self.called.called(CENTRAL, Address(host, 5000), NONCE)
        self.clock.advance(LIMITS.connect_s + 1)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_bound(self) -> None:
        """While as many links are open as may be, no other call is answered."""
        self.node.limits = replace(LIMITS, call_links=2)
        self.called = Called(self.node, self.endpoint, lambda: OWN)
        for nonce in (b"1" * 16, b"2" * 16):
            self.calls.expect(self.node.identity.id, nonce)
            self.called.called(CENTRAL, VIEWER, nonce)
        self.called.called(CENTRAL, VIEWER, NONCE)
        self.clock.advance(1)
        self.called.called(CENTRAL, VIEWER, NONCE)
        self.assertEqual(len(self.dialled), 2)
        self.clock.advance(LIMITS.call_idle_s)
        self.called.called(CENTRAL, VIEWER, NONCE)
        self.assertEqual(len(self.dialled), 3)
        self.called.stop()
