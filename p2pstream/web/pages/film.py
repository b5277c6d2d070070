"""The page of one film at a central: play it here, or take it elsewhere.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from p2pstream.content.listed import Standing
from p2pstream.content.shown import ShownPeer, ShownStream
from p2pstream.content.text import size_text
from p2pstream.values import value
from p2pstream.web.frame import PageFrame
from p2pstream.web.icons import icon
from p2pstream.web.live.places import PLAYLIST, PLAYLIST_KIND, live_path
from p2pstream.web.markup import Child, Markup, spelled, tag
from p2pstream.web.pages.blank import blank
from p2pstream.web.pages.browse import film_path, picture_path, search_field
from p2pstream.web.pages.facts import facts, holders, is_film, relays, size_fact, time_badge
from p2pstream.web.pages.wall import empty
from p2pstream.web.pages.ways import command, peer_page

__all__ = ["Film", "copied", "film_page", "givers", "nameless_page", "origins", "source_of"]

#: Containers that no browser opens.
_WRAPPED = frozenset({"video/mp2t", "video/x-matroska", "video/x-msvideo"})


@value
class Film:
    """What the page is told."""

    stream: ShownStream
    #: Others of the same name.
    others: Sequence[ShownStream]
    #: Where the viewer's peer finds the central: ``192.0.2.1``.
    central: str
    #: ``p2pstream://…``; empty where the name can be in none.
    link: str
    #: The page itself as a QR code; None for none.
    code: Child = None
    #: Where what belongs to it may be: ``http://PEER/side/…``.
    sides: Sequence[str] = ()


def source_of(peer: ShownPeer, stream: ShownStream, part: str = PLAYLIST) -> str:
    """Where a peer has it for browsers.

    :param part: of a broadcast.
    """
    if stream.live:
        return f"http://{peer.address}{live_path(stream.key, part)}"
    way = (
        f"f/{stream.key}/{quote(stream.name, safe='')}"
        if stream.key
        else f"share/{quote(stream.name, safe='')}"
    )
    return f"http://{peer.address}/{way}"


def givers(stream: ShownStream) -> list[ShownPeer]:
    """Those from whom a browser may take it, which cannot put parts of several together."""
    return [peer for peer in stream.peers if peer.http and peer.seed]


def origins(stream: ShownStream) -> list[str]:
    """The addresses of those, as a policy names them."""
    return [f"http://{peer.address}" for peer in givers(stream)]


def film_page(frame: PageFrame, film: Film) -> bytes:
    """A player, what is known of the film, and other ways to it."""
    stream = film.stream
    main = tag.div(_stage(film), _about(film), class_="stack")
    aside = tag.aside(_own_peer(film), _elsewhere(film), class_="stack", aria_label="Other ways to watch")
    return frame.page(
        stream.name,
        tag.div(main, aside, class_="beside"),
        top=search_field(),
        scripts=["copy.js", "watch.js"],
    )


def _stage(film: Film) -> Markup:
    stream = film.stream
    sources = [source_of(peer, stream) for peer in givers(stream)]
    live, kind = (" ".join(sources), PLAYLIST_KIND) if stream.live else (None, None)
    if not sources:
        here = "serves it to browsers" if stream.seeds or stream.viewers else "is here"
        why = f"Nobody who has it {here} at the moment."
        return tag.div(
            tag.div(blank(stream.name), class_="poster"),
            tag.div(icon("warning"), tag.p(why, tag.br(), "Try it through your own peer."), class_="over"),
            class_="stage",
        )
    if stream.type and not is_film(stream.type):
        keep = tag.a(icon("down"), "Keep the file", href=sources[0], class_="button", download=stream.name)
        said = tag.div(tag.p("It is no film; a browser keeps it as a file."), keep, class_="over")
        return tag.div(tag.div(blank(stream.name), class_="poster"), said, class_="stage")
    video = tag.video(
        [tag.source(src=each, type=kind) for each in sources], controls=True, preload="none",
        playsinline=True, crossorigin="anonymous", aria_label=stream.name,
    )  # fmt: skip
    poster = tag.div(blank(stream.name, picture_path(stream)), time_badge(stream.duration_s), class_="poster")
    watch = tag.button(icon("play"), "Watch", type="button", class_="button main watch", hidden=True)
    sides, remuxes = _beside(film)
    return tag.div(
        video, poster, watch, class_="stage", data_player=True, data_live=live,
        data_duration=stream.duration_s and round(stream.duration_s, 1),
        data_side=sides, data_remux=remuxes,
    )  # fmt: skip


def _beside(film: Film) -> tuple[str | None, str | None]:
    """Where what belongs to it may be, and where it is wrapped anew; None for nowhere.

    Of what nothing lies beside, who wraps it finds out what is in it: of what no browser opens, as
    a broadcast that ended, and of a film that is left with those who fetched nothing but the film.
    """
    stream = film.stream
    if not stream.key or stream.live or not (stream.pictures or stream.type in _WRAPPED):
        return None, None
    remuxes = [f"{each}/remux/{stream.key}" for each in origins(stream)]
    return " ".join([*film.sides, *remuxes]), " ".join(remuxes)


def _about(film: Film) -> Markup:
    stream = film.stream
    line = facts(
        tag.span("live", class_="tag main") if stream.live else size_fact(stream.length),
        relays(stream.seeds + stream.viewers) if stream.live else holders(stream.seeds, stream.viewers),
        [tag.span(each, class_="tag") for each in stream.tags],
    )
    return tag.div(
        tag.div(tag.h1(spelled(stream.name)), line, class_="title"),
        tag.p("", role="status", class_="note bad", hidden=True, id="trouble"),
        _peers(stream),
        _others(film),
        class_="stack",
    )


def _peers(stream: ShownStream) -> Child:
    if not stream.peers:
        return None
    rows = [
        tag.li(
            tag.div(
                tag.code(peer.address),
                tag.span(_part(stream, peer), class_="number"),
                class_="line",
            )
        )
        for peer in stream.peers
    ]
    more = stream.seeds + stream.viewers - len(rows)
    said = tag.p(f"and {more} more", class_="small soft") if more > 0 else None
    return tag.section(
        tag.h2("Who gives it on" if stream.live else "Who has it"),
        tag.ul(rows, class_="list"),
        said,
        class_="card",
    )


def _part(stream: ShownStream, peer: ShownPeer) -> str:
    if stream.live:
        return "gives it on"
    return "all of it" if peer.seed else "a part"


def _others(film: Film) -> Child:
    if not film.others:
        return None
    rows = [
        tag.li(
            tag.div(
                tag.a(spelled(other.name), href=film_path(other)),
                tag.span("" if other.length is None else size_text(other.length), class_="number"),
                tag.span(_standing(other), class_="number"),
                class_="line",
            )
        )
        for other in film.others
    ]
    said = "Different films can have one name; each is proven to be what its publisher signed."
    return tag.section(
        tag.h2("Others of this name"),
        tag.p(said, class_="small soft"),
        tag.ul(rows, class_="list"),
        class_="card",
    )


def _standing(stream: ShownStream) -> str:
    return {
        Standing.OWNER: "who had the name first",
        Standing.OTHER: f"signed by {stream.publisher[:8]}…",
        Standing.MAPPED: "listed by hand, not proven",
    }[stream.standing]


def _own_peer(film: Film) -> Markup:
    wanted = film.stream.key if film.stream.standing is Standing.OTHER else film.stream.name
    said = (
        "Your own peer fetches from everyone at once, proves every byte, plays what a browser alone cannot,"
        " and gives on what it has."
    )
    go = tag.a(icon("peers"), "Watch through my peer", href=peer_page(film.central, wanted), class_="button")
    return tag.section(
        tag.h2("With p2pstream"),
        tag.p(said, class_="small soft"),
        go,
        tag.p("The button needs a p2p-peer that runs on this machine.", class_="small soft"),
        copied("Link", film.link) if film.link else None,
        copied("In a terminal", command(film.central, wanted)),
        class_="card",
    )


def copied(label: str, text: str) -> Markup:
    """Something to be pasted elsewhere; without a script it can be marked."""
    button = tag.button(
        icon("copy"), tag.span("Copy", class_="hush"), type="button", class_="button slim bare",
        data_copy=text, hidden=True, title="Copy",
    )  # fmt: skip
    return tag.div(
        tag.span(label, class_="label"), tag.div(tag.code(text, tabindex="0"), button, class_="copy")
    )


def _elsewhere(film: Film) -> Markup:
    to_vlc = tag.a(
        icon("screen"),
        "Open in VLC",
        href=film_path(film.stream).replace("/watch/", "/playlist/", 1),
        class_="button",
    )
    code = tag.div(film.code, class_="code-picture") if film.code else None
    return tag.section(
        tag.h2("On another screen"),
        to_vlc if origins(film.stream) else None,
        code,
        tag.p("Scan it to open this page on a phone.", class_="small soft") if code else None,
        class_="card",
    )


def nameless_page(frame: PageFrame, name: str) -> bytes:
    """There is no film of that name."""
    return frame.page(
        "Not found",
        empty(
            "film",
            "There is no such film",
            tag.bdi(f"Nothing is called “{name}” here."),
            tag.a("All films", href="/"),
        ),
        top=search_field(),
    )
