"""Lists of who has a film, as download managers read them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from p2pstream.content.keys import FileKey, LiveKey, parse_key
from p2pstream.content.names import decode_name
from p2pstream.content.shown import ShownPeer
from p2pstream.errors import BadName
from p2pstream.testing.views.fake_views import FakeCentralView
from p2pstream.web.metalink import Metalinks, metalink
from tests import strategies as profile  # noqa: F401
from tests.protocols.http.browser import SiteCase

KEY = FileKey(b"k" * 32, 1_000_000)
OTHER = FileKey(b"x" * 32, 5)
PEERS = (
    ShownPeer("10.0.0.1:2050", http=True),
    ShownPeer("10.0.0.2:2050", http=False),
    ShownPeer("[fd00::1]:2050", http=True),
    ShownPeer("10.0.0.4:2050", seed=False, http=True),
)


def read(text: bytes) -> tuple[str, int, list[str]]:
    """The name, the length, and where it is."""
    space = "{urn:ietf:params:xml:ns:metalink}"
    (file,) = ElementTree.fromstring(text).findall(f"{space}file")
    urls = [str(url.text) for url in file.findall(f"{space}url")]
    return file.attrib["name"], int(file.findtext(f"{space}size") or -1), urls


class ListTests(SiteCase):
    def test_who_is_on_it(self) -> None:
        """Those who have all of it and serve it over HTTP, the best first."""
        name, length, urls = read(metalink("a film.mp4", KEY, PEERS))
        self.assertEqual((name, length), ("a film.mp4", 1_000_000))
        path = f"/f/{KEY.text.replace(':', '%3A')}/a%20film.mp4"
        self.assertEqual(urls, [f"http://10.0.0.1:2050{path}", f"http://[fd00::1]:2050{path}"])

    @given(st.one_of(st.text(max_size=60), st.sampled_from(['"/><url>x', "&lt;.mp4", "]]>.mp4"])))
    def test_F53_any_name(self, name: str) -> None:
        """It is a name, and no element; it comes back as it was."""
        try:
            name = decode_name(name.encode("utf-8", "surrogatepass"))
        except BadName:
            return
        told, _, urls = read(metalink(name, KEY, PEERS))
        self.assertEqual((told, len(urls)), (name, 2))


class PlaceTests(SiteCase):
    def setUp(self) -> None:
        """A central that lists a film."""
        super().setUp()
        self.serve(known={})
        self.view = FakeCentralView()
        self.film = self.view.listed[0] = replace(
            self.view.listed[0], key=KEY.text, length=KEY.length, peers=PEERS
        )
        self.node.resources[b"m"] = Metalinks(self.view)

    def ask(self, *sent: bytes, **link: Any) -> Any:
        """From another machine."""
        return super().ask(*sent, hosts=("192.168.1.9", "192.168.1.7"))

    def test_by_name_and_by_key(self) -> None:
        """Of the same film, for the pages of any site as well."""
        by_name = self.get(f"/m/{quote(self.film.name)}.meta4".encode())
        kind = by_name.headers["content-type"]
        self.assertEqual((by_name.status, kind), (200, "application/metalink4+xml"))
        self.assertEqual(by_name.headers["access-control-allow-origin"], "*")
        name, length, urls = read(by_name.body)
        self.assertEqual((name, length, len(urls)), (self.film.name, self.film.length, 2))
        by_key = read(self.get(b"/m/" + self.film.key.encode() + b".meta4").body)
        self.assertEqual(by_key[0], self.film.key.replace(":", "-"))
        self.assertEqual(by_key[1:2], (self.film.length,))
        self.assertIsInstance(parse_key(self.film.key), FileKey)

    def test_nothing_there(self) -> None:
        """Other names and keys, one that nobody signed, one that nobody serves, and what is none."""
        self.view.listed[1] = replace(self.view.listed[1], name="nobody.mp4", peers=PEERS[1:2])
        for path in (
            b"", b"x.meta4", b"old%20film.avi.meta4", b"nobody.mp4.meta4", OTHER.text.encode() + b".meta4",
            LiveKey(bytes(31) + b"\x02").text.encode() + b".meta4", b"p2ps:f-x.meta4", b".meta4", b"film.mp4",
            b"%2e%2e.meta4", b"%FF.meta4",
        ):  # fmt: skip
            self.assertEqual(self.get(b"/m/" + path).status, 404, path)
