"""The classic protocol keeps what every stream protocol must."""

from __future__ import annotations

from twisted.internet.error import ConnectionRefusedError
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.sniff import Sniff
from p2pstream.content.wants import Sources, Stream
from p2pstream.errors import BadName
from p2pstream.interfaces import IStreamProtocol
from p2pstream.protocols.classic.lookup import LookupClientFactory, LookupFactory
from p2pstream.protocols.classic.plugin import Classic, protocol
from p2pstream.protocols.classic.transfer import TransferClientFactory, TransferFactory
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.endpoints import Answering, MemoryEndpoint
from p2pstream.testing.wires.protocols import StreamProtocolContract


class ContractTests(StreamProtocolContract, SynchronousTestCase):
    """The public contract, inherited as any plugin may."""

    def speech(self) -> IStreamProtocol:
        """Ours."""
        return Classic()

    def preface(self) -> bytes:
        """The bare name."""
        return b"film.mp4"


class ClassicTests(SynchronousTestCase):
    """What is special about it."""

    def test_it_is_the_fallback(self) -> None:
        """It takes what nobody knows, if that can be a name."""
        self.assertTrue(protocol.fallback)
        for prefix in (b"", b"film", b"GET ", b"a" * 255):
            self.assertIs(protocol.sniff(prefix), Sniff.MORE)
        for prefix in (b"\x16\x03\x01", b"\x89P2PS", b"a" * 256, b"\xff"):
            self.assertIs(protocol.sniff(prefix), Sniff.NO)

    def test_roles(self) -> None:
        """A central looks up, a peer sends; a client asks for one or the other."""
        clock = HeapClock()
        central, peer = FakeNode(clock, known={}), FakeNode(clock)
        self.assertIsInstance(protocol.server_factory(central), LookupFactory)
        self.assertIsInstance(protocol.server_factory(peer), TransferFactory)
        self.assertIsInstance(protocol.client_factory(peer, Sources("x")), LookupClientFactory)
        self.assertIsInstance(protocol.client_factory(peer, Stream("x")), TransferClientFactory)

    def test_lookup(self) -> None:
        """Asking a central for sources gives its addresses."""
        clock = HeapClock()
        central = FakeNode(clock, known={"film.mp4": [Address("127.0.0.5", 2050)]})
        endpoint = MemoryEndpoint(clock, lambda: Answering(protocol, central))
        asked = protocol.connect(endpoint, Sources("film.mp4"), FakeNode(clock))
        clock.advance(0)
        self.assertEqual(self.successResultOf(asked), [Address("127.0.0.5", 2050)])
        self.assertEqual(clock.getDelayedCalls(), [])

    def test_refused_dials_keep_their_reason(self) -> None:
        """Why nobody answers is told by those who know who was dialled."""
        clock = HeapClock()
        for want in (Sources("x"), Stream("x")):
            dialled = protocol.connect(MemoryEndpoint(clock, None), want, FakeNode(clock))
            self.failureResultOf(dialled, ConnectionRefusedError)

    def test_bad_names_dial_nobody(self) -> None:
        """What cannot be sent fails before a connection is made."""
        clock = HeapClock()
        for want in (Sources("a" * 100), Stream("../x"), Stream("")):
            endpoint = MemoryEndpoint(clock, None)
            self.failureResultOf(protocol.connect(endpoint, want, FakeNode(clock)), BadName)
            self.assertEqual(endpoint.links, [])
