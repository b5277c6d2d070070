"""HTTP is a protocol like others, on the same port."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.wants import Stream
from p2pstream.errors import SessionError
from p2pstream.interfaces import IStreamProtocol
from p2pstream.limits import LIMITS
from p2pstream.protocols.classic.plugin import protocol as classic
from p2pstream.protocols.http.plugin import Http, own_names, protocol
from p2pstream.protocols.http.site import Site
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.testing.wires.protocols import ServedProtocolContract
from p2pstream.transport.ports.port import SniffedFactory
from p2pstream.transport.turns.adjustable import AdjustableUplink
from p2pstream.web.streams import shared_streams
from tests.protocols.http.browser import FILM, Browser, request


class ContractTests(ServedProtocolContract, SynchronousTestCase):
    """As much of the public contract as concerns a protocol that nobody dials with."""

    def speech(self) -> IStreamProtocol:
        """Ours."""
        return Http()

    def preface(self) -> bytes:
        """As little as tells."""
        return b"GET /"


class HttpTests(SynchronousTestCase):
    def test_served_only(self) -> None:
        """Nobody is asked."""
        node = FakeNode(HeapClock())
        self.assertRaises(SessionError, protocol.client_factory, node, Stream("film.mp4"))

    def test_roles(self) -> None:
        """Centrals and peers both have a page."""
        for node in (FakeNode(HeapClock()), FakeNode(HeapClock(), known={})):
            self.assertIsInstance(protocol.server_factory(node), Site)

    def test_closed_groups(self) -> None:
        """Where others must prove that they belong, a browser cannot come in."""
        self.assertIsNone(protocol.server_factory(FakeNode(HeapClock(), secret=bytes(32))))

    def test_own_names(self) -> None:
        """At least one, in lower case, and the same on the network."""
        names = own_names()
        self.assertTrue(any(name.endswith(".local") for name in names))
        self.assertEqual(names, {name.lower() for name in names})


#: The beginning of a request.
HALF = b"GET /share/film.mp4 HTTP/1.1\r\nHost: "


class PortTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A port that speaks classic and HTTP."""
        self.clock = HeapClock()
        self.node = FakeNode(self.clock, shared={"film.mp4": FILM, "GET": b"got"})
        self.node.resources.update(shared_streams(self.node))
        self.factory = SniffedFactory([classic, protocol], self.node)
        self.factory.doStart()
        self.addCleanup(self.factory.doStop)

    def ask(self, sent: bytes, **link: Any) -> Browser:
        """Say this to the port, and wait a while."""
        browser = Browser()
        MemoryLink(self.clock, **link).connect(browser, self.factory.buildProtocol(None))  # type: ignore[arg-type]
        browser.transport.write(sent)
        self.clock.advance(1)
        return browser

    def test_side_by_side(self) -> None:
        """Each is answered in what it speaks, however its first bytes are cut."""
        sent = request(b"/share/film.mp4", Connection=b"close")
        for cut in range(1, 12):
            browser = self.ask(sent, segments=(cut,))
            self.assertEqual((browser.responses()[0].body, browser.lost), (FILM, "ConnectionDone"))
        self.assertEqual(self.ask(b"film.mp4").raw, FILM)

    def test_F39_who_never_says_what_it_wants(self) -> None:
        """Half a request is none: where many are, the oldest goes; who is served stays."""
        self.node.limits = replace(LIMITS, undecided=3)
        self.factory = SniffedFactory([classic, protocol], self.node)
        self.factory.doStart()
        served = self.ask(request(b"/share/film.mp4"))
        slow = [self.ask(b"GET /share/film.mp4 HTTP/1.1\r\nHost: ") for _ in range(4)]
        self.assertEqual([each.lost for each in slow], ["ConnectionLost", "", "", ""])
        self.assertEqual((served.responses()[0].body, served.lost), (FILM, ""))
        self.assertEqual(self.ask(request(b"/share/film.mp4")).responses()[0].status, 200)
        self.assertEqual([each.lost for each in slow], ["ConnectionLost", "ConnectionLost", "", ""])

    def test_F39_no_garbage(self) -> None:
        """Who leaves without having asked is forgotten at once: to look for thousands takes time."""
        self.ask(HALF).transport.abortConnection()
        self.clock.advance(1)
        self.node.uplink = AdjustableUplink(self.clock, None)
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        for said in (HALF, b""):
            browser = self.ask(said)
            (seat,) = self.factory._seats
            transport, gone = seat.transport, [weakref.ref(seat.transport.protocol)]
            if said:
                gone.append(weakref.ref(transport.protocol.road))
            browser.transport.abortConnection()
            self.clock.advance(1)
            # Twisted's own do this by themselves.
            del transport.protocol
            self.assertEqual([each() for each in gone], [None] * len(gone))

    def test_a_stream_called_get(self) -> None:
        """A name that could go on as a request is one when it does not."""
        self.assertEqual(self.ask(b"GET").raw, b"got")
