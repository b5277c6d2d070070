"""Broadcasts through the peer of one's own machine."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from zope.interface import implementer

from p2pstream.content.links import Link
from p2pstream.data.memory import BufferData
from p2pstream.interfaces import IFetches
from p2pstream.limits import LIMITS
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.web.gateway import Gateway
from p2pstream.web.live.gateway import live_gateway, refuse_live, tell_live
from tests.live.aired import NOW_S, Aired
from tests.protocols.http.browser import SiteCase, request
from tests.web.fetched import FakeFetched


@implementer(IFetches)
class Watches:
    """Has what a test says."""

    def __init__(self, broadcast: Any) -> None:
        self.broadcast = broadcast
        self.given: list[FakeFetched] = []

    def fetch(self, link: Link) -> Deferred[Any]:
        """It is there at once."""
        self.given.append(FakeFetched(BufferData(b"\0film" * 100), self.broadcast))
        return succeed(self.given[-1])


class LiveGatewayTests(SiteCase):
    """What players and pages of this machine get of it."""

    def setUp(self) -> None:
        """A broadcast of nine seconds, and a peer that watches it when it is asked for."""
        self.serve(shared={})
        self.aired = Aired(MemoryDisk(), self.clock)
        self.addCleanup(self.aired.source.close)
        self.aired.feed(9)
        self.fetches = Watches(self.aired.data)
        self.node.resources.update(
            {
                b"stream": Gateway(self.fetches, self.clock),
                b"stream-live": live_gateway(self.fetches, self.clock),
                b"stream-side": Gateway(self.fetches, self.clock, give_live=tell_live),
                b"stream-remux": Gateway(self.fetches, self.clock, give_live=refuse_live),
            }
        )

    def test_in_segments(self) -> None:
        """It is watched as long as parts are asked for, and once for all of them."""
        for _ in range(4):
            answered = self.get(b"/stream-live/10.0.0.9/show/index.m3u8")
            self.assertEqual(answered.body.count(b"\n1-"), 4)
            part = self.get(b"/stream-live/10.0.0.9/show/1-%d.ts" % NOW_S)
            self.assertEqual((part.status, part.body[:1]), (200, b"\x47"))
            self.clock.advance(LIMITS.live_rest_s - 0.1)
        self.assertEqual(len(self.fetches.given), 1)
        self.assertEqual(self.get(b"/stream-live/10.0.0.9/show/1-7.ts").status, 404)
        self.clock.advance(LIMITS.live_rest_s + 0.1)
        self.assertEqual(self.fetches.given[0].closed, 1)

    def test_as_one_stream(self) -> None:
        """For players that know no playlists; left when the player leaves."""
        player = self.ask(request(b"/stream/10.0.0.9/show"))
        self.clock.advance(0.01)
        self.assertIn(b"Content-Type: video/mp2t", player.raw)
        player.transport.abortConnection()
        self.clock.advance(LIMITS.live_rest_s + 0.1)
        self.assertEqual(self.fetches.given[0].closed, 1)

    def test_other_ways(self) -> None:
        """A page is told that it is live; it is not wrapped anew."""
        facts = self.get(b"/stream-side/10.0.0.9/show/facts.json")
        self.assertEqual((facts.status, facts.body), (200, b'{"plays": "live"}'))
        self.assertEqual(self.get(b"/stream-side/10.0.0.9/show/picture.jpg").status, 404)
        self.assertEqual(self.get(b"/stream-remux/10.0.0.9/show").status, 404)

    def test_a_film(self) -> None:
        """Is none, and said to be; as a stream it is one as ever."""
        self.fetches.broadcast = None
        self.assertEqual(self.get(b"/stream-live/10.0.0.9/show/index.m3u8").status, 404)
        self.assertEqual(self.get(b"/stream/10.0.0.9/show").status, 200)

    def test_for_this_machine_alone(self) -> None:
        """As everything that a node does on its user's behalf."""
        target = b"/stream-live/10.0.0.9/show/index.m3u8"
        self.assertEqual(self.get(target, origin=b"http://elsewhere.example").status, 403)
        (other,) = self.ask(request(target), hosts=("192.0.2.1", "192.0.2.2")).responses()
        self.assertEqual(other.status, 403)
        self.assertEqual(self.fetches.given, [])
