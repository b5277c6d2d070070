"""The page of a film at a peer: one that it shares, or that it fetches for its user.  Pure."""

from __future__ import annotations

from collections.abc import Sequence

from p2pstream.content.text import size_text
from p2pstream.values import value
from p2pstream.web.frame import PageFrame, PageLink
from p2pstream.web.icons import icon
from p2pstream.web.markup import Child, Markup, spelled, tag
from p2pstream.web.pages.blank import blank
from p2pstream.web.pages.facts import facts
from p2pstream.web.pages.film import copied
from p2pstream.web.pages.wall import empty

__all__ = ["Watched", "nothing_page", "watching_page"]


@value
class Watched:
    """What the page is told."""

    name: str
    #: Where its bytes are, on this peer.
    source: str
    #: Where what belongs to it is (its picture, seek pictures, subtitles); empty for nowhere.
    side: str = ""
    #: Where it is wrapped anew for browsers; empty for nowhere.
    remux: str = ""
    #: Bytes in all; None while unknown.
    length: int | None = None
    #: The central and the name, where it is fetched; empty for what is shared.
    central: str = ""
    #: To be pasted elsewhere, and typed.
    link: str = ""
    command: str = ""
    #: Where players find it.
    playlist: str = ""
    #: Where its segments are listed, if it should turn out to be a broadcast; empty for nowhere.
    live: str = ""
    #: The page as a QR code, where others can open it.
    code: Child = None


def watching_page(frame: PageFrame, film: Watched, links: Sequence[PageLink] = ()) -> bytes:
    """A player, how the fetching goes, and other ways to it."""
    main = tag.div(_stage(film), _about(film), class_="stack")
    aside = tag.aside(_elsewhere(film), _keys(), class_="stack", aria_label="Other ways to watch")
    return frame.page(
        film.name,
        tag.div(main, aside, class_="beside"),
        links=links,
        scripts=["copy.js", "watch.js"],
    )


def _stage(film: Watched) -> Markup:
    video = tag.video(
        tag.source(src=film.source), controls=True, preload="none", playsinline=True, aria_label=film.name
    )
    watch = tag.button(icon("play"), "Watch", type="button", class_="button main watch", hidden=True)
    return tag.div(
        video, tag.div(blank(film.name), class_="poster"), watch, class_="stage", data_player=True,
        data_side=film.side or None, data_remux=film.remux or None, data_live=film.live or None,
        data_fetched=film.name if film.central else None,
    )  # fmt: skip


def _about(film: Watched) -> Markup:
    size = None if film.length is None else tag.span(size_text(film.length))
    where = tag.span("listed at ", tag.code(film.central)) if film.central else None
    fetching = tag.section(
        tag.h2("Fetching"),
        tag.p("It begins when you press Watch.", class_="soft", id="fetching", role="status"),
        tag.ul(class_="list", id="sources"),
        class_="card",
    )
    return tag.div(
        tag.div(tag.h1(spelled(film.name)), facts(size, where), class_="title"),
        tag.p("", role="status", class_="note bad", hidden=True, id="trouble"),
        fetching if film.central else None,
        class_="stack",
    )


def _elsewhere(film: Watched) -> Markup:
    code = tag.div(film.code, class_="code-picture") if film.code else None
    return tag.section(
        tag.h2("On another screen" if code else "In another player"),
        tag.a(icon("screen"), "Open in VLC", href=film.playlist, class_="button") if film.playlist else None,
        tag.a(icon("down"), "Keep the file", href=film.source, class_="button", download=film.name),
        copied("Link", film.link) if film.link else None,
        copied("In a terminal", film.command) if film.command else None,
        code,
        tag.p("Scan it to open this page on a phone.", class_="small soft") if code else None,
        class_="card",
    )


def _keys() -> Markup:
    keys = (
        ("space", "pause, go on"),
        ("← →", "5 seconds"),
        ("j l", "10 seconds"),
        ("0 9", "from tenth to tenth"),
        ("↑ ↓", "louder, softer"),
        ("m", "mute"),
        ("c", "subtitles"),
        ("f", "full screen"),
        ("[ ]", "slower, faster"),
    )
    rows = [(tag.dt([(tag.kbd(each), " ") for each in key.split()]), tag.dd(what)) for key, what in keys]
    return tag.section(tag.h2("Keys"), tag.dl(rows, class_="pair small"), class_="card keys")


def nothing_page(frame: PageFrame, title: str, said: str, links: Sequence[PageLink] = ()) -> bytes:
    """There is nothing to be watched there."""
    return frame.page(
        title, empty("film", title, tag.bdi(said), tag.a("What is shared here", href="/")), links=links
    )
