"""Films side by side.  Pure."""

from __future__ import annotations

from collections.abc import Iterable

from p2pstream.values import value
from p2pstream.web.icons import icon
from p2pstream.web.markup import Child, Markup, spelled, tag
from p2pstream.web.pages.blank import blank
from p2pstream.web.pages.facts import facts, time_badge

__all__ = ["Poster", "empty", "wall"]


@value
class Poster:
    """One film on the wall."""

    name: str
    href: str
    #: Where its picture is; empty for none.
    picture: str = ""
    duration_s: float | None = None
    facts: Child = None
    #: Whether anybody has it.
    here: bool = True


def wall(stills: Iterable[Poster]) -> Markup:
    """All of them."""
    return tag.ul(map(_still, stills), class_="wall")


def _still(still: Poster) -> Markup:
    picture = tag.div(
        blank(still.name, still.picture),
        time_badge(still.duration_s),
        tag.span(icon("play"), class_="go"),
        class_="still",
    )
    title = tag.h2(tag.a(spelled(still.name), href=still.href))
    return tag.li(picture, tag.div(title, facts(still.facts)), class_="film" if still.here else "film nobody")


def empty(picture: str, title: str, *said: Child) -> Markup:
    """What stands where nothing is."""
    return tag.div(icon(picture), tag.h2(title), *(tag.p(each) for each in said), class_="empty")
