"""The pages, as a browser reads them."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.views import Offered
from p2pstream.protocols.http.pages import CENTRAL_PAGE, POLICY, index_page
from tests import strategies as profile  # noqa: F401

ATTACKS = [
    "<script>alert(1)</script>.mp4", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)",
    "javascript:alert(1)", "</bdi></a><a href='x'>", "<!--", "-->", "]]>", "&lt;b&gt;", "&#x3c;b>",
    "</style><style>*{}", "%3Cscript%3E", "\u202egpj.exe", "a\u2028b", "{{7*7}}", "${7*7}", "?query",
    "#fragment", "..%2f..%2f", "x" * 200,
]  # fmt: skip

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


class Reader(HTMLParser):
    """What elements and attributes there are, and the text of each name."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.names: list[str] = []
        self.style = ""
        self.text = ""
        self._inside = ""
        self.feed(page.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Noted."""
        self.elements.append(tag)
        self._inside = tag
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag == "bdi":
            self.names.append("")

    def handle_endtag(self, tag: str) -> None:
        """What follows is not in it."""
        self._inside = ""

    def handle_data(self, data: str) -> None:
        """Noted, where it belongs."""
        if self._inside == "style":
            self.style = data
        elif self._inside == "bdi":
            self.names[-1] += data
        self.text += data


def read(*names: str, most: int = 1000) -> Reader:
    """The page of these names, a kilobyte each."""
    return Reader(index_page([Offered(name, 1000) for name in names], most))


class IndexTests(SynchronousTestCase):
    def test_names_and_sizes(self) -> None:
        """Each once, in the order of an alphabet that does not know capitals."""
        page = read("Zebra.mp4", "apple.mp4", "Äpfel.mp4")
        self.assertEqual(page.names, ["apple.mp4", "Zebra.mp4", "Äpfel.mp4"])
        self.assertEqual(page.links, ["/share/apple.mp4", "/share/Zebra.mp4", "/share/%C3%84pfel.mp4"])
        self.assertIn("3 files, 3.0 kB.", page.text)

    def test_nothing(self) -> None:
        """An empty peer says so."""
        page = read()
        self.assertIn("Nothing is shared here at the moment.", page.text)
        self.assertNotIn("ul", page.elements)

    def test_more_than_most(self) -> None:
        """At the bound all, beyond it the first, and that these are not all."""
        self.assertIn("2 files", read("a", "b", most=2).text)
        page = read("a", "b", "c", most=2)
        self.assertEqual(page.names, ["a", "b"])
        self.assertIn("The first 2 of the files that are shared here", page.text)

    def test_F53_attacks(self) -> None:
        """No name makes an element or an attribute, and each link leads where it says."""
        self.check(ATTACKS)

    @given(st.lists(NAMES, max_size=5, unique=True))
    def test_F53_any_names(self, names: list[str]) -> None:
        """The same for every text there is."""
        self.check(names)

    def check(self, names: list[str]) -> None:
        """Nothing but our own elements, and every name as it is."""
        page, plain = read(*names), read(*(f"{number}" for number in range(len(names))))
        self.assertEqual(page.elements, plain.elements)
        self.assertEqual(page.attributes, plain.attributes)
        self.assertCountEqual(page.names, names)
        for link, name in zip(page.links, page.names, strict=True):
            self.assertEqual(unquote(link.removeprefix("/share/")), name)
            self.assertNotRegex(link.removeprefix("/share/"), "[^A-Za-z0-9%_.~-]")

    def test_policy(self) -> None:
        """The style is the one that the policy allows, and there is nothing else to allow."""
        for page in (read("a.mp4"), Reader(CENTRAL_PAGE)):
            digest = b64encode(sha256(page.style.encode()).digest()).decode()
            self.assertIn(f"'sha256-{digest}'", POLICY)
            self.assertTrue(POLICY.startswith("default-src 'none'; "))
            self.assertLessEqual({"script", "img", "link", "iframe", "form"} & set(page.elements), set())
            self.assertNotIn("style", {name for _, name in page.attributes})

    def test_both_lights(self) -> None:
        """It is fit for phones, by day and by night."""
        page = index_page([], 1000)
        self.assertIn(b"prefers-color-scheme: dark", page)
        self.assertIn(b'name="viewport"', page)
