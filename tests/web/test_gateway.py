"""Players that read through the peer of their own machine, which fetches meanwhile."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed

from p2pstream.content.links import Link
from p2pstream.content.units import UNIT
from p2pstream.data.memory import BufferData
from p2pstream.errors import NoCentral, NotFound
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.http.site import Site
from p2pstream.testing.fake_media import FAKE_FACTS, FakeMedia
from p2pstream.testing.proofs.proven import film_of
from p2pstream.testing.proofs.units import FilmStream
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.web.gateway import Gateway, Give
from p2pstream.web.remux import remuxing
from p2pstream.web.stream_sides import StreamSides
from tests.peer.resident import ResidentCase
from tests.peer.viewing import SEED, Central, Speech, listed
from tests.protocols.http.browser import Browser, Response, request
from tests.web.test_remux import SlowMedia
from tests.web.test_sides import RAW, TREE

TARGET = b"/stream/10.0.0.9/film.mp4"


class GatewayCase(ResidentCase):
    """A peer that fetches nothing yet, and players of its machine."""

    units = 40

    def setUp(self) -> None:
        """Its gateway."""
        super().setUp()
        self.open_gateway()

    def open_gateway(self, limits: Limits = LIMITS) -> None:
        """With these bounds."""
        node = self.peer.node
        node.limits = limits
        self.gateway = Gateway(self.peer.downloads, self.clock, limits)
        node.resources[b"stream"] = self.gateway
        self.site = Site(node)

    def ask(self, sent: bytes, **link: Any) -> Browser:
        """A player asks this."""
        player = Browser()
        MemoryLink(self.clock, **link).connect(player, self.site.buildProtocol(None))  # type: ignore[arg-type]
        player.transport.write(sent)
        self.clock.advance(0.02)
        return player

    def get(self, target: bytes = TARGET, **headers: bytes) -> Response:
        """The response to this, once peers have sent what it takes."""
        player = self.ask(request(target, **headers))
        method = headers.get("method", b"GET")
        self.send(lambda: bool(player.responses(method)))
        return player.responses(method)[0]

    @property
    def asked(self) -> int:
        """Units that peers sent."""
        return sum(peer.sent for peer in self.speech.peers)

    def cursors(self) -> list[tuple[str, int]]:
        """Where readers are."""
        (there,) = self.peer.store._streams.values()
        return [(each.kind, each.position) for each in there.cursors]

    def assert_over(self) -> None:
        """Nothing is fetched for anybody, and nobody is left waiting for that."""
        self.clock.advance(LIMITS.gateway_rest_s + 0.1)
        self.assertEqual((len(self.gateway.viewings), self.peer.downloads._fetches), (0, {}))


class ReadingTests(GatewayCase):
    def test_whole(self) -> None:
        """All of it, proven, with the key for a tag; no page of others may read it."""
        got = self.get(Connection=b"close")
        self.assertEqual((got.status, got.body == self.film.content), (200, True))
        self.assertEqual(got.headers["etag"], f'"{self.film.key.text}"')
        self.assertEqual(got.headers["content-type"], "video/mp4")
        self.assertEqual(got.headers["accept-ranges"], "bytes")
        self.assertNotIn("access-control-allow-origin", got.headers)
        self.assert_over()

    def test_head(self) -> None:
        """It takes the film's beginning, and no more, to know that it is one."""
        player = self.ask(request(TARGET, b"HEAD"))
        self.send(lambda: bool(player.responses(b"HEAD")))
        (got,) = player.responses(b"HEAD")
        self.assertEqual((got.status, got.headers["content-length"]), (200, str(len(self.film.content))))

    def test_by_key(self) -> None:
        """A key stands for a name, and may be followed by what it is to be taken for."""
        key = self.film.key.text.encode()
        self.central.more = self.central.answer[0].peers
        got = self.get(b"/stream/10.0.0.9/" + key + b"/Film.mkv", Range=b"bytes=0-9")
        self.assertEqual((got.status, got.body), (206, self.film.content[:10]))
        self.assertEqual(got.headers["content-type"], "video/x-matroska")

    def test_several_ranges(self) -> None:
        """Each is waited for."""
        got = self.get(Range=b"bytes=0-1,1000000-1000001,-2")
        self.assertEqual((got.status, got.body.count(b"Content-Range")), (206, 3))
        self.assertIn(self.film.content[1_000_000:1_000_002], got.body)

    def test_waits_instead_of_serving_holes(self) -> None:
        """However long peers take, the player keeps its connection, and what it gets is the film."""
        player = self.ask(request(TARGET))
        for _ in range(3):
            for peer in self.speech.peers:
                peer.step(1)
            self.clock.advance(10 * LIMITS.stall_s)
            self.assertEqual(player.lost, "")
            body = player.raw.partition(b"\r\n\r\n")[2]
            self.assertTrue(self.film.content.startswith(body))
        self.send(lambda: bool(player.responses()))
        self.assertTrue(player.responses()[0].body == self.film.content)

    def test_two_read_one(self) -> None:
        """Whoever reads it: it is fetched once, and no longer than somebody does."""
        first, second = self.ask(request(TARGET)), self.ask(request(TARGET, Range=b"bytes=1000-"))
        self.send(lambda: bool(first.responses() and second.responses()))
        self.assertTrue(second.responses()[0].body == self.film.content[1000:])
        self.assertEqual((self.asked, len(self.speech.peers)), (self.film.key.units, 1))
        first.transport.abortConnection()
        self.clock.advance(LIMITS.gateway_rest_s + 1)
        second.transport.abortConnection()
        self.assert_over()

    def test_shared_here(self) -> None:
        """A film that lies in a folder of ours is read from there; nobody is asked for it."""
        shared = self.peer.shared.films[self.film.key] = FilmStream(self.film)
        got = self.get(Range=b"bytes=1000000-1000009")
        self.assertEqual((got.status, got.body), (206, self.film.content[1_000_000:1_000_010]))
        self.assertEqual(got.headers["etag"], f'"{self.film.key.text}"')
        self.assertEqual(self.speech.peers, [])
        self.assert_over()
        self.assertEqual(shared.closed, 1)


