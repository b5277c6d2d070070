"""Elements, and what cannot be made of them."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.web.markup import Markup, joined, tag
from tests import strategies as profile  # noqa: F401


class Reader(HTMLParser):
    """What a browser makes of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Noted."""
        self.elements.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data: str) -> None:
        """Noted."""
        self.text += data


class MarkupTests(SynchronousTestCase):
    def test_elements(self) -> None:
        """They nest, take their attributes in order, and leave out what is nothing."""
        made = tag.p("a ", tag.b("c", class_="d"), None, [" ", 7], hidden=True, id=None, title="e")
        self.assertEqual(made, '<p hidden title="e">a <b class="d">c</b> 7</p>')

    def test_empty_elements(self) -> None:
        """What can hold nothing has no end."""
        self.assertEqual(tag.input(name="q", aria_label="Search"), '<input name="q" aria-label="Search">')

    def test_joined(self) -> None:
        """Markup stays, and all else is text."""
        self.assertEqual(joined([Markup("<b>"), "<b>", [None, "&"]]), "<b>&lt;b&gt;&amp;")

    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
    def test_F53_any_text(self, text: str) -> None:
        """No text makes an element or an attribute, and a browser reads it as it was."""
        read = Reader(tag.p(text, title=text, data_name=text))
        self.assertEqual((read.elements, read.text), (["p"], text))
        self.assertEqual(read.attributes, {"title": text, "data-name": text})

    def test_F53_ways(self) -> None:
        """A link leads where pages of ours lead, or there is none."""
        for way in ("/share/a", "#a", "?q=a", "http://192.0.2.1/", "https://a", "p2pstream://a/b"):
            self.assertIn(way, tag.a(href=way))
        for way in (
            "javascript:alert(1)",
            " javascript:",
            "data:text/html,a",
            "//a",
            "/\\a",
            "/\t/a",
            "",
            "a",
        ):
            for name in ("href", "src", "action", "poster", "formaction"):
                with self.assertRaises(ValueError, msg=f"{name} {way}"):
                    tag.a(**{name: way})

    def test_F53_what_runs(self) -> None:
        """Nothing that runs can be written."""
        for name in ("onclick", "onload", "style", "srcdoc", "http_equiv"):
            with self.assertRaises(ValueError):
                tag.p(**{name: "a"})
