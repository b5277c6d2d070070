"""Lookups between ours and ours, and with the ancestor at either end."""

from __future__ import annotations

import socket
import struct
from ipaddress import ip_network
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import CancelledError
from twisted.internet.protocol import Protocol
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.errors import BadName, NoCentral, NotFound
from p2pstream.limits import LIMITS
from p2pstream.protocols.classic.lookup import LookupClientFactory, LookupFactory
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.transport.linger import reset_on_close
from tests.protocols.classic.ancestor import AncestorCentral, AncestorClient
from tests.strategies import cuts

FILM = (Address("127.0.0.5", 2050), Address("10.0.0.2", 2050))
KNOWN = {
    "film.mp4": FILM,
    "show": FILM,
    "show.mkv": FILM[:1],
    "nowhere": (),
    "other": (Address("::1", 2050),),
}


class Talker(Protocol):
    """An end that a test speaks for."""

    def __init__(self) -> None:
        self.transport: Any
        self.heard = b""
        self.lost: Any = None

    def dataReceived(self, data: bytes) -> None:
        """Keep it."""
        self.heard += data

    def connectionLost(self, reason: Any = None) -> None:
        """Keep why."""
        self.lost = reason.type.__name__


class AskedTests(SynchronousTestCase):
    """A central of ours."""

    def setUp(self) -> None:
        """One that knows some names."""
        self.clock = HeapClock()
        self.node = FakeNode(self.clock, known=KNOWN)

    def connect(self) -> None:
        """Call it."""
        self.client = Talker()
        self.link = MemoryLink(self.clock)
        self.link.connect(self.client, LookupFactory(self.node).buildProtocol(None))

    def ask(self, name: bytes) -> None:
        """Send a name."""
        self.link.client.write(name)
        self.clock.advance(0)

    def assert_answered(self, reply: bytes, after: float) -> None:
        """The reply, padded to 100 bytes, and a clean end, just then."""
        self.clock.advance(after - self.clock.seconds() - 0.001)
        self.assertEqual(self.client.heard, b"")
        self.clock.advance(0.002)
        self.assertEqual(self.client.heard, reply.ljust(100, b"\0"))
        self.assertEqual(self.client.lost, "ConnectionDone")
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_known_name(self) -> None:
        """The list comes at once, 100 bytes of it, and the connection ends well."""
        self.connect()
        self.ask(b"film.mp4")
        self.assertEqual(self.client.heard, b"127.0.0.5 10.0.0.2 ".ljust(100, b"\0"))
        self.assertEqual(self.client.lost, "ConnectionDone")
        self.assertEqual(self.clock.getDelayedCalls(), [])
        answered = self.node.heard.named("lookup_answered")
        client = f"127.0.0.1:{self.link.server.getPeer().port}"
        self.assertEqual(answered, [{"name": "film.mp4", "address": client, "sources": 2}])

    def test_unknown_name(self) -> None:
        """100 NULs, a second after the first byte."""
        self.connect()
        self.ask(b"nosuch")
        self.assert_answered(b"", after=LIMITS.classic_name_s)
        self.assertEqual(self.node.heard.named("name_unknown")[0]["name"], "nosuch")

    def test_names_that_nobody_has_now(self) -> None:
        """A name without peers, or with none that an ancestor can dial, is 100 NULs."""
        for name in (b"nowhere", b"other"):
            self.connect()
            self.ask(name)
            self.assertEqual(self.client.heard, bytes(100))

    def test_prefix_of_another_name(self) -> None:
        """A name that might go on is answered after 60 ms."""
        self.connect()
        self.ask(b"show")
        self.assert_answered(b"127.0.0.5 10.0.0.2 ", after=0.060)

    def test_half_close(self) -> None:
        """The end of sending ends the name."""
        self.connect()
        self.ask(b"show")
        self.link.client.loseWriteConnection()
        self.clock.advance(0)
        self.assertEqual(self.client.heard[:10], b"127.0.0.5 ")

    def test_F39_silence(self) -> None:
        """Who says nothing gets 100 NULs after 5 s."""
        self.connect()
        self.assert_answered(b"", after=5.0)

    def test_F39_one_byte_now_and_then(self) -> None:
        """Trickling puts nothing off: the second counts from the first byte."""
        self.connect()
        for _ in range(11):
            self.ask(b"x")
            self.clock.advance(0.1)
        self.assertEqual(self.client.lost, "ConnectionDone")

    def test_F55_names_that_cannot_be(self) -> None:
        """Paths are unknown names, and told as what they are."""
        for name in (b"../x", b"/etc/passwd", "\u202egpj".encode(), b"a" * 101, b"a" * 255):
            self.connect()
            self.ask(name)
            self.clock.advance(1)
            self.assertEqual(self.client.heard, bytes(100))

    def test_F36_F57_no_names(self) -> None:
        """Too many bytes, control bytes and broken UTF-8 are cut off without an answer."""
        for name in (b"a" * 256, b"a\0b", b"\x1b[2J", b"\xff\xfe"):
            self.connect()
            self.ask(name)
            self.assertEqual((self.client.heard, self.client.lost), (b"", "ConnectionLost"))
            self.assertEqual(self.clock.getDelayedCalls(), [])
            self.assertTrue(self.node.heard.named("name_bad")[-1]["reason"].isprintable())

    def test_an_answer_is_not_reset_away(self) -> None:
        """The port sees to it that an undecided connection is reset; an answered one must not be."""
        self.connect()
        with socket.socket() as held:
            self.link.server.getHandle = lambda: held  # type: ignore[attr-defined]
            reset_on_close(self.link.server, True)
            self.assertEqual(lingers(held), (1, 0))
            self.ask(b"film.mp4")
            self.assertEqual(lingers(held), (0, 0))

    def test_client_that_leaves(self) -> None:
        """A connection that is gone leaves no timer."""
        self.connect()
        self.ask(b"sho")
        self.link.client.abortConnection()
        self.clock.advance(0)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_ancestor_client(self) -> None:
        """The ancestor finds its first address; for an unknown name it finds none and ends."""
        for name, expected in ((b"film.mp4", b"127.0.0.5"), (b"nosuch", b"")):
            client = AncestorClient(name)
            MemoryLink(self.clock).connect(client, LookupFactory(self.node).buildProtocol(None))
            self.clock.advance(1)
            self.assertEqual((client.first_address, client.ended), (expected, "clean"))

    @given(st.binary(max_size=300).flatmap(cuts), st.floats(0, 0.5))
    def test_F37_arbitrary_bytes_at_every_cut(self, chunks: list[bytes], pause: float) -> None:
        """Nothing makes `dataReceived` raise; each connection ends by itself, with 100 bytes or none."""
        self.connect()
        for chunk in chunks:
            self.ask(chunk)
            self.clock.advance(pause)
        self.clock.advance(6)
        self.assertIn(len(self.client.heard), (0, 100))
        self.assertIsNotNone(self.client.lost)
        self.assertEqual(self.clock.getDelayedCalls(), [])


