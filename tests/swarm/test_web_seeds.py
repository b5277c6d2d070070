"""A web server beside peers: it gives bytes, they the proofs."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.web.server import Site

from p2pstream.content.addresses import Address
from p2pstream.content.wants import WebUnits
from p2pstream.protocols.http.plugin import protocol
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.endpoints import MemoryEndpoint
from tests.protocols.http.test_seed import FilmResource
from tests.swarm.test_proven import A, ProvenTestCase

WEB = Address("films.example", 80)


class WebSeedTests(ProvenTestCase):
    units = 300

    def setUp(self) -> None:
        """A web server that has the film, and one peer."""
        super().setUp()
        self.resource = FilmResource(self.film.content)
        site = Site(self.resource, reactor=self.clock)
        self.addCleanup(site.stopFactory)
        self.endpoint = MemoryEndpoint(self.clock, lambda: site.buildProtocol(None))  # type: ignore[arg-type, return-value]
        self.slow = self.peer(A)

    def dial(self, address: Address) -> Deferred[Any]:
        """The web server is dialled as it is."""
        if address != WEB:
            return super().dial(address)
        want = WebUnits(self.film.key, "http://films.example/film.mp4")
        return protocol.connect(self.endpoint, want, FakeNode(self.clock))

    def fetch(self) -> int:
        """From both; how many units the peer sent, which is slow."""
        done = self.run_to(A, WEB)
        for _ in range(2000):
            self.slow.step(1)
            self.clock.advance(0.1)
            if done.called:
                break
        self.successResultOf(done)
        self.check_whole()
        return self.slow.sent

    def test_ranges(self) -> None:
        """Most comes from who never refuses, all of it proven by whoever can."""
        self.assertLess(self.fetch(), 100)
        self.assertTrue(self.slow.pages)
        self.assertGreater(len(self.resource.asked), 1)

    def test_no_ranges(self) -> None:
        """One that knows none gives what passes by."""
        self.resource.ranged = False
        self.assertLess(self.fetch(), 200)

    def test_F33_other_bytes(self) -> None:
        """Bytes that are not the film's are found out, and their server is left."""
        wrong = bytearray(self.film.content)
        for place in range(0, len(wrong), 50_000):
            wrong[place] ^= 1
        self.resource.content = bytes(wrong)
        self.assertGreaterEqual(self.fetch(), 290)
        self.assertEqual([event["address"] for event in self.heard.named("source_lied")], [str(WEB)])

    def test_not_there(self) -> None:
        """All comes from the peer."""
        self.resource.status = 404
        self.assertGreaterEqual(self.fetch(), 299)
