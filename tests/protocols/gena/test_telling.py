"""Events told to somebody who listens, or not."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.protocol import Protocol
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.dlna import EventNotice
from p2pstream.limits import LIMITS
from p2pstream.protocols.gena.messages import event_request, is_taken
from p2pstream.protocols.gena.telling import EventTelling
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.wires.link import MemoryLink

NOTICE = EventNotice("192.168.1.9", 5000, "/x?y", "uuid:1", 7, b"<xml/>")
OK = b"HTTP/1.1 200 OK\r\n\r\n"


class Listener(Protocol):
    """Keeps what it is told."""

    transport: Any

    def __init__(self) -> None:
        self.heard = b""
        self.lost = False

    def dataReceived(self, data: bytes) -> None:
        """More of it."""
        self.heard += data

    def connectionLost(self, reason: Any = None) -> None:
        """The end."""
        self.lost = True


@implementer(IStreamClientEndpoint)
class Memory:
    """Dials a listener in memory."""

    def __init__(self, clock: HeapClock, listener: Listener) -> None:
        self._link = MemoryLink(clock)
        self._listener = listener

    def connect(self, protocolFactory: Any) -> Deferred[Any]:
        """It is there."""
        client = protocolFactory.buildProtocol(None)
        self._link.connect(client, self._listener)
        dialled: Deferred[Any] = Deferred()
        dialled.callback(client)
        return dialled


class MessageTests(SynchronousTestCase):
    def test_request(self) -> None:
        """As UPnP wants it."""
        head, _, body = event_request(NOTICE).partition(b"\r\n\r\n")
        self.assertEqual(body, NOTICE.body)
        first, *lines = head.decode("ascii").split("\r\n")
        self.assertEqual(first, "NOTIFY /x?y HTTP/1.1")
        said = dict(line.split(": ", 1) for line in lines)
        self.assertEqual((said["HOST"], said["SID"], said["SEQ"]), ("192.168.1.9:5000", "uuid:1", "7"))
        self.assertEqual((said["NT"], said["NTS"]), ("upnp:event", "upnp:propchange"))
        self.assertEqual((said["CONTENT-LENGTH"], said["CONNECTION"]), ("6", "close"))
        six = EventNotice("fd00::9", 5000, "/", "uuid:1", 0, b"")
        self.assertIn(b"HOST: [fd00::9]:5000\r\n", event_request(six))

    def test_taken(self) -> None:
        """Only 200 is; until the line is there nobody knows."""
        for raw, taken in {
            b"": None, b"HTTP/1.1 200": None, OK: True, b"HTTP/1.0 200 \r\n": True,
            b"HTTP/1.1 412 No\r\n": False, b"HTTP/1.1 2000 \r\n": False, b"\r\n": False,
        }.items():  # fmt: skip
            self.assertEqual(is_taken(raw), taken, raw)


class TellingTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Somebody who listens."""
        self.clock, self.listener = HeapClock(), Listener()
        self.dialled: list[Address] = []

    def tell(self) -> Deferred[bool]:
        """One notice."""

        def endpoint(address: Address) -> Memory:
            self.dialled.append(address)
            return Memory(self.clock, self.listener)

        telling = EventTelling(endpoint, self.clock)(NOTICE)
        self.clock.advance(0)
        return telling

    def test_taken(self) -> None:
        """It is told where it is to be, once; then the connection is over."""
        told = self.tell()
        self.assertEqual(self.dialled, [Address("192.168.1.9", 5000)])
        self.assertEqual(self.listener.heard, event_request(NOTICE))
        self.listener.transport.write(OK)
        self.clock.advance(0.1)
        self.assertTrue(self.successResultOf(told))
        self.assertTrue(self.listener.lost)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_not_taken(self) -> None:
        """It says no, says something else, says it at length, or hangs up."""
        for said in (b"HTTP/1.1 412 Gone\r\n", b"what?\r\n", b"x" * (LIMITS.dlna_event_reply_bytes + 1), b""):
            self.setUp()
            told = self.tell()
            if said:
                self.listener.transport.write(said)
            else:
                self.listener.transport.loseConnection()
            self.clock.advance(0.1)
            self.assertFalse(self.successResultOf(told), said[:20])

    def test_F39_silence(self) -> None:
        """It has some seconds; then it is hung up on."""
        told = self.tell()
        self.listener.transport.write(b"HTTP/1.1 ")
        self.clock.advance(LIMITS.dlna_event_s - 0.1)
        self.assertNoResult(told)
        self.clock.advance(0.2)
        self.assertFalse(self.successResultOf(told))
        self.assertTrue(self.listener.lost)

    def test_nobody_there(self) -> None:
        """It is not taken."""

        @implementer(IStreamClientEndpoint)
        class Nobody:
            def connect(self, _: Any) -> Deferred[Any]:
                return fail(ConnectionRefusedError())

        told = EventTelling(lambda _: Nobody(), self.clock)(NOTICE)
        self.assertFalse(self.successResultOf(told))
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_cancelled(self) -> None:
        """Whoever does not want it told any more hangs up."""
        told = self.tell()
        told.addErrback(lambda failure: None)
        told.cancel()
        self.clock.advance(0.1)
        self.assertTrue(self.listener.lost)
        self.assertEqual(self.clock.getDelayedCalls(), [])
