"""The API of peers and centrals, asked over HTTP."""

from __future__ import annotations

import json
from urllib.parse import quote

from p2pstream.content.admission import Admission
from p2pstream.content.shown import PeerLimits
from p2pstream.limits import LIMITS
from p2pstream.protocols.http.fence import words
from p2pstream.testing.views.fake_views import FakeCentralView
from tests.web.nodes import ViewCase

API = "/api/v1"
#: All that who is turned away is told, if anything.
OWN_ALONE = f"{words(403, lambda header: (), Admission.OWN)}\n".encode()


class AskingTests(ViewCase):
    """What is shown."""

    def test_all_of_a_peer(self) -> None:
        """Each value is told by the names of its fields."""
        self.assertEqual(self.told("GET", f"{API}/node")["address"], "10.0.0.1:2050")
        self.assertEqual(self.told("GET", f"{API}/node")["ready"], True)
        shares = self.told("GET", f"{API}/shares")
        self.assertEqual(
            [each["state"] for each in shares["shares"]], ["ready", "hashing", "waiting", "ready"]
        )
        self.assertEqual(self.told("GET", f"{API}/hashing")["files"], 2)
        (fetch,) = self.told("GET", f"{API}/fetches")
        self.assertEqual(fetch["have"], [[0, 104857600], [209715200, 220200960]])
        self.assertEqual([each["direction"] for each in self.told("GET", f"{API}/transfers")], ["out", "in"])
        self.assertEqual(self.told("GET", f"{API}/totals")[0]["moved"], 90_000_000)
        (other,) = self.told("GET", f"{API}/peers")
        self.assertEqual((other["transfers"], other["sent"], other["received"]), (2, 9_000_000, 115_343_360))
        self.assertEqual(other["address"], "10.0.0.3:2050")
        self.assertEqual(self.told("GET", f"{API}/centrals")[0]["listed"], True)
        self.assertEqual(self.told("GET", f"{API}/limits")["download"], None)

    def test_all_of_a_central(self) -> None:
        """Streams with their standing; those of one name with peers."""
        self.serve_view(FakeCentralView())
        self.assertEqual(self.told("GET", f"{API}/counts"), {"names": 3, "leases": 4, "peers": 2})
        streams = self.told("GET", f"{API}/streams?words=moon")
        self.assertEqual([each["standing"] for each in streams["streams"]], ["owner"])
        (film,) = self.told("GET", f"{API}/streams/{quote('holiday & sun <3.mkv')}")
        self.assertEqual([each["seed"] for each in film["peers"]], [True, False])
        self.assertEqual(self.told("GET", f"{API}/streams/nothing"), [])
        self.problem(400, "GET", f"{API}/streams?after=%E2%98%83")

    def test_parts(self) -> None:
        """A part is as long as was wanted, and says where the next begins."""
        first = self.told("GET", f"{API}/shares?most=3")
        self.assertEqual(len(first["shares"]), 3)
        rest = self.told("GET", f"{API}/shares?most=3&after={quote(first['after'])}")
        self.assertEqual((len(rest["shares"]), rest["after"]), (1, ""))

    def test_how_long_a_part_may_be(self) -> None:
        """At the bound it is; one beyond, and it is no number for that."""
        self.told("GET", f"{API}/shares?most={LIMITS.api_rows}")
        for wrong in (str(LIMITS.api_rows + 1), "0", "-1", "1e2", "٣", "9" * 400, ""):
            said = self.problem(400, "GET", f"{API}/shares?most={quote(wrong)}")
            self.assertIn(f"from 1 to {LIMITS.api_rows}", said)

    def test_what_cannot_be_meant(self) -> None:
        """Parameters that there are not, or twice, or not in UTF-8; names that cannot be; paths."""
        self.assertIn("“mist”", self.problem(400, "GET", f"{API}/node?mist=1"))
        self.assertIn("2 times", self.problem(400, "GET", f"{API}/shares?words=a&words=b"))
        self.assertIn("UTF-8", self.problem(400, "GET", f"{API}/shares?words=%ff"))
        for path in ("/api", "/api/", "/api/v2/node", f"{API}/nothing", f"{API}/node/x", f"{API}/shares/a/b"):
            self.problem(404, "GET", path)
        self.serve_view(FakeCentralView())
        self.problem(404, "GET", f"{API}/streams/a%2fb")

    def test_head(self) -> None:
        """As GET, without a body."""
        response = self.call("HEAD", f"{API}/node")
        self.assertEqual((response.status, response.body), (200, b""))
        self.assertGreater(int(response.headers["content-length"]), 100)

    def test_F53_names_stay_text(self) -> None:
        """What a stranger called a film makes no markup, and cannot be taken for any."""
        response = self.call("GET", f"{API}/shares?words=sun")
        self.assertEqual(response.headers["content-type"], "application/json")
        self.assertEqual(response.headers["x-content-type-options"], "nosniff")
        self.assertEqual(json.loads(response.body)["shares"][0]["name"], "holiday & sun <3.mkv")
        self.assertTrue(response.body.isascii())


