"""Events, followed over HTTP."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from p2pstream.content.shown import HashingSnapshot, ShownShare, Topic
from p2pstream.limits import LIMITS
from p2pstream.testing.views.fake_views import FakeCentralView, FakePeerView
from p2pstream.web.events.topics import PeerTopics
from tests.protocols.http.browser import Browser, request
from tests.web.nodes import ViewCase

BEAT = LIMITS.event_beat_s


class EventCase(ViewCase):
    """Follows the events of a view."""

    def follow(self, **link: Any) -> Browser:
        """Begin."""
        return self.ask(request(b"/events"), **link)

    def take(self, browser: Browser) -> list[tuple[str, Any]]:
        """What was told since this was called last, without the head."""
        raw, browser.raw = browser.raw, b""
        text = _unchunked(raw).decode()
        told = []
        for block in text.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if "event" in lines:
                told.append((lines["event"], json.loads(lines["data"])))
        return told


def _unchunked(raw: bytes) -> bytes:
    """The body of a response, or the rest of one, in chunks."""
    if raw.startswith(b"HTTP/"):
        raw = raw.partition(b"\r\n\r\n")[2]
    body = b""
    while raw:
        size, _, raw = raw.partition(b"\r\n")
        count = int(size, 16)
        body, raw = body + raw[:count], raw[count + 2 :]
    return body


class EventTests(EventCase):
    """Of a peer."""

    def rest(self) -> None:
        """Nothing moves."""
        self.view.fetched, self.view.under_way, self.view.hashed = [], [], HashingSnapshot()

    def test_snapshot_first(self) -> None:
        """Whoever comes is told how everything stands."""
        browser = self.follow()
        head = browser.raw.partition(b"\r\n\r\n")[0].decode()
        self.assertIn("Content-Type: text/event-stream", head)
        told = self.take(browser)
        self.assertEqual(
            [name for name, _ in told], ["node", "folders", "shares", "limits", "centrals", "traffic"]
        )
        self.assertEqual(told[0][1]["address"], "10.0.0.1:2050")
        self.assertEqual(set(told[-1][1]), {"transfers", "fetches", "totals", "hashing"})
        self.assertEqual(self.events.clients, 1)
        browser.transport.loseConnection()
        self.clock.advance(1.0)
        self.assertEqual(self.events.clients, 0)

    def test_so_many(self) -> None:
        """Of what is shared and under way so many are told of, and not one more."""
        few = replace(LIMITS, event_shares=2, event_transfers=1)
        topics = PeerTopics(self.view, few)
        self.assertEqual(len(topics.told[Topic.SHARES]().shares), 2)
        self.view.under_way = [*self.view.under_way, *self.view.under_way]
        self.assertEqual(len(topics.beats["traffic"]()["transfers"]), 1)

    def test_changes(self) -> None:
        """Each is told soon, as things stand then; one that changes often is told once."""
        self.rest()
        browser = self.follow()
        self.clock.advance(BEAT)
        self.take(browser)
        for upload in (100_000, 200_000):
            self.view.set_limits(replace(self.view.limits(), upload=upload))
        self.clock.advance(LIMITS.event_gap_s)
        self.assertEqual([(name, each["upload"]) for name, each in self.take(browser)], [("limits", 200_000)])

    def test_beats(self) -> None:
        """What moves is told of each second, once more when it has come to rest, then no more."""
        browser = self.follow()
        self.take(browser)
        for _ in range(3):
            self.clock.advance(BEAT)
        self.assertEqual([name for name, _ in self.take(browser)], ["traffic"] * 3)
        self.rest()
        self.clock.advance(BEAT)
        ((_, last),) = self.take(browser)
        self.assertEqual((last["transfers"], last["fetches"]), ([], []))
        self.clock.advance(BEAT * 5)
        self.assertEqual(self.take(browser), [])

    def test_a_transfer_begins(self) -> None:
        """It is told of at once."""
        self.rest()
        browser = self.follow()
        self.clock.advance(BEAT * 3)
        self.take(browser)
        self.view.under_way = FakePeerView().under_way
        self.view.tell(Topic.TRANSFERS)
        self.clock.advance(0)
        self.assertEqual([name for name, _ in self.take(browser)], ["traffic"])

    def test_we_are_there(self) -> None:
        """Where nothing happens a comment says so, which nobody sees."""
        self.rest()
        browser = self.follow()
        self.clock.advance(BEAT * 3)
        self.take(browser)
        self.clock.advance(LIMITS.event_rest_s)
        self.assertEqual(_unchunked(browser.raw), b":\n\n")

    def share_many(self) -> None:
        """So many that an event of them has 40 kB."""
        self.view.shared = [ShownShare(f"{number:0150}.mp4", 1) for number in range(200)]

    def test_F60_slow(self) -> None:
        """Nothing piles up for who does not read: it is told how things stand when it does."""
        self.rest()
        self.share_many()
        browser = self.follow(capacity=1024)
        browser.transport.pauseProducing()
        most = 0
        for upload in range(100_000, 100_100):
            self.view.set_limits(replace(self.view.limits(), upload=upload))
            self.view.tell(Topic.SHARES)
            self.clock.advance(0.25)
            most = max(most, self.link.server.buffered)
        self.assertLess(most, 200_000)
        browser.transport.resumeProducing()
        self.clock.advance(1.0)
        told = [each["upload"] for name, each in self.take(browser) if name == "limits"]
        self.assertEqual(told[-1], 100_099)
        self.assertLess(len(told), 6)

    def test_stalled(self) -> None:
        """Who takes nothing for as long as that, although much waits, is cut off."""
        self.share_many()
        browser = self.follow(capacity=1024)
        browser.transport.pauseProducing()
        for _ in range(4):
            self.view.tell(Topic.SHARES)
            self.clock.advance(1)
        self.clock.advance(LIMITS.stall_s - 5)
        self.assertEqual(self.events.clients, 1)
        self.clock.advance(6)
        self.assertEqual(self.events.clients, 0)

    def test_too_many(self) -> None:
        """There are as many as there may be; one more is told so."""
        self.events._limits = replace(LIMITS, event_clients=2)
        followers = [self.follow(), self.follow()]
        self.assertEqual(self.get(b"/events").status, 503)
        followers[0].transport.loseConnection()
        self.clock.advance(1.0)
        self.assertTrue(self.follow().raw.startswith(b"HTTP/1.1 200"))

    def test_too_many_of_one(self) -> None:
        """Whoever follows as often as one may keeps nobody else out."""
        self.serve_view(FakeCentralView())
        self.events._limits = replace(LIMITS, event_clients_each=2)
        one, other = ({"hosts": (host, "10.0.0.1")} for host in ("192.168.1.9", "192.168.1.8"))
        said = [self.ask(request(b"/events"), **link).raw[:12] for link in (one, one, one, other)]
        self.assertEqual(said, [b"HTTP/1.1 200", b"HTTP/1.1 200", b"HTTP/1.1 503", b"HTTP/1.1 200"])
        self.assertEqual(self.events.clients, 3)

    def test_F52_strangers(self) -> None:
        """No page of another site follows what a peer does."""
        self.assertEqual(self.get(b"/events", Origin=b"http://evil.example").status, 403)
        self.assertEqual(self.ask_from("10.0.0.7", b"/events").status, 403)

    def test_central(self) -> None:
        """How much it lists, and no names."""
        self.serve_view(FakeCentralView())
        told = dict(self.take(self.follow()))
        self.assertEqual(list(told), ["node", "streams"])
        self.assertEqual(told["streams"], {"names": 3, "leases": 4, "peers": 2})
