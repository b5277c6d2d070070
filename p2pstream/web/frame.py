"""What is around every page: the head, the way around, the foot.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from p2pstream.values import value
from p2pstream.web.icons import LOGO
from p2pstream.web.markup import DOCTYPE, Child, Markup, tag

__all__ = ["PageFrame", "PageLink"]


@value
class PageLink:
    """A link of the navigation."""

    text: str
    href: str
    here: bool = False


@value
class PageFrame:
    """One for all pages of a node.

    :ivar where: the path of an asset.
    :ivar what: what kind of node it is, in words.
    """

    where: Callable[[str], str]
    what: str
    version: str

    def page(
        self,
        title: str,
        *body: Child,
        top: Child = None,
        links: Sequence[PageLink] = (),
        scripts: Sequence[str] = (),
        token: str = "",
    ) -> bytes:
        """A whole page.

        :param top: beside the name of the house: a search field, as a rule.
        :param scripts: modules among the assets.
        :param token: what they need to change something.
        """
        head = tag.head(
            tag.meta(charset="utf-8"),
            tag.meta(name="viewport", content="width=device-width, initial-scale=1"),
            tag.meta(name="color-scheme", content="light dark"),
            tag.meta(name="token", content=token) if token else None,
            tag.title(title, " · p2pstream"),
            tag.link(rel="icon", href=self.where("logo.svg")),
            tag.link(rel="stylesheet", href=self.where("style.css")),
            [tag.script(type="module", src=self.where(name)) for name in scripts],
        )
        parts = self._header(top, links), tag.main(*body, id="main", class_="wide"), self._footer()
        return (DOCTYPE + tag.html(head, tag.body(*parts), lang="en") + "\n").encode("utf-8")

    def _header(self, top: Child, links: Sequence[PageLink]) -> Markup:
        brand = tag.a(LOGO, tag.span("p2pstream ", tag.small(self.what)), href="/", class_="brand")
        around = [
            tag.a(each.text, href=each.href, aria_current="page" if each.here else None) for each in links
        ]
        return Markup(
            tag.a("To the content", href="#main", class_="skip")
            + tag.header(
                tag.div(
                    brand,
                    top,
                    tag.nav(around, class_="nav", aria_label="Pages") if links else None,
                    class_="wide",
                ),
                class_="top",
            )
        )

    def _footer(self) -> Markup:
        # A browser that takes a film by itself proves nothing.
        proof = "Films come from peers; your own peer proves every byte of them."
        said = tag.span(f"p2pstream {self.version}"), tag.span(proof)
        return tag.footer(tag.div(*said, class_="wide"), class_="foot")
