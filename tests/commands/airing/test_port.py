"""One port for all that is sent to a broadcast."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.airing.admittance import Admittance
from p2pstream.commands.airing.port import IngestPort
from p2pstream.errors import CannotListen
from p2pstream.settings import LiveSettings
from p2pstream.testing.node import FakeNode
from p2pstream.transport.ports.port import SniffedFactory
from tests.commands.airing.ports import Ports
from tests.protocols.mpegts.test_plain import PACKET, SEVEN
from tests.protocols.put.test_session import HEAD, chunked
from tests.protocols.rtmp.publisher import asking, filmed, over
from tests.protocols.rtmp.test_session import FILM
from tests.transport.test_publishing import Taken


class PortTests(SynchronousTestCase):
    """In memory."""

    def setUp(self) -> None:
        """A port whose key is “secret”."""
        self.ports = Ports()
        self.node: Any = FakeNode(self.ports)
        self.taken: list[Taken] = []
        self.still = AsyncExitStack()
        self.number = 0

    def tearDown(self) -> None:
        """Nothing listens any more."""
        self.successResultOf(Deferred.fromCoroutine(self.still.aclose()))
        self.assertEqual((self.ports.tcp, self.ports.udp), ({}, {}))

    def open(self, admittance: Admittance | None = None, number: int = 0) -> None:
        """Listen."""
        settings = replace(LiveSettings(), listen=True, listen_port=number)
        self.made(settings, admittance).open(self.still, self.node.events)
        self.number = int(self.node.heard.named("live_listening")[0]["server"].rpartition(":")[2][:-5])

    def made(self, settings: LiveSettings, admittance: Admittance | None) -> IngestPort:
        """A port that does not listen yet."""
        film, packets = self.take("flv"), self.take("ts")
        return IngestPort(
            self.node, settings, admittance or Admittance("secret", None), "the show", film, packets
        )

    def take(self, kind: str) -> Any:
        """Makes a sink that knows what it is for."""

        def made(address: str) -> Taken:
            self.taken.append(Taken())
            self.taken[-1].kind = kind  # type: ignore[attr-defined]
            return self.taken[-1]

        return made

    def said(self, raw: bytes, half: bool = False) -> bytes:
        """What is answered to that until the end."""
        return self.ports.said(self.ports.tcp[self.number], raw, half)

    def test_all_on_one_port(self) -> None:
        """RTMP, HTTP and packets, each to what is made for it; what nobody knows ends in words."""
        self.open()
        self.said(asking() + filmed() + over())
        answer = self.said(HEAD.replace(b"se%20cret", b"secret") + chunked(SEVEN))
        self.assertIn(b"200 OK", answer)
        self.said(SEVEN, half=True)
        self.said(b"hello there\n" * 100)
        film, sent, plain = self.taken
        self.assertEqual([each.kind for each in self.taken], ["flv", "ts", "ts"])  # type: ignore[attr-defined]
        self.assertEqual((bytes(film.collected), film.ended), (FILM, "finished"))
        self.assertEqual((bytes(sent.collected), sent.ended), (SEVEN, "finished"))
        self.assertEqual(bytes(plain.collected), SEVEN)
        self.assertIn("broke off while it was publishing", plain.ended or "")
        reason = self.node.heard.named("publisher_lost")[0]["reason"]
        self.assertEqual(reason, "what it sends is neither RTMP nor HTTP nor MPEG-TS")

    def test_told(self) -> None:
        """Whoever needs no key is shown the name, as an address has it; who needs one, the key."""
        self.open()
        self.open(Admittance("", None))
        urls = [told["url"] for told in self.node.heard.named("live_put")]
        self.assertEqual([url.rpartition("/")[2] for url in urls], ["secret", "the%20show"])

    def test_on_the_peer_port(self) -> None:
        """By HTTP alone, and from this machine without a key; what asks is for others to answer."""
        beside = SniffedFactory([self.made(LiveSettings(), None).beside_peers()], self.node)
        port = self.ports.listenTCP(0, beside)
        self.assertIn(b"200 OK", self.ports.said(beside, HEAD + chunked(SEVEN)))
        self.assertEqual((bytes(self.taken[0].collected), self.taken[0].ended), (SEVEN, "finished"))
        for other in (b"GET /live/secret HTTP/1.1\r\n\r\n", SEVEN, asking()):
            self.assertEqual(self.ports.said(beside, other), b"")
        self.assertEqual(len(self.taken), 1)
        port.stopListening()

    def test_wrong_key(self) -> None:
        """Is refused by each that knows one, in words that reach who sends."""
        self.open()
        self.assertIn(b"not the stream key", self.said(asking("guess")))
        answer = self.said(HEAD + chunked(SEVEN * 50))
        self.assertTrue(answer.startswith(b"HTTP/1.1 403 Forbidden"), answer)
        self.assertIn(b"not the stream key", answer)
        self.assertEqual(self.taken, [])

    def test_datagrams(self) -> None:
        """On the same number."""
        self.open()
        for datagram in (SEVEN, PACKET):
            self.ports.udp[self.number].datagramReceived(datagram, ("127.0.0.1", 5004))
        self.assertEqual(bytes(self.taken[0].collected), SEVEN + PACKET)

    def test_nobody_without_a_key(self) -> None:
        """Where no address was named packets are refused, and no datagram is even looked at."""
        self.open(Admittance("secret", ()))
        self.assertEqual(self.node.heard.named("live_plain"), [])
        self.assertEqual(self.said(SEVEN), b"")
        self.assertEqual((self.ports.udp, self.taken), ({}, []))

    def test_taken(self) -> None:
        """A port that somebody else has is named."""
        self.ports.udp[9] = None
        self.assertRaises(CannotListen, self.open, None, 9)
        del self.ports.udp[9]