class SteeringTests(GatewayCase):
    units = 400

    def test_seek(self) -> None:
        """As VLC does it: the old connection is dropped, and the place that is sought comes next."""
        first = self.ask(request(TARGET, Range=b"bytes=0-"), capacity=UNIT)
        self.send(lambda: len(first.raw) > UNIT)
        first.transport.pauseProducing()
        first.transport.abortConnection()
        before, start = self.asked, 300 * UNIT + 5
        second = self.ask(request(TARGET, Range=b"bytes=%d-" % start), capacity=UNIT)
        self.assertEqual(self.cursors(), [("read", start), ("play", start)])
        self.send(lambda: len(second.raw) > UNIT)
        body = second.raw.partition(b"\r\n\r\n")[2]
        self.assertTrue(self.film.content.startswith(body, start))
        self.assertLess(self.asked - before, 80)
        self.assertEqual(len(self.speech.peers), 1)
        second.transport.abortConnection()
        self.clock.advance(0.01)
        self.assertEqual(self.cursors(), [])
        self.assert_over()

    def test_cursor_follows(self) -> None:
        """So far as a player has taken the film it is, for all that is ahead of it."""
        player = self.ask(request(TARGET), capacity=UNIT)
        places: list[int] = []
        while len(player.raw) < 20 * UNIT:
            for peer in self.speech.peers:
                peer.step()
            self.clock.advance(0.05)
            places.append(self.cursors()[1][1])
            self.assertLess(abs(len(player.raw) - places[-1]), 4 * UNIT)
        self.assertEqual(places, sorted(places))

    def test_F54_seek_storm(self) -> None:
        """Of fifty seeks in a second only the last is served; the others cost little."""
        player = self.ask(request(TARGET, Range=b"bytes=0-"))
        self.send(lambda: len(player.raw) > 0)
        before = self.asked
        for number in range(50):
            player.transport.abortConnection()
            start = (20 + 7 * (number % 50)) * UNIT
            player = self.ask(request(TARGET, Range=b"bytes=%d-" % start))
        (peer,) = self.speech.peers
        self.assertEqual(min(peer.asked), start // UNIT)
        self.send(lambda: len(player.raw) > UNIT)
        self.assertTrue(self.film.content.startswith(player.raw.partition(b"\r\n\r\n")[2], start))
        self.assertLess(self.asked - before, 32)

    def test_tail_first(self) -> None:
        """As players look for an index: the end, while the start is still being sent."""
        first = self.ask(request(TARGET, Range=b"bytes=0-"), capacity=UNIT)
        tail = self.ask(request(TARGET, Range=b"bytes=-1000"))
        self.send(lambda: bool(tail.responses()))
        self.assertEqual(tail.responses()[0].body, self.film.content[-1000:])
        self.assertEqual(first.lost, "")
        self.assertLess(self.asked, 100)


class EndTests(GatewayCase):
    def test_client_gone(self) -> None:
        """Nothing more is fetched for who has hung up; also while it is still being looked for."""
        player = self.ask(request(TARGET), capacity=1000)
        self.send(lambda: len(player.raw) > 0)
        player.transport.abortConnection()
        self.assert_over()
        self.central.answer = None
        self.central.said = lambda answer: Deferred()  # type: ignore[method-assign]
        player = self.ask(request(TARGET))
        self.assertEqual(len(self.gateway.viewings), 1)
        player.transport.abortConnection()
        self.assert_over()

    def test_comes_back_in_time(self) -> None:
        """Within the bound it is the same fetch, past it another."""
        for pause, fetches in ((LIMITS.gateway_rest_s - 0.1, 1), (LIMITS.gateway_rest_s + 0.1, 2)):
            before = len(self.speech.peers)
            for wait in (pause, 0.0):
                player = self.ask(request(TARGET, Range=b"bytes=0-9", Connection=b"close"))
                self.send(lambda player=player: bool(player.responses()))  # type: ignore[misc]
                self.clock.advance(wait)
            self.assertEqual(len(self.speech.peers) - before, fetches)
            self.assert_over()

    def test_paused_player(self) -> None:
        """It may take nothing for longer than others, and go on; not for ever."""
        pause = 2 * LIMITS.stall_s
        self.open_gateway(replace(LIMITS, http_pause_s=pause))
        player = self.ask(request(TARGET), capacity=100_000, delay=0.01)
        self.send(lambda: len(player.raw) > 10_000)
        player.transport.pauseProducing()
        self.clock.advance(pause - 1)
        self.assertEqual(player.lost, "")
        player.transport.resumeProducing()
        self.send(lambda: bool(player.responses()), 5000)
        self.assertTrue(player.responses()[0].body == self.film.content)
        player = self.ask(request(TARGET), capacity=100_000, delay=0.01)
        self.send(lambda: len(player.raw) > 10_000)
        player.transport.pauseProducing()
        self.clock.advance(pause + 1)
        self.assertEqual(player.lost, "ConnectionLost")
        self.assert_over()


class RefusalTests(GatewayCase):
    def test_words(self) -> None:
        """What is the matter, in a line."""
        for answer, status, words in (
            (NotFound("nobody lists it"), 404, b"nobody lists it\n"),
            (NoCentral("no central there"), 502, b"nothing proves that film, so it is not kept\n"),
        ):
            self.central = Central(answer)
            self.peer.downloads.ask = lambda pins: lambda *_: self.central
            got = self.get()
            self.assertEqual(got.status, status, answer)
            self.assertIn(words, got.body)
            self.assertEqual(len(self.gateway.viewings), 0)

    def test_no_such_place(self) -> None:
        """Centrals and names that cannot be."""
        for target in (
            b"/stream", b"/stream/", b"/stream/10.0.0.9", b"/stream/10.0.0.9/", b"/stream/:1/film.mp4",
            b"/stream/10.0.0.9:0/film.mp4", b"/stream/10.0.0.9/%2e%2e", b"/stream/10.0.0.9/a%2fb",
            b"/stream/10.0.0.9/p2ps:f-x", b"/stream/%FF/film.mp4", b"/stream/10.0.0.9/film.mp4/%00",
        ):  # fmt: skip
            self.assertEqual(self.get(target).status, 404, target)
        for target in (b"/stream", b"/stream/", b"/stream/10.0.0.9", b"/stream/10.0.0.9/"):
            self.assertIn(b"follow here", self.get(target).body, target)
        self.assertEqual(self.central.named, [])

    def test_nobody_answers(self) -> None:
        """It is said in time."""
        self.central.said = lambda answer: Deferred()  # type: ignore[method-assign]
        player = self.ask(request(TARGET))
        self.clock.advance(LIMITS.gateway_open_s + 0.1)
        (got,) = player.responses()
        self.assertEqual((got.status, got.body.count(b"\n")), (504, 1))
        self.assertIn(b"10.0.0.9:2045", got.body)
        self.assert_over()

    def test_how_many(self) -> None:
        """At the bound, and one past it."""
        self.open_gateway(replace(LIMITS, gateway_streams=1))
        self.get(Range=b"bytes=0-0")
        got = self.get(b"/stream/10.0.0.9:77/film.mp4")
        self.assertEqual((got.status, got.body), (502, b"1 streams are read here at once; end one of them\n"))
        self.assertEqual(self.get(Range=b"bytes=0-0").status, 206)

    def test_F52_from_elsewhere(self) -> None:
        """Nobody is asked on the word of other machines, nor of other sites."""
        for headers, hosts in (
            ({}, ("192.168.1.9", "192.168.1.7")),
            ({"Origin": b"http://evil.example"}, ("127.0.0.1", "127.0.0.1")),
            ({"Sec_Fetch_Site": b"cross-site"}, ("127.0.0.1", "127.0.0.1")),
        ):
            player = self.ask(request(TARGET, **headers), hosts=hosts)
            (got,) = player.responses()
            self.assertEqual((got.status, b"machine itself" in got.body), (403, not headers), headers)
            self.assertEqual(got.body == b"", bool(headers))
        self.assertEqual(self.central.named, [])

    def test_F51_lists_of_links(self) -> None:
        """A film that is a list of links is not given to a player, whatever it is called."""
        listing = film_of(b"#EXTM3U\nhttp://192.168.0.1/reboot\n" + bytes(3 * UNIT))
        self.speech = Speech({listing.key: listing})
        self.central = Central([listed(listing, *self.central.answer[0].peers)])
        self.peer.downloads.ways = replace(self.peer.downloads.ways, registry=self.speech)  # type: ignore[arg-type]
        self.peer.downloads.ask = lambda pins: lambda *_: self.central
        got = self.get(Range=b"bytes=100-")
        self.assertEqual(got.status, 415)
        self.assertNotIn(b"reboot", got.body)
        self.assertEqual(str(self.speech.peers[0].address), str(SEED))


class OtherWaysTests(GatewayCase):
    """The same streams, given in another way."""

    def give(self, give: Give) -> None:
        """Give them so."""
        self.gateway = Gateway(self.peer.downloads, self.clock, LIMITS, give)
        self.peer.node.resources[b"stream"] = self.gateway

    def test_wrapped_anew(self) -> None:
        """From the time that is asked for, out of what is fetched; who is gone has nothing fetched."""
        media = SlowMedia()
        self.give(remuxing(media))
        player = self.ask(request(TARGET + b"?t=3"))
        self.send(lambda: bool(media.starts))
        media.consumer.write(b"fragment")
        self.clock.advance(0.1)
        media.end()
        self.clock.advance(0.1)
        self.assertEqual(media.starts, [3.0])
        self.assertIn(b"fragment", player.raw)
        self.assert_over()

    def sides(self, media: Any, named: Any) -> Give:
        """What belongs to them."""
        return StreamSides(media, self.peer.downloads, lambda link: succeed(named), self.clock).give

    def test_facts(self) -> None:
        """Without side content what is in a film is found out of itself; what is none is refused."""
        media = FakeMedia()
        self.give(self.sides(media, {}))
        self.assertEqual(self.get(TARGET + b"/facts.json").status, 415)
        media.facts = lambda data: succeed(FAKE_FACTS)  # type: ignore[method-assign]
        got = self.get(TARGET + b"/facts.json")
        facts = json.loads(got.body)
        self.assertEqual((got.status, facts["duration"], facts["picture"]), (200, 60.0, None))
        self.assertEqual(self.get(TARGET + b"/picture.jpg").status, 404)
        self.assert_over()

    def test_side_content(self) -> None:
        """Where the record names some it is fetched by its key, from the same centrals."""
        asked = list[Link]()

        def fetch(link: Link) -> Deferred[Any]:
            asked.append(link)
            stream = SimpleNamespace(
                broadcast=None, data=BufferData(RAW), done=Deferred(), close=lambda: succeed(None)
            )
            return succeed(stream)

        fetches: Any = SimpleNamespace(fetch=fetch)
        named = {self.film.key.text: TREE.key}
        sides = StreamSides(FakeMedia(), fetches, lambda link: succeed(named), self.clock)
        self.give(sides.give)
        self.assertEqual(self.get(TARGET + b"/picture.jpg").body, b"\xff\xd8\xff")
        self.assertIn(b"#xywh=", self.get(TARGET + b"/seek.vtt").body)
        self.assertEqual({(str(link.central), link.key) for link in asked}, {("10.0.0.9:2045", TREE.key)})
        self.clock.advance(LIMITS.gateway_rest_s + 0.1)

    def test_nobody_has_it(self) -> None:
        """Side content that is named and cannot be had."""
        self.give(self.sides(FakeMedia(), {self.film.key.text: TREE.key}))
        self.assertEqual(self.get(TARGET + b"/picture.jpg").status, 404)

    def test_nobody_says(self) -> None:
        """A central that is silent about it is as one that knows of none."""
        media = FakeMedia()
        media.facts = lambda data: succeed(FAKE_FACTS)  # type: ignore[method-assign]
        silent = StreamSides(media, self.peer.downloads, lambda link: fail(NoCentral("gone")), self.clock)
        self.give(silent.give)
        self.assertEqual(self.get(TARGET + b"/facts.json").status, 200)

    def test_F52_other_machines(self) -> None:
        """Nobody else has films fetched so."""
        self.give(self.sides(FakeMedia(), {}))
        player = self.ask(request(TARGET + b"/facts.json", Origin=b"http://evil.example"))
        self.assertTrue(player.raw.startswith(b"HTTP/1.1 403 "))
