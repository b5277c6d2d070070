"""The pages of a central, asked through its HTTP."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, unquote

from twisted.internet.defer import succeed

from p2pstream.content.keys import FileKey
from p2pstream.content.listed import Standing
from p2pstream.content.shown import ShownPeer
from p2pstream.limits import LIMITS
from p2pstream.testing.views.fake_views import FakeCentralView
from p2pstream.web.pages.central import central_pages
from tests.content.broadcasts import KEY
from tests.protocols.http.browser import Response, SiteCase
from tests.web.pages.reading import ATTACKS, Page

MOON = "a trip to the moon.mp4"


class CentralCase(SiteCase):
    """A central with its pages."""

    def setUp(self) -> None:
        """Three films."""
        self.serve(known={})
        self.view = FakeCentralView()
        self.node.resources.update(central_pages(self.view, replace(LIMITS, page_streams=3)))

    def page(self, path: str, status: int = 200, **headers: bytes) -> Page:
        """The page there."""
        got = self.get(path.encode("ascii"), **headers)
        self.assertEqual((got.status, got.headers["content-type"]), (status, "text/html; charset=utf-8"))
        return Page(got.body)

    def film(self, name: str = MOON, more: str = "") -> Page:
        """That of a film."""
        return self.page(f"/watch/{quote(name, safe='')}{more}")

    def policy(self, path: str) -> dict[str, str]:
        """What a browser may do there."""
        told = self.get(path.encode("ascii")).headers["content-security-policy"]
        return dict(each.split(" ", 1) for each in told.split("; "))


class BrowseTests(CentralCase):
    def test_films(self) -> None:
        """Each with its link, and who has it."""
        page = self.page("/")
        self.assertEqual(page.names, [stream.name for stream in self.view.listed])
        self.assertIn(f"/watch/{quote(MOON)}", page.links)
        for words in ("13:32", "734.0 MB", "1 seed", "1 viewer", "3 films from 2 peers"):
            self.assertIn(words, page.text)

    def test_heading(self) -> None:
        """Above the list stands what was looked for, with what is invisible spelled out; else what it is."""
        for asked, heading in (
            ("/", "Films"),
            ("/?q=moon", "“moon”"),
            ("/?q=%E2%80%AEmoon", "“\\u202emoon”"),
        ):
            page = self.page(asked)
            self.assertEqual(page.heading, heading)
            self.assertTrue(page.title.startswith(heading), page.title)

    def test_search(self) -> None:
        """What was looked for is found, and stands in the field again."""
        page = self.page("/?q=%20moon++silent")
        self.assertEqual(page.names, [MOON])
        self.assertIn("moon silent", page.values("value"))
        self.assertIn("1 film found", page.text)

    def test_nothing(self) -> None:
        """It says what to do."""
        self.assertIn("Nothing is called “zebra”", self.page("/?q=zebra").text)
        self.assertIn("“\\u202ear”", self.page("/?q=%E2%80%AEar").text)
        self.view.listed = []
        self.assertIn("p2p-peer", self.page("/").text)

    def test_pages_of_it(self) -> None:
        """At the bound all are on one page; one more is on the next."""
        self.assertNotIn("More", self.page("/").text)
        self.view.listed.append(replace(self.view.listed[0], name="zebra.mp4"))
        page = self.page("/")
        self.assertIn("/?after=3", page.links)
        self.assertEqual(self.page("/?after=3").names, ["zebra.mp4"])
        self.assertEqual(self.get(b"/?after=nowhere").status, 400)

    def test_F53_attacks(self) -> None:
        """No name makes an element, an attribute or another link."""
        film = self.view.listed[0]
        for attack in ATTACKS:
            self.view.listed = [replace(film, name="plain", tags=("plain",))]
            plain = self.page("/"), self.film("plain")
            # No name has one.
            attack = attack.replace("/", "")
            self.view.listed = [replace(film, name=attack, tags=(attack,))]
            for page, before in zip(
                (self.page(f"/?q={quote(attack[:9])}"), self.film(attack)), plain, strict=True
            ):
                # The field of a search is a page of its own.
                self.assertEqual(set(page.elements) - {"wbr"}, set(before.elements), attack)
                self.assertLessEqual(page.attributes, before.attributes | {("input", "value")}, attack)
                self.assertIn(attack, page.names, attack)
            watch = next(link for link in self.page("/").links if link.startswith("/watch/"))
            self.assertEqual(unquote(watch.removeprefix("/watch/")), attack)

    def test_F53_policy(self) -> None:
        """A list may use our scripts and anybody's pictures, and a film only ours and those who have it."""
        listed, film = self.policy("/"), self.policy(f"/watch/{quote(MOON)}")
        self.assertEqual(listed["default-src"], "'none'")
        self.assertEqual((listed["script-src"], listed["connect-src"]), ("'self'", "'self'"))
        self.assertEqual(film["script-src"], "'self'")
        self.assertEqual(film["media-src"], "'self' blob: http://10.0.0.1:2050")
        for allowed in (listed, film):
            self.assertEqual(allowed["frame-ancestors"], "'none'")
            self.assertNotIn("unsafe", str(allowed))