class ChangingTests(ViewCase):
    """What is changed."""

    def test_folders(self) -> None:
        """One comes, and goes."""
        added = self.told("PUT", f"{API}/folders", {"path": "/srv/films"})
        self.assertEqual((added["path"], added["added"]), ("/srv/films", True))
        self.assertIn(added, self.told("GET", f"{API}/folders"))
        self.assertIsNone(self.told("DELETE", f"{API}/folders", {"path": "/srv/films"}))
        self.assertIn("not shared", self.problem(409, "DELETE", f"{API}/folders", {"path": "/srv/films"}))
        self.assertIn("no folder", self.problem(409, "PUT", f"{API}/folders", {"path": "/missing"}))

    def test_limits(self) -> None:
        """What is left out stays as it is."""
        told = self.told("PUT", f"{API}/limits", {"upload": None, "download": 3_000_000})
        self.assertEqual(
            told, {"upload": None, "download": 3_000_000, "cache": 10_000_000_000, "local": False}
        )
        self.assertEqual(self.view.limits(), PeerLimits(None, 3_000_000, 10_000_000_000))
        self.assertIn("too little", self.problem(400, "PUT", f"{API}/limits", {"upload": 1}))
        told = self.told("PUT", f"{API}/limits", b'{"upload": 32000000.0}')
        self.assertEqual((told["upload"], type(told["upload"])), (32_000_000, int))

    def test_bodies_that_are_none(self) -> None:
        """Each says what is wrong; nothing changes."""
        before = list(self.view.folders())
        for body in (
            b"",
            b"[]",
            b"{",
            b"nul",
            b"[" * 60_000,
            b'{"path": 1}',
            b"{}",
            b'{"path": "/a", "x": 1}',
        ):
            self.problem(400, "PUT", f"{API}/folders", body)
        for wrong in (True, 1.5, -1, 2**53, "2M", []):
            self.problem(400, "PUT", f"{API}/limits", {"upload": wrong})
        self.assertEqual(list(self.view.folders()), before)

    def test_without_the_token(self) -> None:
        """Nothing is changed, whoever asks; what is asked for needs none."""
        before = list(self.view.folders())
        for token in ("", "t", "T" * 32, "t" * 33):
            self.assertIn("token", self.problem(403, "PUT", f"{API}/folders", {"path": "/a"}, token=token))
        self.assertEqual(list(self.view.folders()), before)
        self.told("GET", f"{API}/folders", token="")

    def test_methods(self) -> None:
        """Only those that a path has."""
        for method, path in (
            ("POST", "/folders"),
            ("PUT", "/node"),
            ("DELETE", "/limits"),
            ("PATCH", "/limits"),
        ):
            response = self.call(method, f"{API}{path}", {"path": "/a"})
            self.assertEqual((response.status, response.body), (405, b""))
            self.assertIn("GET", response.headers["allow"])

    def test_F52_strangers(self) -> None:
        """A page of another site, another name for us, a proxy: nothing is told, and nothing changes."""
        before = list(self.view.folders())
        for more in (
            {"Origin": b"http://evil.example"},
            {"Sec_Fetch_Site": b"cross-site"},
            {"Referer": b"http://evil.example/"},
            {"X_Forwarded_For": b"192.0.2.1"},
            {"host": b"10.0.0.1:2050"},
            {"host": b"evil.example:2050"},
        ):
            for method, body in (
                ("GET", None),
                ("PUT", {"path": "/a"}),
                ("DELETE", {"path": before[0].path}),
            ):
                response = self.call(method, f"{API}/folders", body, **more)
                self.assertIn(response.status, (403, 421), (method, more))
                self.assertIn(response.body, (b"", OWN_ALONE))
        self.assertEqual(list(self.view.folders()), before)
