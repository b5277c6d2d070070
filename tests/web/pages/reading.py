"""A page, as a browser reads it."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["ATTACKS", "Page"]

ATTACKS = [
    "<script>alert(1)</script>.mp4", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)",
    "javascript:alert(1)", "</bdi></a><a href='x'>", "<!--", "-->", "]]>", "&lt;b&gt;", "&#x3c;b>",
    "</style><style>*{}", "</title><script>", "%3Cscript%3E", "{{7*7}}", "${7*7}", "?query", "#fragment",
    "a..%2f..%2fb", "p2ps:x", "x" * 200,
]  # fmt: skip


class Page(HTMLParser):
    """Its elements, attributes, links, and texts."""

    def __init__(self, page: bytes | str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[str] = []
        #: Each with the attributes of its element.
        self.marked: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.names: list[str] = []
        #: What stands in its ``h1``, and in its title.
        self.heading = self.title = ""
        self._depth = 0
        self._within = ""
        self.feed(page.decode("utf-8") if isinstance(page, bytes) else page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Noted."""
        self.elements.append(tag)
        self._within = tag
        self.marked.append((tag, dict(attrs)))
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "poster")]
        if tag == "bdi":
            self.names.append("")
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        """What follows is not in it."""
        self._depth -= tag == "bdi"
        self._within = ""

    def handle_data(self, data: str) -> None:
        """Noted."""
        self.text += data
        self.heading += data if self._within == "h1" else ""
        self.title += data if self._within == "title" else ""
        if self._depth:
            self.names[-1] += data

    def values(self, name: str) -> list[str]:
        """All values of that attribute."""
        return [attributes[name] or "" for _, attributes in self.marked if name in attributes]