class FilmTests(CentralCase):
    def test_ways(self) -> None:
        """From whoever has all of it and serves HTTP; through the viewer's peer; by hand."""
        page = self.film()
        key = self.view.listed[0].key
        sources = [told["src"] for tag, told in page.marked if tag == "source"]
        self.assertEqual(sources, [f"http://10.0.0.1:2050/f/{key}/{quote(MOON)}"])
        self.assertIn(f"http://127.0.0.1:2050/watch/127.0.0.1:2050/{quote(MOON)}", page.links)
        self.assertEqual(
            page.values("data-copy"),
            [f"p2pstream://127.0.0.1:2050/{quote(MOON)}", f"p2p-play 127.0.0.1:2050 '{MOON}'"],
        )
        self.assertIn("QR code of http://10.0.0.9:2045/watch/", " ".join(page.values("aria-label")))
        self.assertIn("your own peer proves every byte", page.text)
        self.assertNotIn("each is proven", page.text)

    def test_a_broadcast(self) -> None:
        """Its playlist at each who gives it on; players are given the stream without end."""
        live = KEY.text
        self.view.listed[0] = replace(self.view.listed[0], live=True, key=live, length=None, pictures="")
        page = self.film()
        self.assertEqual(page.values("data-live"), [f"http://10.0.0.1:2050/live/{live}/index.m3u8"])
        self.assertEqual(page.values("data-side"), [])
        self.assertIn("Who gives it on", page.text)
        listed = self.get(f"/playlist/{quote(MOON)}".encode("ascii")).body.decode()
        self.assertIn(f"/live/{live}/stream.ts", listed)
        self.assertNotIn("m3u8", listed)

    def test_a_broadcast_that_ended(self) -> None:
        """Is a film that a peer wraps anew, though nothing lies beside it."""
        self.view.listed[0] = replace(self.view.listed[0], type="video/mp2t", pictures="")
        page, key = self.film(), self.view.listed[0].key
        self.assertEqual(page.values("data-remux"), [f"http://10.0.0.1:2050/remux/{key}"])
        self.assertEqual(page.values("data-side"), page.values("data-remux"))

    def test_left_with_who_fetched_it(self) -> None:
        """What belongs to it is at who has that by its key; else who has the film tells what is in it."""
        film, side = self.view.listed[0], FileKey(bytes(31) + b"x", 5)
        self.view.listed[0] = replace(film, pictures=side.text)
        self.view.keyed = lambda key, asker: succeed([ShownPeer("10.0.0.7:2050", http=True)])  # type: ignore[method-assign]
        page, remux = self.film(), f"http://10.0.0.1:2050/remux/{film.key}"
        by_key = f"http://10.0.0.7:2050/side/{quote(side.text, safe='')}"
        by_name = f"http://10.0.0.1:2050/side/{quote(MOON)}"
        self.assertEqual(page.values("data-side"), [f"{by_key} {by_name} {remux}"])
        self.assertEqual(page.values("data-remux"), [remux])
        self.assertIn("http://10.0.0.7:2050", self.policy(f"/watch/{quote(MOON)}")["connect-src"])

    def test_its_own_port(self) -> None:
        """Of a central that is called by its port nobody has to be told that."""
        page = self.page(f"/watch/{quote(MOON)}", host=b"den:2045")
        self.assertIn(f"p2p-play den '{MOON}'", page.values("data-copy"))

    def test_nobody(self) -> None:
        """It says that, and why there is nothing to press."""
        film = self.view.listed[0]
        self.view.listed[0] = replace(film, peers=(), seeds=0, viewers=0)
        page = self.film()
        self.assertNotIn("video", page.elements)
        self.assertIn("Nobody who has it is here", page.text)
        self.view.listed[0] = replace(film, peers=film.peers[1:])
        self.assertIn("Nobody who has it serves it to browsers", self.film().text)

    def test_others(self) -> None:
        """Of several of one name each has a page, and leads to the others."""
        other = replace(
            self.view.listed[0], standing=Standing.OTHER, key=self.view.listed[0].key.replace("b", "z")
        )
        self.view.listed.append(other)
        page = self.film()
        more = f"?key={quote(other.key, safe='')}"
        self.assertIn(f"/watch/{quote(MOON)}{more}", page.links)
        self.assertIn("Others of this name", page.text)
        page = self.film(more=more)
        self.assertIn(f"p2p-play 127.0.0.1:2050 {other.key}", page.values("data-copy"))
        self.assertIn(f"/watch/{quote(MOON)}", page.links)

    def test_signed_by_several(self) -> None:
        """One film that several have signed under one name is one film."""
        first = self.view.listed[0]
        self.view.listed = [first, replace(first, standing=Standing.OTHER, publisher="z" * 52)]
        self.assertEqual(self.page("/").names, [MOON])
        self.assertIn("1 film found", self.page("/?q=moon").text)
        self.assertNotIn("Others of this name", self.film().text)

    def test_not_there(self) -> None:
        """A name that nobody has, and one that is none."""
        self.assertIn("There is no such film", self.page("/watch/zebra", 404).text)
        self.assertIn("There is no such film", self.page("/watch/%00", 404).text)
        self.assertIn("There is no such film", self.page(f"/watch/{quote(MOON)}?key=x", 404).text)

    def test_told_by_whom(self) -> None:
        """Whoever asks is told of peers that may be told to them."""
        asked = []
        named = self.view.named
        self.view.named = lambda name, asker: asked.append(asker) or named(name, asker)  # type: ignore[method-assign,func-returns-value]
        self.film()
        self.assertEqual([asker and asker.host for asker in asked], ["127.0.0.1"])

    def test_no_film(self) -> None:
        """What no browser plays is kept, and nothing is pressed to watch it."""
        self.view.listed[0] = replace(self.view.listed[0], type="application/octet-stream")
        page = self.film()
        self.assertIn("Keep the file", page.text)
        self.assertNotIn("video", page.elements)
        self.assertIn("to keep", self.page("/").text)


