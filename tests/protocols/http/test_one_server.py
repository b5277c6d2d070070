"""One web server that is asked: what it answers is bounded, and what is wrong with it is said in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import ResponseFailed
from twisted.web.iweb import IAgent
from zope.interface.verify import verifyObject

from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.http.one_server import OneServer, reason_of
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.wires.endpoints import MemoryEndpoint

MOST = 20_000


class Answers(Protocol):
    """Says one thing to whoever asks, and maybe hangs up."""

    transport: Any

    def __init__(self, said: bytes, ends: bool) -> None:
        self._said = said
        self._ends = ends

    def dataReceived(self, data: bytes) -> None:
        """Twisted: a request."""
        self.transport.write(self._said)
        if self._ends:
            self.transport.loseConnection()


def head_of(length: int) -> bytes:
    """A response of so many bytes, all of them its head."""
    line = b"X: " + b"a" * 95 + b"\r\n"
    begun = b"HTTP/1.1 204 No Content\r\n" + line * ((length - 200) // len(line))
    return begun + b"Y: " + b"a" * (length - len(begun) - 7) + b"\r\n\r\n"


class OneServerTests(SynchronousTestCase):
    def ask(self, *said: bytes, ends: bool = False) -> Any:
        """What becomes of requests, one after the other, that are answered so."""
        clock = HeapClock()
        answers = iter(said)
        self.endpoint = MemoryEndpoint(clock, lambda: Answers(next(answers), ends), capacity=1 << 20)  # type: ignore[arg-type, return-value]
        server = OneServer(self.endpoint, clock, replace(LIMITS, web_seed_head_bytes=MOST))
        self.assertTrue(verifyObject(IAgent, server))
        for _ in said:
            asking = server.request(b"GET", b"http://films.example/film.mp4")
            clock.advance(1)
        self.addCleanup(clock.advance, 10)
        self.addCleanup(server.close)
        return asking

    def why(self, said: bytes, ends: bool = False) -> str:
        """Why a request failed that was answered so."""
        return str(self.failureResultOf(self.ask(said, ends=ends), PeerError).value)

    def test_bound(self) -> None:
        """So much of a head is taken; with a byte more the connection ends."""
        self.assertEqual(len(head_of(MOST)), MOST)
        self.assertEqual(self.successResultOf(self.ask(head_of(MOST))).code, 204)
        self.assertIn(f"more than {MOST} bytes, and nothing of a film", self.why(head_of(MOST + 1)))
        self.assertFalse(self.endpoint.links[0].client.connected)

    def test_nothing_but_beginnings(self) -> None:
        """Responses that say that another will follow are counted with it, and lines that go on."""
        for said in (
            b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
            b"HTTP/1.1 200 OK\r\nX: a\r\n" + b" b\r\n" * 6000,
        ):
            self.assertIn("nothing of a film", self.why(said))

    def test_bodies_are_not_counted(self) -> None:
        """What is bounded is what comes before them."""
        body = b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n"
        response = self.successResultOf(self.ask(body[:MOST]))
        self.assertEqual(response.length, 50_000)
        self.endpoint.links[0].client.protocol.dataReceived(bytes(50_000))
        self.assertTrue(self.endpoint.links[0].client.connected)

    def test_words(self) -> None:
        """Nothing that it said, and nothing that only who knows Twisted understands."""
        for said in (
            b"HTTP/1.1 " + b"2" * 5000 + b" OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        ):
            self.assertEqual(self.why(said), "what it answers is no HTTP")
        self.assertEqual(self.why(b"HTTP/1.1 200 OK\r\nX: ", ends=True), "it hung up")

    def test_other_reasons(self) -> None:
        """They are said as Twisted says them, and so that a terminal shows them."""
        self.assertEqual(reason_of(Failure(OSError("no \x1b way"))), "no \\x1b way")
        self.assertEqual(
            reason_of(Failure(ResponseFailed([Failure(ValueError("?"))]))), "what it answers is no HTTP"
        )
