"""T22: every combination of what browsers say about who asks, and exactly what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from p2pstream.content.admission import Admission
from p2pstream.limits import LIMITS
from p2pstream.protocols.http.fence import words
from p2pstream.web.resource import WebResource
from tests.protocols.http.browser import Browser, Response, SiteCase, request

#: What it is called, and whether that is ours, and loopback's.
HOSTS = {
    b"127.0.0.1:2050": (True, True),
    b"localhost": (True, True),
    b"[::1]:2050": (True, True),
    b"192.168.1.7:2050": (True, False),
    b"den.local": (True, False),
    b"evil.example": (False, False),
    b"localhost.": (False, False),
    b"0.0.0.0:2050": (False, False),
    b"2130706433": (False, False),
    b"127.0.0.1.evil.example": (False, False),
}
#: Whose page asks: ours, none, one without a name, one of another port of this machine, a stranger's.
ORIGINS = ("ours", None, b"null", b"http://127.0.0.1:8080", b"http://evil.example")
#: Site, mode and destination, as browsers tell them; and whether a person came by a link.
FETCHES = {
    (): (False, False),
    (b"none", b"navigate", b"document"): (False, False),
    (b"same-origin", b"cors", b"empty"): (False, False),
    (b"same-site", b"no-cors", b"video"): (True, False),
    (b"cross-site", b"no-cors", b"image"): (True, False),
    (b"cross-site", b"navigate", b"document"): (True, True),
    (b"cross-site", b"navigate", b"iframe"): (True, False),
}
#: Why it may be said to be refused: to all alike.
REASONS = tuple(
    f"{words(421, lambda header: (), admission)}\n".encode() for admission in (Admission.OWN, Admission.PAGES)
)
REFERERS = (None, "ours", b"http://evil.example/page", b"http://127.0.0.1:8080/")


class Deed(WebResource):
    """Something that only this machine may have done."""

    admission = Admission.OWN
    methods = (b"GET", b"HEAD", b"POST")

    async def answer(self, request: Any) -> None:
        """Done, with this."""
        await request.show(b"did " + request.method + b" " + request.body, b"text/plain")


class MatrixCase(SiteCase):
    def serve(self, limits: Any = LIMITS, **node: Any) -> None:
        """Also what is only for this machine."""
        super().serve(limits, **node)
        self.node.resources[b"own"] = Deed()

    def send(self, *sent: bytes, near: bool = True) -> Response:
        """The one response, asked from this machine or from another."""
        hosts = ("127.0.0.1", "127.0.0.2") if near else ("192.168.1.9", "192.168.1.7")
        (response,) = self.ask(*sent, hosts=hosts).responses()
        return response

    def check(self, got: Response, status: int, case: object, told: bool = True) -> None:
        """Exactly that; no page learns more, nor is told that it may.

        :param told: whether no page can be behind it, and so it may be said why.
        """
        self.assertEqual(got.status, status, case)
        if status >= 400:
            self.assertEqual(got.body in REASONS, told and status != 400, case)
            self.assertEqual(got.body == b"", not told or status == 400, case)
            self.assertFalse([name for name in got.headers if name.startswith("access-control")], case)
            self.assertEqual(got.headers["cross-origin-resource-policy"], "same-origin")


def said(origin: object, fetch: tuple[bytes, ...], host: bytes, referer: object = None) -> dict[str, bytes]:
    """The headers of a request."""
    headers = dict(zip(("Sec_Fetch_Site", "Sec_Fetch_Mode", "Sec_Fetch_Dest"), fetch, strict=False))
    if origin is not None:
        headers["Origin"] = b"http://" + host if origin == "ours" else origin  # type: ignore[assignment]
    if referer is not None:
        headers["Referer"] = b"http://" + host + b"/page" if referer == "ours" else referer  # type: ignore[assignment]
    return headers


def is_told(headers: Mapping[str, bytes]) -> bool:
    """Whether somebody looks at the address itself, or no browser of today is behind it."""
    return headers.get("Sec_Fetch_Dest") == b"document" or not headers


class MatrixTests(MatrixCase):
    def test_F52_public(self) -> None:
        """What is the same for all may be used by any page; a name that is not ours leads nowhere."""
        cases = 0
        for (host, (ours, _)), origin, fetch in product(HOSTS.items(), ORIGINS, FETCHES):
            headers = said(origin, fetch, host)
            got = self.send(request(b"/share/tale.mp3", host=host, **headers), near=False)
            self.check(got, 200 if ours else 421, (host, origin, fetch), is_told(headers))
            if ours:
                self.assertEqual(got.headers["access-control-allow-origin"], "*")
                self.assertNotIn("access-control-allow-credentials", got.headers)
            cases += 1
        self.assertEqual(cases, 350)

    def test_F52_pages(self) -> None:
        """Our pages, and whoever follows a link to one; never the page of another."""
        cases = 0
        for (host, (ours, _)), origin, (fetch, (elsewhere, linked)) in product(
            HOSTS.items(), ORIGINS, FETCHES.items()
        ):
            stranger = origin not in ("ours", None) and origin != b"http://" + host
            allowed = not stranger and (linked or not elsewhere)
            headers = said(origin, fetch, host)
            got = self.send(request(b"/", host=host, **headers), near=False)
            status = 421 if not ours else 200 if allowed else 403
            self.check(got, status, (host, origin, fetch), is_told(headers))
            self.assertNotIn("access-control-allow-origin", got.headers)
            cases += 1
        self.assertEqual(cases, 350)

    def test_F52_own(self) -> None:
        """On our behalf: from here, to here, and from no page but ours, not even by a link."""
        cases = 0
        for (host, (ours, here)), origin, (fetch, (elsewhere, _)), referer in product(
            HOSTS.items(), ORIGINS, FETCHES.items(), REFERERS
        ):
            headers = said(origin, fetch, host, referer)
            strangers = {origin, referer} - {"ours", None}
            for method, near in ((b"GET", True), (b"POST", True), (b"GET", False)):
                got = self.send(request(b"/own", method, host, **headers), near=near)
                if not ours or (near and not here):
                    status = 421
                else:
                    status = 403 if strangers or elsewhere or not near else 200
                self.check(got, status, (host, origin, fetch, referer, method, near), is_told(headers))
                self.assertNotIn("access-control-allow-origin", got.headers)
                cases += 1
        self.assertEqual(cases, 4200)

    def test_F52_behind_a_proxy(self) -> None:
        """One on this machine makes everybody look as if they were here, and says so."""
        for header in ("X_Forwarded_For", "X_Real_IP", "Forwarded", "Via", "X_Forwarded_Host"):
            self.check(self.send(request(b"/own", **{header: b"192.0.2.1"})), 403, header)
            self.assertEqual(self.send(request(b"/share/tale.mp3", **{header: b"192.0.2.1"})).status, 200)

    def test_F52_shapes(self) -> None:
        """Hosts missing, doubled, or in the target."""
        for sent, status in {
            b"GET /own HTTP/1.1\r\n\r\n": 400,
            b"GET /own HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n": 400,
            b"GET /own HTTP/1.0\r\n\r\n": 421,
            b"GET http://evil.example/own HTTP/1.1\r\nHost: localhost\r\n\r\n": 421,
            b"GET http://localhost/own HTTP/1.1\r\nHost: evil.example\r\n\r\n": 421,
            b"GET http://192.168.1.7/own HTTP/1.1\r\nHost: localhost\r\n\r\n": 421,
        }.items():
            self.check(self.send(sent), status, sent)
        self.assertEqual(
            self.send(b"GET http://localhost/own HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 200
        )

    def test_percent_encoded(self) -> None:
        """A place is the same however its name is spelt."""
        for target in (b"/%6fwn", b"/o%77n"):
            self.check(self.send(request(target), near=False), 403, target)
        self.assertIn("access-control-allow-origin", self.send(request(b"/%73hare/tale.mp3")).headers)


class PreflightTests(MatrixCase):
    def preflight(self, target: bytes, **headers: bytes) -> Response:
        """A browser asks whether a page may."""
        asked = {"Access_Control_Request_Method": b"GET", "Access_Control_Request_Headers": b"if-range"}
        return self.send(request(target, b"OPTIONS", Origin=b"http://evil.example", **asked, **headers))

    def test_public(self) -> None:
        """It may ask for parts, of what is there or not: nothing is said of that."""
        for target in (b"/share/film.mp4", b"/share/nothing", b"/f/x/y"):
            got = self.preflight(target)
            self.assertEqual((got.status, got.body), (204, b""))
            self.assertEqual(got.headers["access-control-allow-origin"], "*")
            self.assertEqual(got.headers["access-control-allow-methods"], "GET, HEAD")
            self.assertIn("Range", got.headers["access-control-allow-headers"])
            self.assertNotIn("access-control-allow-credentials", got.headers)

    def test_others(self) -> None:
        """No page but ours may ask for anything else."""
        for target in (b"/", b"/own", b"/nothing"):
            self.check(self.preflight(target), 403, target, told=False)
        got = self.send(request(b"/", b"OPTIONS"))
        self.assertEqual((got.status, got.body), (405, b""))


class BodyTests(MatrixCase):
    def post(
        self, body: bytes, kind: bytes = b"application/json", target: bytes = b"/own", **given: Any
    ) -> Browser:
        """Send this."""
        length = given.pop("length", len(body))
        sent = request(target, b"POST", Content_Type=kind, Content_Length=b"%d" % length, **given)
        return self.ask(sent, body)

    def test_json(self) -> None:
        """A program's is read, at the bound too, and the connection goes on."""
        for body in (b"{}", b"x" * LIMITS.http_body_bytes):
            browser = self.post(body, b"application/json; charset=utf-8")
            browser.transport.write(request(b"/share/tale.mp3"))
            self.clock.advance(0)
            first, second = browser.responses()
            self.assertEqual((first.status, first.body, second.status), (200, b"did POST " + body, 200))

    def test_in_pieces(self) -> None:
        """It is complete when it is, and no request before."""
        browser = self.post(b'{"a"', length=8)
        self.assertEqual(browser.raw, b"")
        browser.transport.write(b": 1}")
        self.clock.advance(0)
        self.assertEqual(browser.responses()[0].body, b'did POST {"a": 1}')

    def test_F39_never_all_of_it(self) -> None:
        """It has the time of a head, and no more."""
        browser = self.post(b"{", length=2)
        self.clock.advance(LIMITS.http_head_s + 0.1)
        self.assertEqual((browser.raw, browser.lost), (b"", "ConnectionLost"))
        self.assert_clean()

    def test_F52_what_forms_send(self) -> None:
        """Is not read, and nothing is done: a page can send it without asking.  Others are told why."""
        for kind in (b"text/plain", b"application/x-www-form-urlencoded", b"multipart/form-data", b""):
            (got,) = self.post(b"{}", kind).responses()
            self.assertEqual((got.status, got.headers["connection"]), (415, "close"), kind)
            self.assertIn(b"with the header Content-Type: application/json", got.body)

    def test_too_much(self) -> None:
        """One byte past the bound it is not read; nor what does not say how much it is."""
        (got,) = self.post(b"", length=LIMITS.http_body_bytes + 1).responses()
        self.assertEqual((got.status, got.headers["connection"]), (413, "close"))
        sent = request(b"/own", b"POST", Content_Type=b"application/json", Transfer_Encoding=b"chunked")
        (got,) = self.ask(sent, b"2\r\n{}\r\n0\r\n\r\n").responses()
        self.assertEqual(got.status, 413)

    def test_where_nobody_asks_for_one(self) -> None:
        """Two methods only, as before."""
        (got,) = self.post(b"{}", target=b"/share/film.mp4").responses()
        self.assertEqual((got.status, got.headers["allow"]), (405, "GET, HEAD"))
