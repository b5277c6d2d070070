"""The pages of a peer, asked through its HTTP."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, unquote

from p2pstream.content.keys import FileKey
from p2pstream.content.shown import HashingSnapshot, ListedAt, SharedFolder
from p2pstream.limits import LIMITS
from p2pstream.testing.views.fake_views import FakePeerView
from p2pstream.web.pages.peer import peer_pages
from p2pstream.web.token import Token
from tests.protocols.http.browser import SiteCase, request
from tests.web.pages.reading import ATTACKS, Page

MOON = "a trip to the moon.mp4"
#: A person followed a link.
FOLLOWED = {"sec_fetch_mode": b"navigate", "sec_fetch_dest": b"document"}
TOKEN = Token("t" * 32)


class PeerCase(SiteCase):
    """A peer with its pages."""

    def setUp(self) -> None:
        """Four films."""
        super().setUp()
        self.view = FakePeerView()
        self.node.resources.update(peer_pages(self.view, TOKEN, replace(LIMITS, page_streams=4)))

    def page(self, path: str, status: int = 200, **headers: bytes) -> Page:
        """The page there."""
        got = self.get(path.encode("ascii"), **headers)
        self.assertEqual((got.status, got.headers["content-type"]), (status, "text/html; charset=utf-8"))
        return Page(got.body)

    def policy(self, path: str) -> str:
        """What a browser may do there."""
        return self.get(path.encode("ascii")).headers["content-security-policy"]


class SharedTests(PeerCase):
    def test_films(self) -> None:
        """Each under its name, with how far it is read; what is no film is only kept."""
        self.view.shared[3] = replace(self.view.shared[3], type="application/octet-stream")
        page = self.page("/")
        self.assertEqual(page.names, [share.name for share in self.view.shared])
        self.assertIn(f"/watch/{quote(MOON)}", page.links)
        self.assertIn("/share/song.mp3", page.links)
        for words in ("being read", "not read yet", "4 files, 2.3 GB"):
            self.assertIn(words, page.text)

    def test_lengths(self) -> None:
        """How long a film takes lies on its picture, where that is known."""
        self.assertEqual([words for words in ("12:54", "0:00") if words in self.page("/").text], ["12:54"])

    def test_heading(self) -> None:
        """Above the list stands what was looked for, with what is invisible spelled out; else what it is."""
        for asked, heading in (
            ("/", "Shared here"),
            ("/?q=moon", "“moon”"),
            ("/?q=%E2%80%AEmoon", "“\\u202emoon”"),
        ):
            page = self.page(asked)
            self.assertEqual(page.heading, heading)
            self.assertTrue(page.title.startswith(heading), page.title)

    def test_search(self) -> None:
        """What was looked for is found."""
        self.assertEqual(self.page("/?q=NOSF").names, ["nosferatu.webm"])
        self.assertIn("Nothing is called “zebra”", self.page("/?q=zebra").text)
        self.assertIn("“\\u202ear”", self.page("/?q=%E2%80%AEar").text)

    def test_pages_of_it(self) -> None:
        """At the bound all are on one page; one more is on the next."""
        self.assertNotIn("More", self.page("/").text)
        self.view.shared.append(replace(self.view.shared[0], name="zebra.mp4"))
        self.assertIn("/?after=song.mp3", self.page("/").links)
        self.assertEqual(self.page("/?after=song.mp3").names, ["zebra.mp4"])

    def test_own(self) -> None:
        """Whoever sits there is shown the ways around, and what to do when nothing is shared."""
        self.assertLessEqual({"/activity", "/folders"}, set(self.page("/").links))
        self.view.shared = []
        self.assertIn("Nothing is shared yet", self.page("/").text)

    def test_F53_attacks(self) -> None:
        """No name makes an element, an attribute or another link."""
        share = self.view.shared[0]
        self.view.hashed = HashingSnapshot()
        for attack in ATTACKS:
            attack = attack.replace("/", "")
            self.view.shared = [replace(share, name="plain")]
            plain = self.page("/"), self.page("/watch/plain")
            self.view.shared = [replace(share, name=attack)]
            shown = self.page("/"), self.page(f"/watch/{quote(attack, safe='')}")
            for page, before in zip(shown, plain, strict=True):
                self.assertEqual(set(page.elements) - {"wbr"}, set(before.elements), attack)
                self.assertEqual(page.attributes, before.attributes, attack)
                self.assertIn(attack, page.names)
            watch = next(link for link in shown[0].links if link.startswith("/watch/"))
            self.assertEqual(unquote(watch.removeprefix("/watch/")), attack)


class WatchTests(PeerCase):
    def test_shared(self) -> None:
        """A film of its own is played from where it is."""
        page = self.page(f"/watch/{quote(MOON)}")
        self.assertIn(f"/share/{quote(MOON)}", page.links)
        self.assertIn(f"/side/{quote(MOON)}", page.values("data-side"))
        self.assertIn("QR code of http://10.0.0.1:2050/watch/", " ".join(page.values("aria-label")))
        self.assertNotIn("Fetching", page.text)

    def test_fetched(self) -> None:
        """Another's is fetched, and it can be seen how."""
        page = self.page(f"/watch/den,192.0.2.1:7/{quote(MOON)}")
        self.assertIn(f"/stream/den,192.0.2.1:7/{quote(MOON)}", page.links)
        self.assertIn("Fetching", page.text)
        self.assertIn(f"/stream-side/den,192.0.2.1:7/{quote(MOON)}", page.values("data-side"))
        self.assertEqual(
            page.values("data-copy"),
            [f"p2pstream://den,192.0.2.1:7/{quote(MOON)}", f"p2p-play den,192.0.2.1:7 '{MOON}'"],
        )

    def test_by_key(self) -> None:
        """A key stands for a name."""
        key = FileKey(bytes(range(32)), 70_000).text
        self.assertIn(f"/stream/den/{quote(key, safe='')}", self.page(f"/watch/den/{key}").links)

    def test_by_a_link(self) -> None:
        """A person may come from a central's page; another's page may not look at it."""
        path = f"/watch/den/{quote(MOON)}"
        self.page(path, sec_fetch_site=b"cross-site", **FOLLOWED)
        got = self.get(path.encode("ascii"), sec_fetch_site=b"cross-site", sec_fetch_mode=b"no-cors")
        self.assertEqual((got.status, got.body), (403, b""))

    def test_what_is_none(self) -> None:
        """It is said what is wrong."""
        self.assertIn("Nothing is called “zebra”", self.page("/watch/zebra", 404).text)
        self.assertIn("cannot be a name", self.page("/watch/%00", 404).text)
        self.assertIn("There is no such film", self.page("/watch/a%20b/film", 404).text)
        self.assertIn("There is no such film", self.page("/watch/den/p2ps:x", 404).text)

    def test_playlist(self) -> None:
        """For players of this machine."""
        for path, source in (
            (quote(MOON), f"/share/{quote(MOON)}"),
            (f"den/{quote(MOON)}", f"/stream/den/{quote(MOON)}"),
        ):
            got = self.get(f"/playlist/{path}".encode("ascii"))
            self.assertEqual(got.headers["content-type"], "audio/x-mpegurl")
            self.assertEqual(got.body.decode().splitlines()[2], f"http://127.0.0.1:2050{source}")
        self.assertEqual(self.get(b"/playlist/%00").status, 404)
        self.assertEqual(self.get(b"/playlist/a/b/c").status, 404)


