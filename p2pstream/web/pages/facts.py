"""Facts about a film in a line: how large, how long, who has it.  Pure."""

from __future__ import annotations

from p2pstream.content.text import count_text, duration_text, size_text
from p2pstream.web.icons import icon
from p2pstream.web.markup import Child, Markup, tag

__all__ = ["fact", "facts", "holders", "is_film", "kept_fact", "size_fact", "time_badge"]


def facts(*each: Child) -> Markup:
    """The line."""
    return tag.p(*each, class_="facts")


def fact(picture: str, text: str, more: str = "") -> Markup:
    """One of them; ``more`` is what only a longer look needs."""
    return tag.span(icon(picture), text, title=more or None)


def size_fact(length: int | None) -> Child:
    """Nothing where it is not known."""
    return None if length is None else tag.span(size_text(length))


def holders(seeds: int, viewers: int) -> Child:
    """Who has all of it, and who has a part, because they watch or fetch it."""
    if not seeds and not viewers:
        return tag.span("nobody has it now")
    watch = fact("eye", count_text(viewers, "viewer"), "who watch or fetch it, and give what they have")
    return fact("seed", count_text(seeds, "seed"), "who have all of it"), watch if viewers else None


def is_film(kind: str) -> bool:
    """Whether a browser has a chance with something of this media type."""
    return kind.startswith(("video/", "audio/"))


def kept_fact() -> Markup:
    """Of what is no film."""
    return tag.span("to keep", class_="tag", title="no film: a browser keeps it as a file")


def relays(count: int) -> Child:
    """Who sends a broadcast, or gives on what comes of it."""
    if not count:
        return tag.span("nobody sends it now")
    return fact("eye", count_text(count, "peer"), "who send it, or watch it and give it on")


def time_badge(seconds: float | None) -> Child:
    """How long it is; it lies on the picture."""
    return None if seconds is None else tag.span(duration_text(seconds), class_="time")
