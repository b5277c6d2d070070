"""A client for tests, and a peer's side to ask, over memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.interfaces import IData
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.http.site import Site
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.web.resource import WebResource
from p2pstream.web.streams import shared_streams

#: Not text, so that it may be a film.
FILM = bytes(range(256)) * 2000
HOST = b"127.0.0.1:2050"


def request(target: bytes = b"/", method: bytes = b"GET", host: bytes = HOST, **headers: bytes) -> bytes:
    """A request; an underscore in a header's name is a dash."""
    lines = [b"%s %s HTTP/1.1" % (method, target), b"Host: " + host]
    lines += [name.replace("_", "-").encode() + b": " + value for name, value in headers.items()]
    return b"\r\n".join([*lines, b"", b""])


@dataclass
class Response:
    """A status, headers by lower-case names, and the body."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Browser(Protocol):
    """Keeps what it gets, and how that ends."""

    transport: Any

    def __init__(self) -> None:
        self.raw = b""
        self.lost = ""

    def dataReceived(self, data: bytes) -> None:
        """More of it."""
        self.raw += data

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The end."""
        assert reason.type is not None
        self.lost = reason.type.__name__

    def responses(self, *methods: bytes) -> list[Response]:
        """All that has come in whole; ``methods`` say which have no body though they have a length."""
        found, rest = [], self.raw
        while b"\r\n\r\n" in rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
            bare = methods[len(found) : len(found) + 1] == (b"HEAD",) or " 304 " in first
            length = 0 if bare else int(headers.get("content-length", 0))
            if len(rest) < length:
                break
            found.append(Response(int(first.split()[1]), headers, rest[:length]))
            rest = rest[length:]
        return found


class Front(WebResource):
    """A page."""

    async def answer(self, request: Any) -> None:
        """It says little."""
        await request.show(b"<p>here", b"text/html; charset=utf-8")


class SiteCase(SynchronousTestCase):
    """A node that has a page and shares some streams, and browsers."""

    shared: Mapping[str, bytes | IData] = {"film.mp4": FILM, "empty.mp4": b"", "tale.mp3": b"\0tale"}

    def setUp(self) -> None:
        """The peer."""
        self.serve()

    def serve(self, limits: Limits = LIMITS, **node: Any) -> None:
        """Another one instead."""
        self.clock = HeapClock()
        self.node = FakeNode(self.clock, limits=limits, **(node or {"shared": self.shared}))
        self.node.resources.update({b"": Front(), **shared_streams(self.node)})
        self.site = Site(self.node, {"den", "den.local"})

    def dial(self, **link: Any) -> Browser:
        """Connect."""
        browser = Browser()
        self.link = MemoryLink(self.clock, **link)
        self.link.connect(browser, self.site.buildProtocol(None))  # type: ignore[arg-type]
        return browser

    def ask(self, *requests: bytes, **link: Any) -> Browser:
        """Connect and send these at once."""
        browser = self.dial(**link)
        browser.transport.write(b"".join(requests))
        self.clock.advance(0)
        return browser

    def get(self, target: bytes = b"/share/film.mp4", **headers: Any) -> Response:
        """The one response to one request."""
        sent = request(target, **headers)
        (response,) = self.ask(sent).responses(sent.partition(b" ")[0])
        return response

    def assert_clean(self) -> None:
        """Nothing is left behind: no timer, no open stream."""
        self.assertEqual((self.clock.getDelayedCalls(), self.node.lent), ([], 0))