def lingers(held: socket.socket) -> tuple[Any, ...]:
    """How the kernel would end it."""
    return struct.unpack("ii", held.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))


class AskingTests(SynchronousTestCase):
    """A client of ours."""

    def ask(self, server: Protocol, name: str = "film.mp4", **link: Any) -> Any:
        """Ask ``server`` for a name."""
        self.client = LookupClientFactory(self.node, name).buildProtocol(None)
        MemoryLink(self.clock, **link).connect(self.client, server)
        return self.client.answer

    def setUp(self) -> None:
        """A clock, and who asks."""
        self.clock = HeapClock()
        self.node = FakeNode(self.clock)

    def test_our_central(self) -> None:
        """The addresses come back in their order, cut in whatever way."""
        for segment in (1, 3, 100):
            node = FakeNode(self.clock, known=KNOWN)
            answer = self.ask(LookupFactory(node).buildProtocol(None), segment=segment)
            self.clock.advance(2)
            self.assertEqual(self.successResultOf(answer), list(FILM))
            self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_ancestor_central(self) -> None:
        """The ancestor answers after a second; ours asked at once, with the bare name."""
        central = AncestorCentral(self.clock, [("film.mp4", "127.0.0.5"), ("film.mp4", "127.0.0.5")])
        answer = self.ask(central)
        self.clock.advance(0)
        self.assertEqual(central.arrived, b"film.mp4")
        self.clock.advance(1)
        self.assertEqual(self.successResultOf(answer), [FILM[0]])

    def test_ancestor_central_that_echoes(self) -> None:
        """An echo is told as not found."""
        answer = self.ask(AncestorCentral(self.clock, []), "nosuch.bin")
        self.clock.advance(1)
        said = str(self.failureResultOf(answer, NotFound).value)
        self.assertEqual(said, "127.0.0.2:2050 knows nobody who has “nosuch.bin”; check the spelling")

    def test_names_that_are_never_sent(self) -> None:
        """What would kill an ancestor, or can be nobody's name, fails before a connection is made."""
        for name in ("", "a" * 100, "a" * 101, "../x", "a\0b", "\x1b[2J"):
            self.assertRaises(BadName, LookupClientFactory, FakeNode(self.clock), name)

    def test_garbage(self) -> None:
        """Something that is no central is named as such, in one line that has none of its bytes."""
        ends = b"\xff" * 3, b"0.0.0.0 ", b""
        for reply in (b"QQQQ/1.1 400 QQQQ\r\n\r\n", b"\x1b[2J" * 30, b"QQQQ" * 30, *ends):
            server = Talker()
            answer = self.ask(server)
            server.transport.write(reply)
            server.transport.loseConnection()
            self.clock.advance(0)
            said = str(self.failureResultOf(answer, NoCentral).value)
            self.assertTrue(said.startswith("127.0.0.2:2050 is no central"), said)
            self.assertTrue(said.isprintable())
            for word in ("QQQQ", "[2J", "\\xff", "0.0.0.0 "):
                self.assertNotIn(word, said)

    def test_a_central_that_never_stops(self) -> None:
        """It is cut off after 100 bytes."""
        server = Talker()
        answer = self.ask(server)
        for _ in range(100):
            server.transport.write(b"10.0.0.1 " * 1000)
        self.clock.advance(0)
        self.failureResultOf(answer, NoCentral)
        self.clock.advance(1)
        self.assertIsNotNone(server.lost)

    def test_a_central_that_never_answers(self) -> None:
        """After 10 s the user is told."""
        answer = self.ask(Talker())
        self.clock.advance(LIMITS.classic_lookup_s - 0.1)
        self.assertNoResult(answer)
        self.clock.advance(0.2)
        self.assertIn(
            f"did not answer within {LIMITS.classic_lookup_s:g} s",
            str(self.failureResultOf(answer, NoCentral).value),
        )
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_an_address_cut_by_a_reset(self) -> None:
        """Half an address would be somebody else's: a broken reply is not used."""
        server = Talker()
        answer = self.ask(server)
        server.transport.write(b"10.0.0.1 10.0.0.2")
        self.clock.advance(0)
        server.transport.abortConnection()
        self.clock.advance(0)
        self.assertIn("broke off", str(self.failureResultOf(answer, NoCentral).value))

    def test_addresses_of_another_network(self) -> None:
        """A central elsewhere cannot have us dial our own machine or network."""
        cases = {
            "127.0.0.2": ["127.0.0.5", "10.0.0.2", "9.9.9.9"],
            "10.0.0.9": ["10.0.0.2", "9.9.9.9"],
            "8.8.8.8": ["9.9.9.9"],
        }
        for central, expected in cases.items():
            server = Talker()
            answer = self.ask(server, hosts=("127.0.0.1", central))
            server.transport.write(b"127.0.0.5 10.0.0.2 9.9.9.9 ".ljust(100, b"\0"))
            self.clock.advance(0)
            self.assertEqual([address.host for address in self.successResultOf(answer)], expected)

    def test_d6_networks(self) -> None:
        """Nor a network that we are not on, though it is as private as the central's."""
        self.node.subnets = lambda: [ip_network("10.0.0.0/29")]
        server = Talker()
        answer = self.ask(server, hosts=("10.0.0.1", "10.0.0.9"))
        server.transport.write(b"10.0.0.7 10.0.0.8 192.168.0.1 9.9.9.9 ".ljust(100, b"\0"))
        self.clock.advance(0)
        self.assertEqual([each.host for each in self.successResultOf(answer)], ["10.0.0.7", "9.9.9.9"])

    def test_nothing_but_addresses_of_another_network(self) -> None:
        """If nothing is left, that is said."""
        server = Talker()
        answer = self.ask(server, hosts=("127.0.0.1", "8.8.8.8"))
        server.transport.write(b"127.0.0.5 ".ljust(100, b"\0"))
        self.clock.advance(0)
        self.assertIn("of its own network", str(self.failureResultOf(answer, NotFound).value))

    def test_cancel(self) -> None:
        """Whoever gives up hangs up."""
        server = Talker()
        answer = self.ask(server)
        answer.cancel()
        self.clock.advance(0)
        self.failureResultOf(answer, CancelledError)
        self.assertEqual(server.lost, "ConnectionLost")
        self.assertEqual(self.clock.getDelayedCalls(), [])
