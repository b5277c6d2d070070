"""TLS on the sniffed port, and on what dials it; in memory, on a clock of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from OpenSSL import SSL
from twisted.internet.interfaces import IHandshakeListener
from twisted.internet.protocol import Factory
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.limits import LIMITS
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.testing.wires.network import MemoryNetwork
from p2pstream.transport.ports.port import SniffedFactory
from p2pstream.transport.secure.credentials import made_credentials
from p2pstream.transport.secure.tls import TLSEndpoint, agreed, binding
from tests.transport.ports.test_port import HalfSpoken, Plugin

CREDENTIALS = made_credentials(datetime(2026, 1, 1, tzinfo=UTC))


@implementer(IHandshakeListener)
class Client(HalfSpoken):
    """Says what it has to say when TLS is up."""

    def __init__(self, said: bytes) -> None:
        super().__init__("client")
        self.said = said
        self.up = False

    def handshakeCompleted(self) -> None:
        """Speak."""
        self.up = True
        if self.said:
            self.transport.write(self.said)


class TLSPortTests(SynchronousTestCase):
    """A port that speaks three protocols, with TLS or without."""

    def setUp(self) -> None:
        """Open the port."""
        self.listen()

    def listen(self, limits: Any = LIMITS, shown: Any = lambda: CREDENTIALS) -> None:
        """Open it."""
        self.clock = HeapClock()
        self.network = MemoryNetwork(self.clock)
        self.node = FakeNode(self.clock, limits=limits)
        self.native, self.http = Plugin("native", b"\x89P2PS"), Plugin("http", b"GET /")
        self.native.alpn, self.http.alpn = "p2ps/1", "http/1.1"  # type: ignore[attr-defined]
        self.bare = Plugin("bare")
        plugins: Any = [self.bare, self.http, self.native]
        self.factory = SniffedFactory(plugins, self.node, shown=shown)
        self.port = self.successResultOf(self.network.server("10.0.0.1", 2050).listen(self.factory))

    def raw(self) -> Any:
        """How it is dialled."""
        return self.network.client("10.0.0.1", 2050, "10.0.9.1")

    def dial(self, said: bytes, name: str = "", endpoint: Any = None) -> Client:
        """A client that speaks TLS, and offers that name."""
        client = Client(said)
        factory = Factory.forProtocol(lambda: client)
        factory.noisy = False
        dialling = TLSEndpoint(endpoint or self.raw(), self.clock, name or "nothing/9").connect(factory)
        self.clock.advance(0)
        self.successResultOf(dialling)
        self.clock.advance(0)
        return client

    def served(self) -> list[list[bytes]]:
        """What each protocol was told: native, http, bare."""
        return [[one.content for one in plugin.served] for plugin in (self.native, self.http, self.bare)]

    def test_agreed_name_decides(self) -> None:
        """A name that both agreed on decides alone, before a byte inside."""
        self.dial(b"", "p2ps/1")
        self.dial(b"GET /", "p2ps/1")
        self.dial(b"\x89P2PS", "http/1.1")
        self.assertEqual(self.served(), [[b"", b"GET /"], [b"\x89P2PS"], []])

    def test_sniffed_inside(self) -> None:
        """Without one, the bytes inside decide, as outside."""
        for said in (b"\x89P2PS and", b"GET / HTTP/1.1", b"film.mp4"):
            self.assertTrue(self.dial(said).up)
        self.clock.advance(1)
        self.assertEqual(self.served(), [[b"\x89P2PS and"], [b"GET / HTTP/1.1"], [b"film.mp4"]])

    def test_cut_everywhere(self) -> None:
        """However the bytes are cut, the same."""
        for length in (1, 2, 3, 7):
            self.listen()
            self.network._make_link = lambda hosts, size=length: MemoryLink(
                self.clock, segment=size, hosts=hosts
            )
            self.dial(b"\x89P2PS", "p2ps/1")
            self.assertEqual(self.served()[0], [b"\x89P2PS"])

    def test_F39_trickle_in_handshake(self) -> None:
        """One deadline spans the prefix, the handshake and what is said inside."""
        hello = self.client_hello()
        for chunks in ([hello[:2]], [hello[:100]], [hello[place : place + 1] for place in range(200)]):
            self.listen()
            client = self.trickle(*chunks)
            self.clock.advance(LIMITS.sniff_s - self.clock.seconds() - 0.01)
            self.assertEqual((client.told, len(self.factory._seats)), ([], 1), chunks[0][:2])
            self.clock.advance(0.02)
            self.assertEqual((client.told, self.factory.connections), (["ConnectionLost"], 0))
            self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_F39_trickle_inside(self) -> None:
        """A preface that comes byte by byte inside TLS has no more time than one outside."""
        self.native.preface = bytes([0x89] * 400)
        client = self.dial(b"")
        while not client.told and self.clock.seconds() < 20:
            client.transport.write(b"\x89")
            self.clock.advance(0.05)
        self.assertAlmostEqual(self.clock.seconds(), LIMITS.sniff_s, delta=0.06)
        self.assertEqual(self.served(), [[], [], []])
        self.assertEqual((self.factory.connections, self.clock.getDelayedCalls()), (0, []))

    def test_silent_inside(self) -> None:
        """Who says nothing in TLS is taken for one who has nothing to say, as outside."""
        client = self.dial(b"")
        self.clock.advance(LIMITS.silent_s + 0.01)
        self.assertEqual(self.served(), [[], [], [b""]])
        self.assertEqual(client.told, [])

    def test_tls_in_tls(self) -> None:
        """TLS inside TLS is refused."""
        client = self.dial(self.client_hello())
        self.clock.advance(0)
        self.assertEqual((client.told, self.factory.connections), (["ConnectionLost"], 0))
        self.assertIn("TLS", self.node.heard.named("connection_dropped")[0]["reason"])

    def test_without_credentials(self) -> None:
        """A port that has no certificate takes no TLS."""
        self.listen(shown=None)
        client = self.dial(b"")
        self.assertEqual((client.up, self.factory.connections), (False, 0))

    def test_F42_crowded(self) -> None:
        """Those who stay in their handshakes are the first to go when there are too many."""
        self.listen(replace(LIMITS, undecided=3))
        slow = [self.trickle(self.client_hello()[:50]) for _ in range(2)]
        inside = self.dial(b"")
        late = self.dial(b"\x89P2PS")
        self.assertEqual(([one.told for one in slow], inside.told), ([["ConnectionLost"], []], []))
        self.dial(b"\x89P2PS")
        for _ in range(3):
            self.trickle(self.client_hello()[:50])
        self.assertTrue(slow[1].told and inside.told and not late.told)

    def test_stop(self) -> None:
        """When the port closes, those inside TLS are cut off, too."""
        clients = [self.dial(b""), self.dial(b"\x89P2PS"), self.trickle(b"\x16\x03\x01")]
        self.successResultOf(self.port.stopListening())
        self.factory.doStop()
        self.clock.advance(1)
        self.assertTrue(all(client.told for client in clients), clients)
        self.assertEqual((self.factory.connections, self.clock.getDelayedCalls()), (0, []))

    def test_F49_versions(self) -> None:
        """Nothing older than TLS 1.2 is agreed on; the secret of a connection needs 1.3."""
        for most, up in ((SSL.TLS1_1_VERSION, False), (SSL.TLS1_2_VERSION, True), (SSL.TLS1_3_VERSION, True)):
            self.listen()
            endpoint = TLSEndpoint(self.raw(), self.clock, "p2ps/1")
            endpoint._context.set_max_proto_version(most)
            client = Client(b"x")
            endpoint.connect(Factory.forProtocol(lambda client=client: client))
            self.clock.advance(0)
            self.assertEqual(client.up, up, most)
            if up:
                ends = client.transport, self.native.served[0].transport
                secrets = [binding(end) for end in ends]
                self.assertEqual(secrets[0], secrets[1])
                self.assertEqual(secrets[0] is None, most != SSL.TLS1_3_VERSION)
                self.assertEqual([agreed(end) for end in ends], [b"p2ps/1"] * 2)

    def test_every_connection_has_its_own_secret(self) -> None:
        """Two connections of the same ends have two."""
        secrets = {binding(self.dial(b"", "p2ps/1").transport) for _ in range(2)}
        self.assertEqual({len(secret or b"") for secret in secrets}, {32})
        self.assertEqual(len(secrets), 2)

    def client_hello(self) -> bytes:
        """The first bytes of a client that speaks TLS."""
        connection = TLSEndpoint(self.raw(), self.clock).clientConnectionForTLS(None)
        connection.set_connect_state()
        self.assertRaises(SSL.WantReadError, connection.do_handshake)
        return connection.bio_read(4096)

    def trickle(self, *chunks: bytes) -> HalfSpoken:
        """A client that sends that, a chunk every 20 ms."""
        client = HalfSpoken("client")
        factory = Factory.forProtocol(lambda: client)
        factory.noisy = False
        self.raw().connect(factory)
        self.clock.advance(0)
        for chunk in chunks:
            client.transport.write(chunk)
            self.clock.advance(0.02)
        return client
