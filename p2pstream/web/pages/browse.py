"""The front page of a central: what it lists, and a search.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

from p2pstream.content.listed import Standing
from p2pstream.content.shown import CatalogueCounts, ShownStream, ShownStreams
from p2pstream.content.text import count_text, printable
from p2pstream.values import value
from p2pstream.web.frame import PageFrame
from p2pstream.web.icons import icon
from p2pstream.web.markup import Child, Markup, tag
from p2pstream.web.pages.asking import asked_for
from p2pstream.web.pages.facts import holders, is_film, kept_fact, relays, size_fact
from p2pstream.web.pages.wall import Poster, empty, wall

__all__ = ["Excerpt", "browse_page", "distinct", "film_path", "picture_path", "search_field"]


@value
class Excerpt:
    """What of the list is asked for."""

    words: str = ""
    after: str = ""

    @classmethod
    def of(cls, args: Mapping[bytes, list[bytes]]) -> Excerpt:
        """What a query asks for."""
        return cls(" ".join(asked_for(args, "q").split()), asked_for(args, "after"))

    @property
    def shown(self) -> str:
        """The words, for people: whoever made a link chose them."""
        return printable(self.words)

    @property
    def path(self) -> str:
        """Where that is."""
        asked = {name: value for name, value in (("q", self.words), ("after", self.after)) if value}
        return f"/?{urlencode(asked)}" if asked else "/"


def search_field(words: str = "") -> Markup:
    """A search that needs no script."""
    field = tag.input(
        type="search", name="q", value=words, placeholder="Search films", aria_label="Search films",
        class_="field", maxlength=200, autocomplete="off", enterkeyhint="search",
    )  # fmt: skip
    button = tag.button(icon("search"), tag.span("Search", class_="hush"), type="submit", class_="button")
    return tag.form(field, button, action="/", method="get", role="search", class_="search")


def film_path(stream: ShownStream) -> str:
    """Its page; that of an other publisher's is told apart by its key."""
    path = f"/watch/{quote(stream.name, safe='')}"
    return (
        path
        if stream.standing is Standing.OWNER or not stream.key
        else f"{path}?{urlencode({'key': stream.key})}"
    )


def picture_path(stream: ShownStream) -> str:
    """Where its picture is; empty where it has none."""
    return film_path(stream).replace("/watch/", "/picture/", 1) if stream.pictures else ""


def browse_page(frame: PageFrame, found: ShownStreams, counts: CatalogueCounts, asked: Excerpt) -> bytes:
    """The list, or what was found in it."""
    title = f"“{asked.shown}”" if asked.words else "Films"
    more = tag.a("More", href=Excerpt(asked.words, found.after).path, class_="button", rel="next")
    back = tag.a("Back to the first", href=Excerpt(asked.words).path, class_="button bare")
    steps = tag.p(back if asked.after else None, more if found.after else None, class_="row")
    return frame.page(
        title,
        tag.div(tag.h1(title), tag.p(_said(found, counts, asked)), class_="head"),
        wall(map(_still, distinct(found.streams))) if found.streams else _nothing(asked),
        steps if asked.after or found.after else None,
        top=search_field(asked.words),
        scripts=["pictures.js"],
    )


def distinct(streams: Iterable[ShownStream]) -> list[ShownStream]:
    """Each film once: several publishers may have signed one name for one key."""
    kept = {
        (stream.name, stream.key or str(place)): stream for place, stream in reversed([*enumerate(streams)])
    }
    return list(reversed(kept.values()))


def _still(stream: ShownStream) -> Poster:
    other = tag.span("another publisher’s", title="the name was taken by somebody else first")
    line = (
        tag.span("live", class_="tag main") if stream.live else size_fact(stream.length),
        relays(stream.seeds + stream.viewers) if stream.live else holders(stream.seeds, stream.viewers),
        kept_fact() if stream.type and not is_film(stream.type) else None,
        other if stream.standing is Standing.OTHER else None,
    )
    here = bool(stream.seeds or stream.viewers)
    return Poster(stream.name, film_path(stream), picture_path(stream), stream.duration_s, line, here)


def _said(found: ShownStreams, counts: CatalogueCounts, asked: Excerpt) -> Child:
    if not asked.words:
        peers = f" from {count_text(counts.peers, 'peer')}" if counts.peers else ""
        return f"{count_text(counts.names, 'film')}{peers}"
    count = len(distinct(found.streams))
    return f"{count_text(count, 'film')} found" if not (found.after or asked.after) else "films found"


def _nothing(asked: Excerpt) -> Markup:
    if asked.words:
        hint = "A film is found by the beginnings of the words of its name, in any order."
        return empty("search", f"Nothing is called “{asked.shown}”", hint)
    how = (
        "Whoever runs ",
        tag.code("twistd -n p2p-peer --central HOST"),
        " with the address of this page is listed here.",
    )
    return empty("film", "Nothing is listed yet", how)
