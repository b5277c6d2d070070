"""MPEG-TS as it is: on a connection, and in datagrams."""

from __future__ import annotations

import socket
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.publishing import Footage, PublishAsked
from p2pstream.content.sniff import Sniff
from p2pstream.errors import Refused, SessionError
from p2pstream.limits import LIMITS
from p2pstream.protocols.mpegts.datagrams import Datagrams
from p2pstream.protocols.mpegts.session import PlainSession, sniff
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from tests.transport.test_publishing import Taken

PACKET = b"\x47\x40\x00\x10" + bytes(184)
#: As many as fit into an Ethernet frame.
SEVEN = PACKET * 7
SENDER, OTHER = ("192.0.2.1", 5000), ("192.0.2.2", 5000)


class SniffTests(SynchronousTestCase):
    """What a connection begins with."""

    def test_packets(self) -> None:
        """The byte that each begins with, where two of them can be seen."""
        self.assertEqual(sniff(b""), Sniff.MORE)
        self.assertEqual(sniff(PACKET[:187]), Sniff.MORE)
        self.assertEqual(sniff(PACKET), Sniff.YES)
        self.assertEqual(sniff(PACKET + b"\x47"), Sniff.YES)
        self.assertEqual(sniff(PACKET + b"\x48"), Sniff.NO)
        for other in (b"\x03", b"PUT ", b"GET / HTTP/1.1"):
            self.assertEqual(sniff(other), Sniff.NO)


class ConnectionTests(SynchronousTestCase):
    """All of it is film."""

    def test_all(self) -> None:
        """From the first byte on, once it may; its end is never said."""
        session = PlainSession()
        self.assertEqual(session.receive(PACKET), [PublishAsked("")])
        self.assertEqual(session.receive(PACKET), [])
        session.accept()
        self.assertEqual(session.receive(b""), [Footage(PACKET * 2)])
        self.assertEqual(session.receive(PACKET), [Footage(PACKET)])
        self.assertEqual((session.receive(b""), session.hung_up(), session.to_send()), ([], [], b""))

    def test_refused(self) -> None:
        """Nothing of it counts."""
        session = PlainSession()
        session.receive(PACKET)
        session.refuse("no")
        self.assertEqual(session.receive(PACKET), [])
        self.assertRaises(SessionError, session.accept)


class DatagramTests(SynchronousTestCase):
    """One sender at a time."""

    def setUp(self) -> None:
        """A port that lets everybody in but for 192.0.2.9."""
        self.clock = HeapClock()
        self.node: Any = FakeNode(self.clock)
        self.taken = [Taken(), Taken()]
        self.admitted: list[str] = []
        self.port = Datagrams(self.node, self.admit)
        self.port.startProtocol()

    def admit(self, key: str, address: str) -> Taken:
        """The next film."""
        if address.startswith("192.0.2.9"):
            raise Refused("not from there")
        self.admitted.append(address)
        return self.taken[len(self.admitted) - 1]

    def lost(self) -> list[str]:
        """Who was turned down, and why."""
        return [f"{each['address']}: {each['reason']}" for each in self.node.heard.named("publisher_lost")]

    def test_one_at_a_time(self) -> None:
        """Who comes second is turned down, until the first was silent for as long as may be."""
        self.port.datagramReceived(SEVEN, SENDER)
        self.port.datagramReceived(PACKET, OTHER)
        self.clock.advance(LIMITS.publish_silent_s - 0.01)
        self.assertIsNone(self.taken[0].ended)
        self.clock.advance(0.02)
        self.assertEqual(self.taken[0].ended, "192.0.2.1:5000 sent nothing for 10 s")
        self.port.datagramReceived(PACKET, OTHER)
        self.assertEqual(self.admitted, ["192.0.2.1:5000", "192.0.2.2:5000"])
        self.assertEqual([bytes(each.collected) for each in self.taken], [SEVEN, PACKET])
        self.assertEqual(self.lost(), ["192.0.2.2:5000: somebody else is publishing here already"])
        self.port.stopProtocol()
        self.assertEqual(self.taken[1].ended, "the port is closed")
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_room_of_the_system(self) -> None:
        """It keeps so many bytes while we are busy: a key picture comes as a thousand datagrams."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
            for bytes_kept in (32_768, LIMITS.publish_receive_bytes):
                node = FakeNode(self.clock, limits=replace(LIMITS, publish_receive_bytes=bytes_kept))
                port = Datagrams(node, self.admit)
                port.transport = SimpleNamespace(socket=there)  # type: ignore[assignment]
                before = there.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
                port.startProtocol()
                self.assertNotEqual(there.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF), before)

    def test_turned_down(self) -> None:
        """What is no packets, or comes from elsewhere, begins nothing; it is said once in a while."""
        for datagram in (b"", b"hello", PACKET[:-1], PACKET + bytes(188)):
            self.port.datagramReceived(datagram, SENDER)
        self.assertEqual(self.lost(), ["192.0.2.1:5000: what it sends is no MPEG-TS"])
        self.clock.advance(LIMITS.publish_silent_s)
        self.port.datagramReceived(PACKET, ("192.0.2.9", 1))
        self.assertEqual(self.lost()[1:], ["192.0.2.9:1: not from there"])
        self.assertEqual(self.admitted, [])

    def test_cut_anywhere(self) -> None:
        """As ffmpeg does by itself: 1472 bytes each; it begins with one that begins with a packet."""
        film = PACKET * 40
        cut = [film[at : at + 1472] for at in range(0, len(film), 1472)]
        for datagram in (*cut[1:], *cut):
            self.port.datagramReceived(datagram, SENDER)
        self.assertEqual(bytes(self.taken[0].collected), film)
        self.assertEqual(self.admitted, ["192.0.2.1:5000"])

    def test_no_room(self) -> None:
        """What comes while the disk is behind is lost, as what a network loses."""
        self.port.datagramReceived(PACKET, SENDER)
        self.taken[0].producer.pauseProducing()
        self.port.datagramReceived(SEVEN, SENDER)
        self.taken[0].producer.resumeProducing()
        self.port.datagramReceived(PACKET, SENDER)
        self.assertEqual((bytes(self.taken[0].collected), self.port.lost), (PACKET * 2, 1))

    def test_not_wanted(self) -> None:
        """Who takes it may be done with it."""
        self.port.datagramReceived(PACKET, ("2001:db8::1", 7))
        self.taken[0].producer.stopProducing()
        self.port.datagramReceived(PACKET, SENDER)
        self.assertEqual(self.admitted, ["[2001:db8::1]:7", "192.0.2.1:5000"])

    def test_no_port(self) -> None:
        """Who wants no answer may leave its own port out."""
        self.port.datagramReceived(PACKET, ("192.0.2.1", 0))
        self.port.datagramReceived(PACKET, ("2001:db8::1", 0))
        self.assertEqual(self.admitted, ["192.0.2.1"])
        self.assertEqual(self.lost(), ["2001:db8::1: somebody else is publishing here already"])