class ElsewhereTests(CentralCase):
    def fetch(self, way: str, name: str = MOON) -> Response:
        """Something of a film that is no page."""
        return self.get(f"/{way}/{quote(name, safe='')}".encode("ascii"))

    def test_playlist(self) -> None:
        """For players: the film once, at the first who has it; what no browser is given is at none."""
        film = self.view.listed[0]
        (peer,) = (each for each in film.peers if each.http and each.seed)
        others = ShownPeer("10.0.0.6:2050"), peer, ShownPeer("10.0.0.7:2050", http=True)
        self.view.listed[0] = replace(film, peers=others)
        got = self.fetch("playlist")
        self.assertEqual((got.status, got.headers["content-type"]), (200, "audio/x-mpegurl"))
        first, title, address = got.body.decode().splitlines()
        self.assertEqual((first, title), ("#EXTM3U", f"#EXTINF:-1,{MOON}"))
        self.assertEqual(address, f"http://10.0.0.1:2050/f/{self.view.listed[0].key}/{quote(MOON)}")

    def test_F57_playlist(self) -> None:
        """No name has a line of its own."""
        name = "a\u2028http://evil.example/"
        self.view.listed = [replace(self.view.listed[0], name=name)]
        self.view.named = lambda asked, asker: FakeCentralView.named(self.view, name, asker)  # type: ignore[method-assign]
        lines = self.fetch("playlist").body.decode().splitlines()
        self.assertEqual(lines[1], "#EXTINF:-1,a\\u2028http://evil.example/")
        self.assertEqual(len(lines), 3)

    def test_playlist_of_nobody(self) -> None:
        """There is none."""
        self.view.listed[0] = replace(self.view.listed[0], peers=())
        self.assertEqual(self.fetch("playlist").status, 404)
        self.assertEqual(self.fetch("playlist", "zebra").status, 404)

    def places(self) -> list[str]:
        """Where the picture may be had, as a page finds out."""
        asked = [f"/picture/{quote(MOON)}?place={place}" for place in ("", "1", "2", "3", "x")]
        got = [self.get(each.encode("ascii")) for each in asked]
        return [each.headers["location"] for each in got if each.status == 302]

    def test_picture(self) -> None:
        """It is where the film is shared, or what belongs to it; those who are connected come first."""
        self.assertEqual(self.fetch("picture").status, 404)
        film, side = self.view.listed[0], FileKey(bytes(31) + b"x", 5)
        (peer,) = (each for each in film.peers if each.http and each.seed)
        self.view.listed[0] = replace(film, pictures=side.text)
        self.assertIn(f"/picture/{quote(MOON)}", self.page("/").links)
        by_name = f"http://10.0.0.1:2050/side/{quote(MOON)}/picture.jpg"
        self.assertEqual(self.fetch("picture").headers["location"], by_name)
        self.assertEqual(self.places(), [by_name])
        other = ShownPeer("10.0.0.7:2050", http=True)
        by_key = f"http://10.0.0.7:2050/side/{quote(side.text, safe='')}/picture.jpg"
        self.view.keyed = lambda key, asker: succeed([other])  # type: ignore[method-assign]
        self.assertEqual(self.places(), [by_key, by_name])
        self.view.listed[0] = replace(film, pictures=side.text, peers=(replace(peer, here=True),))
        self.assertEqual(self.places(), [by_name, by_key])
        self.view.keyed = lambda key, asker: succeed([other, peer])  # type: ignore[method-assign]
        self.assertEqual(self.places(), [by_key, by_key.replace("10.0.0.7", "10.0.0.1")])

    def test_ipv6(self) -> None:
        """An address with colons keeps its brackets."""
        film = self.view.listed[0]
        self.view.listed[0] = replace(film, peers=(ShownPeer("[2001:db8::1]:2050", http=True),))
        self.assertIn("http://[2001:db8::1]:2050/f/", self.fetch("playlist").body.decode())


class AssetTests(CentralCase):
    def test_for_ever(self) -> None:
        """What pages are made with has an address that never means anything else."""
        (style,) = (link for link in self.page("/").links if link.endswith(".css"))
        got = self.get(style.encode("ascii"))
        self.assertEqual((got.status, got.headers["content-type"]), (200, "text/css; charset=utf-8"))
        self.assertIn("immutable", got.headers["cache-control"])
        self.assertEqual(self.get(b"/assets/0123456789abcdef/style.css").status, 404)
        self.assertEqual(self.get(style.encode("ascii").replace(b"style.css", b"..%2Fframe.py")).status, 404)

    def test_whole(self) -> None:
        """Every script that a page or a script names is there."""
        for link in self.film().links:
            if link.startswith("/assets/"):
                self.assertEqual(self.get(link.encode("ascii")).status, 200, link)
