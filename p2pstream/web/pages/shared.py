"""The front page of a peer: what it shares.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from p2pstream.content.shown import HashingSnapshot, ShownShare, ShownShares
from p2pstream.content.text import count_text, size_text
from p2pstream.web.frame import PageFrame, PageLink
from p2pstream.web.icons import icon
from p2pstream.web.markup import Child, Markup, tag
from p2pstream.web.pages.browse import Excerpt, search_field
from p2pstream.web.pages.facts import is_film, kept_fact, size_fact
from p2pstream.web.pages.wall import Poster, empty, wall

__all__ = ["peer_links", "reading_note", "share_path", "shared_page"]


def peer_links(here: str) -> list[PageLink]:
    """The ways around for whoever sits at the machine of the peer."""
    ways = (("Films", "/"), ("Activity", "/activity"), ("Folders", "/folders"))
    return [PageLink(text, href, href == here) for text, href in ways]


def share_path(name: str) -> str:
    """Where its bytes are."""
    return f"/share/{quote(name, safe='')}"


def shared_page(
    frame: PageFrame,
    shares: ShownShares,
    asked: Excerpt,
    hashing: HashingSnapshot,
    links: Sequence[PageLink],
) -> bytes:
    """The list, or what was found in it."""
    title = f"“{asked.shown}”" if asked.words else "Shared here"
    more = tag.a("More", href=Excerpt(asked.words, shares.after).path, class_="button", rel="next")
    back = tag.a("Back to the first", href=Excerpt(asked.words).path, class_="button bare")
    steps = tag.p(back if asked.after else None, more if shares.after else None, class_="row")
    said = f"{count_text(shares.count, 'file')}, {size_text(shares.length)}"
    return frame.page(
        title,
        tag.div(tag.h1(title), tag.p(said) if shares.count else None, class_="head"),
        reading_note(hashing) if links else None,
        wall(map(_poster, shares.shares)) if shares.shares else _nothing(asked, bool(links)),
        steps if asked.after or shares.after else None,
        top=search_field(asked.words),
        links=links,
    )


def reading_note(hashing: HashingSnapshot) -> Child:
    """How far it is with files that it reads for the first time; None where there are none."""
    if not hashing.files:
        return None
    bar = tag.progress(value=hashing.done, max=max(1, hashing.length), aria_label="Read so far")
    said = (
        f"{count_text(hashing.files, 'file')} not read yet: {size_text(hashing.done)} of"
        f" {size_text(hashing.length)}. Until then they are had from here by name, and are not listed."
    )
    return tag.div(icon("film"), tag.div(tag.p(said), bar, class_="fill"), class_="note warn", id="reading")


def _poster(share: ShownShare) -> Poster:
    film = is_film(share.type)
    states = {"hashing": "being read", "waiting": "not read yet", "ready": ""}
    state = states[share.state]
    line = (
        size_fact(share.length),
        tag.span(state, class_="tag") if state else None,
        None if film else kept_fact(),
    )
    name = quote(share.name, safe="")
    path = f"/watch/{name}" if film else share_path(share.name)
    # There is one only where a peer makes them; without, what lies below it is seen.
    picture = f"/side/{name}/picture.jpg" if film and share.key else ""
    return Poster(share.name, path, picture, share.duration_s, line)


def _nothing(asked: Excerpt, own: bool) -> Markup:
    if asked.words:
        return empty("search", f"Nothing is called “{asked.shown}”", "Every word must stand in the name.")
    if own:
        way = tag.a(icon("plus"), "Share a folder", href="/folders", class_="button main")
        return empty("folder", "Nothing is shared yet", "What lies in a shared folder appears here.", way)
    return empty("film", "Nothing is shared here at the moment")
