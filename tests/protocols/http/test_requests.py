"""Whole requests over memory, and what is answered."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred, fail

from p2pstream.errors import Gone, StorageError
from p2pstream.interfaces import IData
from p2pstream.limits import LIMITS
from p2pstream.protocols.http.plugin import Http
from tests import strategies as profile  # noqa: F401
from tests.protocols.http.browser import FILM, SiteCase, request

ALWAYS = {
    "cache-control": "no-cache",
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class PageTests(SiteCase):
    def test_head(self) -> None:
        """The same without the page, which may use nothing."""
        (got,) = self.ask(request(method=b"HEAD")).responses(b"HEAD")
        whole = self.get(b"/")
        self.assertEqual((got.status, got.body, whole.body), (200, b"", b"<p>here"))
        self.assertEqual(got.headers["content-length"], str(len(whole.body)))
        self.assertTrue(got.headers["content-security-policy"].startswith("default-src 'none'"))

    def test_nothing_else(self) -> None:
        """There is one page, and one folder."""
        for target in (
            b"/favicon.ico", b"/share", b"/share/", b"/share/film.mp4/", b"/share/film.mp4/x",
            b"//share/film.mp4", b"/x/y/z", b"/share/%2e%2e/film.mp4", b"/share/a%2Fb", b"/share/%00",
            b"/share/%FF", b"/share/%", b"/../etc",
        ):  # fmt: skip
            got = self.get(target)
            self.assertEqual(got.status, 404, target)
            self.assertEqual(got.headers["content-type"], "text/plain; charset=utf-8")
        for target in (b"/share", b"/share/"):
            self.assertIn(b"The name of a film follows", self.get(target).body)


class StreamTests(SiteCase):
    def test_whole(self) -> None:
        """All of it, with all that a player wants to know."""
        got = self.get()
        self.assertEqual((got.status, got.body), (200, FILM))
        self.assertEqual(got.headers["content-type"], "video/mp4")
        self.assertEqual(got.headers["accept-ranges"], "bytes")
        self.assertEqual(got.headers["content-disposition"], 'inline; filename="film.mp4"')
        for header, value in ALWAYS.items():
            self.assertEqual(got.headers[header], value)
        self.assertNotIn("access-control-allow-credentials", got.headers)
        self.assertNotIn("server", got.headers)
        self.assertEqual(self.node.lent, 0)

    def test_head(self) -> None:
        """The same without the bytes, of a range too."""
        (got,) = self.ask(request(b"/share/film.mp4", b"HEAD")).responses(b"HEAD")
        self.assertEqual((got.status, got.headers["content-length"]), (200, str(len(FILM))))
        browser = self.ask(request(b"/share/film.mp4", b"HEAD", Range=b"bytes=1-2"))
        self.assertEqual(browser.responses(b"HEAD")[0].headers["content-range"], f"bytes 1-2/{len(FILM)}")
        self.assertEqual(self.node.heard.heard, [])

    def test_parts(self) -> None:
        """One range, wherever it lies."""
        for header, part in {
            b"bytes=0-0": FILM[:1],
            b"bytes=100-200000": FILM[100:200001],
            b"bytes=-7": FILM[-7:],
            b"bytes=511000-": FILM[511000:],
        }.items():
            got = self.get(Range=header)
            self.assertEqual((got.status, got.body), (206, part), header)

    def test_F54_absurd_ranges(self) -> None:
        """At most one copy of the film leaves, whatever is asked for."""
        for header, status in {
            b"bytes=" + b",".join([b"0-"] * 2500): 416,
            b"bytes=0-,0-": 416,
            b"bytes=9-5": 200,
            b"bytes=--5": 200,
            b"bytes=-0": 416,
            b"bytes=%d-" % 2**64: 416,
            b"bytes=-%d" % 2**64: 206,
        }.items():
            got = self.get(Range=header)
            self.assertEqual(got.status, status, header[:40])
            self.assertEqual(len(got.body), 0 if status == 416 else len(FILM))

    def test_F54_two_range_headers(self) -> None:
        """They are as one with two ranges."""
        sent = request(b"/share/film.mp4", Range=b"bytes=0-0").replace(
            b"\r\n\r\n", b"\r\nRange: bytes=5-5\r\n\r\n"
        )
        (got,) = self.ask(sent).responses()
        self.assertEqual((got.status, len(got.body)), (200, len(FILM)))

    def test_F54_a_thousand_at_once(self) -> None:
        """Each takes its turn, and none is cut short."""
        browsers = [self.ask(request(b"/share/tale.mp3", Range=b"bytes=0-")) for _ in range(1000)]
        self.assertEqual({browser.responses()[0].body for browser in browsers}, {b"\0tale"})
        self.clock.advance(60)
        self.assert_clean()

    def test_tags(self) -> None:
        """What the client has need not be sent again, and a part fits only its own whole."""
        tag = self.get().headers["etag"].encode()
        self.assertRegex(tag, rb'^"[^"]+"$')
        got = self.get(If_None_Match=tag)
        self.assertEqual((got.status, got.body), (304, b""))
        self.assertNotIn("content-type", got.headers)
        self.assertEqual(self.get(If_Range=tag, Range=b"bytes=0-0").status, 206)
        self.assertEqual(self.get(If_Range=b'"old"', Range=b"bytes=0-0").status, 200)
        self.serve(shared={"film.mp4": FILM[:-1] + b"x"})
        self.assertNotEqual(self.get().headers["etag"].encode(), tag)

    def test_names(self) -> None:
        """Any name, percent-encoded."""
        name = "Größe & <b>100%.mp4"
        self.serve(shared={name: b"\0"})
        got = self.get(b"/share/Gr%C3%B6%C3%9Fe%20&%20%3Cb%3E100%25.mp4?query=of#players")
        self.assertEqual((got.status, got.body), (200, b"\0"))

    def test_empty(self) -> None:
        """Nothing is a stream, too."""
        got = self.get(b"/share/empty.mp4")
        self.assertEqual((got.status, got.body, got.headers["content-length"]), (200, b"", "0"))
        self.assertEqual(self.get(b"/share/empty.mp4", Range=b"bytes=0-").status, 200)

    def test_unknown(self) -> None:
        """In words that can act on nothing."""
        got = self.get(b"/share/%3Cscript%3E.mp4")
        self.assertEqual((got.status, got.body.decode()), (404, "“<script>.mp4” is not shared here\n"))
        self.assertEqual(got.headers["content-type"], "text/plain; charset=utf-8")
        self.assertEqual(len(self.node.heard.named("name_unknown")), 1)

    def test_F51_lists_of_links(self) -> None:
        """A playlist with the name of a film is not served; HEAD says so, too."""
        self.serve(shared={"film.mp4": b"#EXTM3U\nhttp://192.168.0.1/reboot\n"})
        got = self.get(Range=b"bytes=8-")
        self.assertEqual(got.status, 415)
        self.assertNotIn(b"reboot", got.body)
        self.assertEqual(self.ask(request(b"/share/film.mp4", b"HEAD")).responses(b"HEAD")[0].status, 415)
        self.assertEqual(self.node.lent, 0)

    def test_events(self) -> None:
        """What is sent is told."""
        self.get(Range=b"bytes=0-9")
        (ended,) = self.node.heard.named("transfer_ended")
        self.assertEqual((ended["name"], ended["sent"]), ("film.mp4", 10))
        self.assertEqual(len(self.node.heard.named("transfer_started")), 1)

    def test_disks_that_fail(self) -> None:
        """Before the first byte it can be said."""
        for fault in (Gone("film.mp4 changed"), StorageError("the disk refused"), RuntimeError("a bug")):
            self.node.open = lambda _, fault=fault: fail(fault)  # type: ignore[method-assign]
            browser = self.ask(request(b"/share/film.mp4"))
            if isinstance(fault, RuntimeError):
                self.assertEqual((browser.raw, browser.lost), (b"", "ConnectionLost"))
                self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)
            else:
                (got,) = browser.responses()
                self.assertEqual((got.status, got.body.decode()), (503, f"{fault}\n"))

    def test_opening_takes_long(self) -> None:
        """Not for ever; and whoever leaves meanwhile is forgotten."""
        opened: list[Deferred[IData]] = []

        def never(_: str) -> Any:
            opened.append(Deferred())
            return opened[-1]

        self.node.open = never  # type: ignore[method-assign]
        browser = self.ask(request(b"/share/film.mp4"))
        browser.transport.abortConnection()
        self.clock.advance(1)
        self.assertTrue(opened[0].called)
        browser = self.ask(request(b"/share/film.mp4"))
        self.clock.advance(LIMITS.stall_s)
        self.assertTrue(browser.lost or browser.responses())
        self.clock.advance(LIMITS.http_rest_s)
        self.assert_clean()


class RefusalTests(SiteCase):
    def test_F52_empty_bodies(self) -> None:
        """A page that may not ask learns nothing, not even what there is."""
        foreign = (
            {"Origin": b"http://evil.example"},
            {"Sec_Fetch_Site": b"cross-site", "Sec_Fetch_Mode": b"no-cors"},
        )
        rebound = (
            {"Sec_Fetch_Site": b"same-origin", "Sec_Fetch_Mode": b"cors", "host": b"evil.example"},
            {"Referer": b"http://evil.example/", "host": b"evil.example"},
        )
        refused = [(b"/", each, 403) for each in foreign]
        refused += [
            (path, each, 421) for path in (b"/", b"/share/film.mp4", b"/share/no") for each in rebound
        ]
        for target, headers, status in refused:
            got = self.get(target, **headers)
            self.assertEqual((got.status, got.body), (status, b""), headers)
            self.assertFalse([header for header in got.headers if header.startswith("access-control")])
            self.assertEqual(got.headers["x-frame-options"], "DENY")

    def test_F52_strange_names(self) -> None:
        """Whoever came by one himself is told why, and what else he can do; nothing of what he sent."""
        for host in (b"evil.example", b"localhost.", b"0.0.0.0:2050"):
            said = {self.get(target, host=host).body for target in (b"/", b"/share/film.mp4", b"/share/no")}
            self.assertEqual(len(said), 1)
            self.assertIn(b"by its address", said.pop())

    def test_F52_own_names(self) -> None:
        """By its names it answers, and by those that its user gave it."""
        self.node.hostnames = ("films.example.org",)
        self.site = Http().server_factory(self.node)  # type: ignore[assignment]
        self.assertEqual(self.get(b"/", host=b"Films.example.org:2050").status, 200)
        self.assertEqual(self.get(b"/", host=b"other.example.org:2050").status, 421)
        self.serve()
        for host in (b"den", b"den.local:2050", b"localhost", b"[::1]:2050"):
            self.assertEqual(self.get(b"/", host=host).status, 200, host)

    def test_F52_absolute_targets(self) -> None:
        """As proxies are asked; the authority must be ours as well."""
        got = self.get(b"http://den/share/film.mp4")
        self.assertEqual((got.status, len(got.body)), (200, len(FILM)))
        self.assertEqual(self.get(b"http://evil.example/share/film.mp4").status, 421)

    def test_F52_hosts_missing_and_doubled(self) -> None:
        """HTTP/1.1 has exactly one."""
        for sent, status in {
            b"GET / HTTP/1.1\r\n\r\n": 400,
            b"GET / HTTP/1.1\r\nHost: den\r\nHost: den\r\n\r\n": 400,
            b"GET / HTTP/1.0\r\n\r\n": 421,
            b"GET / HTTP/1.0\r\nHost: den\r\n\r\n": 200,
        }.items():
            self.assertEqual(self.ask(sent).responses()[0].status, status, sent)

    def test_methods(self) -> None:
        """Two only; the others are told which."""
        for method in (
            b"POST",
            b"PUT",
            b"DELETE",
            b"PATCH",
            b"TRACE",
            b"CONNECT",
            b"get",
            b"FOO",
        ):
            got = self.get(method=method)
            self.assertEqual((got.status, got.body, got.headers["allow"]), (405, b"", "GET, HEAD"), method)
        self.assertEqual(self.get(b"*", method=b"OPTIONS").status, 405)
        self.assertEqual(self.get(b"*").status, 400)

    def test_bodies(self) -> None:
        """No body is read, kept or taken for another request."""
        smuggled = request(b"/share/film.mp4")
        for header in ({"Content_Length": b"%d" % len(smuggled)}, {"Transfer_Encoding": b"chunked"}):
            for method, status in ((b"POST", 405), (b"GET", 200)):
                browser = self.ask(request(method=method, Expect=b"100-continue", **header), smuggled)
                (got,) = browser.responses()
                self.assertEqual((got.status, got.headers["connection"]), (status, "close"))
                self.clock.advance(60)
                self.assertEqual(browser.lost, "ConnectionDone")
        self.assert_clean()

    def test_F53_headers_are_lines(self) -> None:
        """What is asked for cannot become a header of the answer."""
        got = self.get(b"/share/x%0d%0aSet-Cookie:%20a=b.mp4")
        self.assertEqual(got.status, 404)
        self.assertNotIn("set-cookie", got.headers)


class CutTests(SiteCase):
    def test_every_cut(self) -> None:
        """A request is the same in however many pieces."""
        sent = request(b"/share/tale.mp3", Range=b"bytes=1-")
        for cut in range(1, len(sent)):
            browser = self.ask(sent, segments=(cut,))
            self.clock.advance(0)
            self.assertEqual(browser.responses()[0].body, b"tale", cut)
        browser = self.ask(sent, segment=1)
        self.assertEqual(browser.responses()[0].body, b"tale")

    @given(st.lists(st.integers(1, 400), max_size=20))
    def test_pipelined(self, segments: list[int]) -> None:
        """Several at once are answered in turn, cut anywhere."""
        self.serve()
        sent = [request(b"/share/tale.mp3"), request(), request(b"/share/film.mp4", b"HEAD"), request(b"/x")]
        browser = self.ask(*sent, segments=segments, capacity=700)
        self.clock.advance(1)
        got = browser.responses(b"GET", b"GET", b"HEAD", b"GET")
        self.assertEqual([response.status for response in got], [200, 200, 200, 404])
        self.clock.advance(60)
        self.assert_clean()

    @given(st.binary(max_size=300))
    def test_F37_any_bytes(self, noise: bytes) -> None:
        """Whatever follows the first bytes: an answer or none, and an end."""
        self.serve()
        for start in (b"GET /", request()[:-2]):
            browser = self.ask(start + noise)
            self.clock.advance(60)
            self.assertTrue(browser.lost)
            self.assert_clean()
