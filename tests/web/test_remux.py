"""Films wrapped anew for browsers, over HTTP."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.errors import CannotPlay, NoMedia, ReadStopped
from p2pstream.limits import LIMITS
from p2pstream.testing.fake_media import FAKE_FILM, FakeMedia
from p2pstream.testing.node import FakeNode
from p2pstream.testing.proofs.proven import film_of
from p2pstream.testing.proofs.units import FilmStream
from p2pstream.web.remux import Remuxes
from tests.content.broadcasts import KEY
from tests.protocols.http.browser import Browser, SiteCase, request
from tests.web.test_events import _unchunked as unchunked


class SlowMedia(FakeMedia):
    """Gives a part whenever the test says so, as long as nobody says stop."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: list[float] = []
        self.consumer: Any = None
        self.told: list[str] = []
        self.done: Deferred[int] = Deferred()

    def remux(self, data: Any, consumer: Any, start_s: float = 0.0) -> Deferred[int]:
        """Begin."""
        self.starts.append(start_s)
        self.consumer, self.done = consumer, Deferred(lambda _: self.told.append("cancelled"))
        consumer.registerProducer(self, True)
        return self.done

    def pauseProducing(self) -> None:
        """Twisted: wait."""
        self.told.append("pause")

    def resumeProducing(self) -> None:
        """Twisted: go on."""
        self.told.append("resume")

    def stopProducing(self) -> None:
        """Twisted: no more."""
        self.told.append("stop")
        self.end(ReadStopped())

    def end(self, fault: Exception | None = None) -> None:
        """All was given, or it ends early."""
        self.consumer.unregisterProducer()
        if not self.done.called:
            self.done.callback(0) if fault is None else self.done.errback(fault)


class RemuxCase(SiteCase):
    """A peer that shares a film."""

    def setUp(self) -> None:
        """Serve it."""
        super().setUp()
        self.media = SlowMedia()
        self.serve_with(self.media)

    def serve_with(self, media: Any, **bounds: Any) -> None:
        """Have it wrapped anew by these."""
        node: Any = FakeNode(self.clock, shared={"film.mkv": FAKE_FILM, "bad.mkv": b"no film"})
        limits = replace(LIMITS, **bounds)
        self.node.resources[b"remux"] = Remuxes(node.open, node.open_key, media, self.clock, limits)

    def film(self, target: bytes = b"/remux/film.mkv", **more: Any) -> Browser:
        """Ask for it."""
        return self.ask(request(target), **more)


class AnsweredTests(RemuxCase):
    """What a browser gets."""

    def test_whole(self) -> None:
        """MP4, in chunks, not to be kept."""
        self.serve_with(FakeMedia())
        browser = self.film()
        head = browser.raw.partition(b"\r\n\r\n")[0].decode()
        self.assertTrue(head.startswith("HTTP/1.1 200 "))
        for line in ("Content-Type: video/mp4", "Cache-Control: no-store", "Access-Control-Allow-Origin: *"):
            self.assertIn(line, head)
        self.assertEqual(unchunked(browser.raw), b"headfirstsecond")
        self.assertTrue(browser.raw.endswith(b"\r\n0\r\n\r\n"))

    def test_from_a_time(self) -> None:
        """As the address says; what is no time is refused."""
        self.film(b"/remux/film.mkv?t=12.5")
        self.film(b"/remux/film.mkv?t=1&t=2")
        self.assertEqual(self.media.starts, [12.5, 2.0])
        for time in (b"x", b"-1", b"nan", b"inf", b"1e9", b""):
            browser = self.film(b"/remux/film.mkv?t=" + time)
            self.assertIn(browser.responses(b"GET")[0].status, (400,), time)

    def test_no_film(self) -> None:
        """What nobody shares, what is none, and where there is nothing to open it with."""
        self.serve_with(FakeMedia())
        for target, status in ((b"/remux/none.mkv", 404), (b"/remux/bad.mkv", 415), (b"/remux/%FF", 404)):
            self.assertEqual(self.film(target).responses(b"GET")[0].status, status)
        self.serve_with(self.media)
        browser = self.film()
        self.media.end(NoMedia("get it"))
        self.clock.advance(0.1)
        (got,) = browser.responses(b"GET")
        self.assertEqual((got.status, got.body), (503, b"get it.\n"))

    def test_by_its_key(self) -> None:
        """What is no share, but here in whole: as film, and what is in it."""
        film = film_of(FAKE_FILM)
        node: Any = FakeNode(self.clock, shared={}, streams={film.key: FilmStream(film)})
        remuxes = Remuxes(node.open, node.open_key, FakeMedia(), self.clock)
        self.node.resources[b"remux"] = remuxes
        place = b"/remux/" + film.key.text.encode()
        self.assertEqual(unchunked(self.film(place).raw), b"headfirstsecond")
        (facts,) = self.film(place + b"/facts.json").responses(b"GET")
        self.assertEqual(json.loads(facts.body)["duration"], 60)
        other = film_of(b"another").key.text.encode()
        for target in (b"/remux/" + other, place + b"/picture.jpg", b"/remux/" + KEY.text.encode()):
            (got,) = self.film(target).responses(b"GET")
            self.assertEqual(got.status, 404, target)


