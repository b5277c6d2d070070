"""One central as a peer sees it."""

from __future__ import annotations

from typing import Any

from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.listed import CLASSIC, HTTP, NATIVE, TLS
from p2pstream.errors import NoCentral
from p2pstream.peer.centrals.central_line import Lines, spoken_on
from p2pstream.peer.dials import Dials
from p2pstream.protocols.central.approach import KnownCentrals
from p2pstream.testing.node import FakeNode
from tests.peer.central_lines import key

CENTRAL = Address("10.0.0.1", 2045)


class SpokenTests(SynchronousTestCase):
    def test_spoken(self) -> None:
        """Classic needs its port and IPv4; a closed group only what can prove its secret."""
        for host, port, closed, expected in (
            ("10.0.0.7", 2050, False, NATIVE | TLS | HTTP | CLASSIC),
            ("10.0.0.7", 2051, False, NATIVE | TLS | HTTP),
            ("2001:db8::7", 2050, False, NATIVE | TLS | HTTP),
            ("10.0.0.7", 2050, True, NATIVE | TLS),
        ):
            self.assertEqual(spoken_on(Address(host, port), closed), expected, (host, port, closed))


class Heard:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def connected(self) -> None:
        """See `AnnounceListener`."""

    def lost(self, reason: str, answered: bool) -> None:
        """See `AnnounceListener`."""
        self.reasons.append(reason)

    def leased(self, lease: Any) -> None:
        """See `AnnounceListener`."""


class LinesTests(SynchronousTestCase):
    def test_dialled(self) -> None:
        """It is dialled from our own address, and what is asked before it answers fails; closing ends it."""
        reactor: Any = MemoryReactorClock()
        own = Address("10.0.0.7", 2050)
        lines = Lines(FakeNode(reactor), Dials(reactor, own=own), KnownCentrals(), lambda: own)
        line = lines.dial(CENTRAL, Heard())
        ((host, port, _, _, bound),) = reactor.tcpClients
        self.assertEqual((host, port, bound), ("10.0.0.1", 2045, ("10.0.0.7", 0)))
        for asked in (line.announce([key(1)]), line.withdraw([key(1)]), line.publish(b"record")):
            self.failureResultOf(asked, NoCentral)
        self.assertIsNone(lines.there(CENTRAL))
        self.successResultOf(line.close())
        self.assertEqual(reactor.getDelayedCalls(), [])


class DialsTests(SynchronousTestCase):
    def test_own_address(self) -> None:
        """Only an address of the same kind can be dialled from ours."""
        dials = Dials(MemoryReactorClock(), own=Address("10.0.0.7", 1))
        four: Any = dials(CENTRAL)
        self.assertIsInstance(four, TCP4ClientEndpoint)
        self.assertEqual(four._bindAddress, ("10.0.0.7", 0))
        six: Any = dials(Address("2001:db8::1", 2045))
        self.assertIsNone(six._bindAddress)

    def test_what_tls_has_in_common(self) -> None:
        """It is made once, when the first is dialled with TLS, and connections are apart."""
        dials = Dials(MemoryReactorClock())
        endpoints: list[Any] = [dials(CENTRAL, True), dials(CENTRAL, True)]
        one, other = (endpoint.clientConnectionForTLS(None) for endpoint in endpoints)
        self.assertIs(one.get_context(), other.get_context())
        self.assertIsNot(one, other)