class OwnTests(PeerCase):
    def test_activity(self) -> None:
        """Who gives what to whom, and what is fetched, without any script."""
        page = self.page("/activity")
        self.assertIn("metropolis.mp4", page.names)
        for words in ("10.0.0.2:50112", "4.2 MB/s", "buffering 1.0 of 2.0 seconds", "115.3 MB of 734.0 MB"):
            self.assertIn(words, page.text)

    def test_at_rest(self) -> None:
        """It says that nothing moves."""
        self.view.under_way, self.view.fetched, self.view.moved = [], [], []
        self.view.hashed = HashingSnapshot()
        page = self.page("/activity")
        self.assertNotIn("progress", page.elements)
        hidden = {attributes.get("id") for _, attributes in page.marked if "hidden" in attributes}
        self.assertIn("table", hidden)
        self.assertNotIn("no-fetches", hidden)

    def test_folders(self) -> None:
        """What is shared of, what holds, where it is listed; and what changes it."""
        self.view.shared_folders.append(SharedFolder("/gone", trouble="it is not there", added=True))
        self.view.listed.append(ListedAt("den:2045", False, "it is full", advice="open the port"))
        page = self.page("/folders")
        for words in ("/home/ada/Films", "3 files, 2.2 GB", "it is not there", "it is full", "open the port"):
            self.assertIn(words, page.text)
        self.assertEqual(page.values("data-remove")[-1], "/gone")
        self.assertIn(TOKEN.text, page.values("content"))
        self.assertIn(("2", "10"), [tuple(value for value in page.values("value") if value)])

    def test_F53_folders(self) -> None:
        """No path, and nothing that a central says, makes an element."""
        plain = self.page("/folders")
        for attack in ATTACKS:
            folder, central = self.view.shared_folders[1], self.view.listed[0]
            self.view.shared_folders[1] = replace(folder, path=f"/{attack}")
            self.view.listed[0] = replace(central, observed=attack)
            page = self.page("/folders")
            self.assertEqual(page.elements, plain.elements, attack)
            self.assertEqual(page.attributes, plain.attributes, attack)

    def test_F52_who_sees_it(self) -> None:
        """No other site's page, not even by a link; and the token is nowhere else."""
        for path in (b"/activity", b"/folders"):
            for headers in (
                {"sec_fetch_site": b"cross-site"} | FOLLOWED,
                {"host": b"den:2050"},
                {"origin": b"http://evil.example"},
            ):
                got = self.get(path, **headers)
                self.assertIn(got.status, (403, 421), f"{path!r} {headers}")
                self.assertIn(got.body.count(b"\n"), (0, 1))
        for path in ("/", "/activity", f"/watch/{quote(MOON)}"):
            self.assertNotIn(TOKEN.text.encode(), self.get(path.encode("ascii")).body)

    def test_from_afar(self) -> None:
        """Others are shown the films, and nothing else: not even that there is more."""
        sent = request(b"/"), request(b"/activity"), request(b"/folders"), request(b"/watch/den/film")
        shared, *others = self.ask(*sent, hosts=("192.0.2.9", "10.0.0.1")).responses()
        self.assertEqual(shared.status, 200)
        self.assertNotIn(b"/activity", shared.body)
        self.assertNotIn(b"not read yet:", shared.body)
        self.assertEqual([other.status for other in others], [403, 403, 403])

    def test_F53_policy(self) -> None:
        """Scripts of our own, nothing inline, no frames."""
        for path in ("/", "/activity", "/folders", f"/watch/{quote(MOON)}", "/watch/den/film"):
            allowed = self.policy(path)
            self.assertTrue(allowed.startswith("default-src 'none'; "))
            self.assertIn("frame-ancestors 'none'", allowed)
            self.assertNotIn("unsafe", allowed)
        self.assertNotIn("script-src", self.policy("/"))
