"""Why a film is not shown, a sentence each: what, which film, and what to do instead.  Pure."""

from __future__ import annotations

from p2pstream.content.text import duration_text, printable
from p2pstream.errors import CannotPlay

__all__ = ["why_unplayable"]


def why_unplayable(
    title: str, refused: bool, begun: bool, duration: float, start: float
) -> CannotPlay | None:
    """What to tell of a film that is over; None when there is nothing to complain of.

    :param refused: whether it was found to be a list of links.
    :param begun: whether a picture was seen, or a sound heard.
    :param duration: seconds in all; 0 when unknown.
    :param start: where it was to begin, in seconds.
    """
    name = printable(title)
    if refused:
        return CannotPlay(
            f"{name} is not played: it is text, or a playlist that would fetch "
            "something else from elsewhere, and no film"
        )
    if 0 < duration <= start:
        return CannotPlay(
            f"{name} is over after {duration_text(duration)}, and was to begin "
            f"at {duration_text(start)}; begin earlier"
        )
    if not begun:
        return CannotPlay(
            f"{name} cannot be played: no picture and no sound was found in it; "
            "fetch it with p2p-get and look at what it is"
        )
    return None
