"""Why a film is not shown, a sentence each: what, which film, and what to do instead."""

from __future__ import annotations

from p2pstream.content.text import duration_text, printable
from p2pstream.errors import CannotPlay

__all__ = ["is_links", "no_film", "over_by_then"]


def is_links(title: str) -> CannotPlay:
    """What came is a list of what should be fetched, or any other text."""
    return CannotPlay(
        f"{printable(title)} is not played: it is text, or a playlist that would fetch "
        "something else from elsewhere, and no film"
    )


def over_by_then(title: str, duration: float, start: float) -> CannotPlay:
    """It was to begin at ``start``, and is over after ``duration``, both in seconds."""
    return CannotPlay(
        f"{printable(title)} is over after {duration_text(duration)}, and was to begin "
        f"at {duration_text(start)}; begin earlier"
    )


def no_film(title: str) -> CannotPlay:
    """Neither picture nor sound was found in it."""
    return CannotPlay(
        f"{printable(title)} cannot be played: no picture and no sound was found in it; "
        "fetch it with p2p-get and look at what it is"
    )