class WaysTests(RemuxCase):
    """How parts go out."""

    def test_one_after_the_other(self) -> None:
        """Whoever makes them waits while one is on its way."""
        browser = self.film()
        self.media.consumer.write(b"a" * 1000)
        self.clock.advance(0.2)
        self.assertEqual(self.media.told, ["pause", "resume"])
        self.assertEqual(unchunked(browser.raw), b"a" * 1000)

    def test_client_leaves(self) -> None:
        """Whoever makes it is stopped."""
        browser = self.film()
        self.media.consumer.write(b"a")
        self.clock.advance(0.1)
        browser.transport.abortConnection()
        self.clock.advance(0.5)
        self.assertTrue({"stop", "cancelled"} & set(self.media.told), self.media.told)

    def test_client_leaves_before_a_part(self) -> None:
        """Also while nothing has come yet."""
        browser = self.film()
        browser.transport.abortConnection()
        self.clock.advance(0.5)
        self.assertEqual(self.media.told, ["cancelled"])

    def test_breaks_midway(self) -> None:
        """The connection is reset: a part must not be taken for the whole."""
        browser = self.film()
        self.media.consumer.write(b"a")
        self.clock.advance(0.1)
        self.media.end(CannotPlay("it crashed"))
        self.clock.advance(0.5)
        self.assertNotIn(b"\r\n0\r\n\r\n", browser.raw)
        self.assertTrue(browser.lost)

    def test_strangers(self) -> None:
        """May have as many as leave one for whoever sits here."""
        self.serve_with(self.media, workers_at_once=2)
        self.media.told.clear()
        first, second = (self.film(hosts=("10.0.0.9", "10.0.0.7")) for _ in range(2))
        self.assertEqual(second.responses(b"GET")[0].status, 503)
        self.assertEqual(len(self.media.starts), 1)
        first.transport.abortConnection()
        self.clock.advance(0.5)
        self.film(hosts=("10.0.0.9", "10.0.0.7"))
        self.assertEqual(len(self.media.starts), 2)

    def test_one_stranger(self) -> None:
        """May not have all that strangers may have; of IPv6 a /64 is one."""
        for one, same, other in (
            ("10.0.0.9", "10.0.0.9", "10.0.0.8"),
            ("2001:db8::9", "2001:db8::8", "2001:db8:0:1::9"),
        ):
            self.media.starts.clear()
            self.serve_with(self.media, workers_at_once=LIMITS.workers_each + 2)
            had = [self.film(hosts=(each, "10.0.0.7")) for each in (one, same)[: LIMITS.workers_each]]
            refused = self.film(hosts=(same, "10.0.0.7"))
            self.assertEqual(refused.responses(b"GET")[0].status, 429)
            self.film(hosts=(other, "10.0.0.7"))
            self.assertEqual(len(self.media.starts), LIMITS.workers_each + 1)
            had[0].transport.abortConnection()
            self.clock.advance(0.5)
            self.film(hosts=(same, "10.0.0.7"))
            self.assertEqual(len(self.media.starts), LIMITS.workers_each + 2)

    def test_strangers_at_once(self) -> None:
        """Count from when they ask, and not only once their film is open."""
        opening: Any = Deferred()
        limits = replace(LIMITS, workers_at_once=2)
        self.node.resources[b"remux"] = Remuxes(
            lambda name: opening, self.node.open_key, self.media, self.clock, limits
        )
        first, second = (self.film(hosts=("10.0.0.9", "10.0.0.7")) for _ in range(2))
        self.assertEqual(second.responses(b"GET")[0].status, 503)
        self.clock.advance(LIMITS.stall_s + 0.1)
        (got,) = first.responses(b"GET")
        self.assertEqual((got.status, got.body), (503, b"It could not be opened in time.\n"))
