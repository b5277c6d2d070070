"""How long a connection may take, how much it may send, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.interfaces import IHalfCloseableProtocol
from zope.interface import implementer

from p2pstream.limits import LIMITS
from p2pstream.testing.wires.link import MemoryLink
from tests.protocols.http.browser import Browser, SiteCase, request


class DeadlineTests(SiteCase):
    def test_F39_silence(self) -> None:
        """Who says nothing is gone in time."""
        browser = self.dial()
        self.clock.advance(LIMITS.http_head_s - 0.1)
        self.assertEqual(browser.lost, "")
        self.clock.advance(0.2)
        self.assertEqual(browser.lost, "ConnectionLost")
        self.assert_clean()

    def test_F39_trickle(self) -> None:
        """However steadily bytes come, the head must be complete in time."""
        for pause in (0.01, 0.5, 1.0, 10.0):
            browser, began = self.dial(), self.clock.seconds()
            sent = request(Cookie=b"x" * 4000)
            while not browser.lost:
                browser.transport.write(sent[:1])
                sent = sent[1:]
                self.clock.advance(pause)
            self.assertLessEqual(self.clock.seconds() - began, LIMITS.http_head_s + pause)
        self.clock.advance(1)
        self.assert_clean()

    def test_F39_with_what_comes_before(self) -> None:
        """Silence, then a head that never ends: less than ten seconds in all."""
        self.assertLess(LIMITS.silent_s + 16 * LIMITS.quiet_s + LIMITS.http_head_s, 10.0)

    def test_F39_the_second_request(self) -> None:
        """Its deadline begins with its first byte, and is as absolute."""
        browser = self.ask(request())
        self.clock.advance(LIMITS.http_rest_s - 1)
        browser.transport.write(b"GET / HT")
        for _ in range(int(LIMITS.http_head_s) - 1):
            self.clock.advance(1)
            browser.transport.write(b"x")
        self.assertEqual(browser.lost, "")
        self.clock.advance(2)
        self.assertEqual(browser.lost, "ConnectionLost")
        self.assert_clean()

    def test_rest(self) -> None:
        """Between two requests a connection is kept for a while, and closed in good order."""
        browser = self.ask(request())
        self.clock.advance(LIMITS.http_rest_s - 0.1)
        self.assertEqual(browser.lost, "")
        self.clock.advance(0.2)
        self.assertEqual((browser.lost, len(browser.responses())), ("ConnectionDone", 1))
        self.assert_clean()

    def test_requests_of_one_connection(self) -> None:
        """At the bound the client is told that this was the last."""
        self.serve(replace(LIMITS, http_requests=3), shared=self.shared)
        browser = self.ask(*[request()] * 4)
        self.clock.advance(1)
        told = [response.headers.get("connection") for response in browser.responses()]
        self.assertEqual((told, browser.lost), ([None, None, "close"], "ConnectionDone"))
        self.assert_clean()

    def test_old_clients(self) -> None:
        """HTTP/1.0, and whoever says so, gets one response and the end."""
        for sent in (b"GET / HTTP/1.0\r\nHost: den\r\n\r\n", request(Connection=b"close")):
            browser = self.ask(sent)
            self.assertEqual((len(browser.responses()), browser.lost), (1, "ConnectionDone"))
        self.assert_clean()


class BoundTests(SiteCase):
    def head(self, *headers: bytes) -> bytes:
        """A request with these lines."""
        return b"\r\n".join([b"GET / HTTP/1.1", b"Host: den", *headers, b"", b""])

    def test_headers(self) -> None:
        """As many as the bound says, and no more."""
        most = LIMITS.http_headers
        for count, status in ((most - 1, 200), (most, 400)):
            browser = self.ask(self.head(*(b"A: b" for _ in range(count))))
            self.assertEqual(browser.raw.split()[1], b"%d" % status, count)

    def test_digits_of_a_length(self) -> None:
        """Python refuses to read thousands of them as a number: that would be an error of ours."""
        for digits in (20, 5000):
            length = b"Content-Length: " + b"1" * digits
            for before in (b"", self.head()):
                browser = self.ask(before + self.head(length) + self.head())
                answers = browser.raw.split(b"HTTP/1.1 ")[1:]
                self.assertEqual([each[:3] for each in answers], [b"200"] * bool(before) + [b"400"], digits)
        self.assertEqual(self.ask(self.head(b"Content-Length: " + b"0" * 19)).raw.split()[1], b"200")
        self.clock.advance(30)
        self.assert_clean()

    def test_bytes_of_a_head(self) -> None:
        """In one line or in many, as many as the bound says."""
        bare = len(b"GET / HTTP/1.1") + len(b"Host: den")
        most = LIMITS.http_header_bytes - bare
        for length, status in ((most, 200), (most + 1, 400), (10 * most, 400)):
            browser = self.ask(self.head(b"A: ".ljust(length, b"x")))
            self.assertEqual(browser.raw.split()[1], b"%d" % status, length)
            self.clock.advance(5)
        endless = self.ask(b"GET /" + b"x" * 30_000)
        self.assertEqual(endless.raw.split()[1], b"400")
        self.clock.advance(30)
        self.assert_clean()

    def test_after_a_bad_head(self) -> None:
        """What follows it is not looked at."""
        browser = self.ask(b"GET / HTTP/1.1\r\nno header\r\n\r\n", request(), request())
        self.clock.advance(5)
        self.assertEqual((browser.raw.count(b"HTTP/1.1 "), browser.lost), (1, "ConnectionDone"))
        self.assert_clean()

    def test_requests_ahead(self) -> None:
        """Who asks on and on while one answer is on its way may do so up to a bound."""
        first = request(b"/share/film.mp4")
        for count, lost in ((LIMITS.http_ahead_bytes, ""), (LIMITS.http_ahead_bytes + 1, "ConnectionLost")):
            browser = self.dial(capacity=1000)
            browser.transport.pauseProducing()
            browser.transport.write(first)
            self.clock.advance(1)
            browser.transport.write(b"x" * count)
            self.clock.advance(1)
            self.assertEqual(browser.lost, lost, count)
            browser.transport.abortConnection()
        self.clock.advance(1)
        self.assert_clean()

    def test_many_small_answers(self) -> None:
        """Answers wait for one another, not in memory, when the client does not read."""
        page = 10_000
        self.serve(shared={"page.mp4": b"\0" * page})
        browser = self.dial()
        browser.transport.pauseProducing()
        browser.transport.write(request(b"/share/page.mp4") * 200)
        self.clock.advance(1)
        waiting = self.link.server.buffered
        self.assertLess(waiting, 65_536 + 2 * page)
        self.clock.advance(LIMITS.stall_s + 1)
        self.assertEqual(browser.lost, "ConnectionLost")
        self.assert_clean()


@implementer(IHalfCloseableProtocol)
class Listener(Browser):
    """Notes when the other end closes its direction."""

    def readConnectionLost(self) -> None:
        """Heard all."""
        self.lost = "heard all"

    def writeConnectionLost(self) -> None:
        """Said all."""


class EndTests(SiteCase):
    def dial(self, **link: Any) -> Browser:
        """Connect a client that half-closes."""
        browser = Listener()
        self.link = MemoryLink(self.clock, **link)
        self.link.connect(browser, self.site.buildProtocol(None))  # type: ignore[arg-type]
        return browser

    def test_half_closed_clients(self) -> None:
        """Who says all and then listens gets every answer."""
        browser = self.dial(capacity=1000)
        browser.transport.write(request(b"/share/film.mp4") + request(b"/share/tale.mp3"))
        browser.transport.loseWriteConnection()
        self.clock.advance(5)
        self.assertEqual([len(got.body) for got in browser.responses()], [512000, 5])
        browser.transport.loseConnection()
        self.clock.advance(1)
        self.assert_clean()

    def test_half_closed_before_the_end(self) -> None:
        """Half a request is none."""
        browser = self.dial()
        browser.transport.write(b"GET / HTT")
        browser.transport.loseWriteConnection()
        self.clock.advance(1)
        self.assertEqual((browser.raw, browser.lost), (b"", "heard all"))
        browser.transport.loseConnection()
        self.clock.advance(1)
        self.assert_clean()

    def test_our_end_goes_first(self) -> None:
        """A client that still sends has time to read what it was told."""
        browser = self.ask(request(method=b"POST", Content_Length=b"1000000"))
        browser.transport.write(b"x" * 50_000)
        self.clock.advance(LIMITS.close_s / 2)
        self.assertEqual((browser.responses()[0].status, browser.lost), (405, "heard all"))
        self.clock.advance(LIMITS.close_s)
        self.assertFalse(self.link.server.connected)
        browser.transport.loseConnection()
        self.clock.advance(1)
        self.assert_clean()

    def test_who_does_not_stop(self) -> None:
        """What comes after the end is dropped, up to a bound."""
        browser = self.ask(request(method=b"POST", Content_Length=b"1000000"))
        for _ in range(LIMITS.inbox_bytes // 10_000 + 1):
            browser.transport.write(b"x" * 10_000)
            self.clock.advance(0.01)
        self.assertEqual(browser.lost, "ConnectionLost")
        self.assert_clean()
