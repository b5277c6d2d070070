"""How a film is to be shown: a value, the same for every player.  Pure."""

from __future__ import annotations

from p2pstream.values import value

__all__ = ["PlayerOptions"]


@value
class PlayerOptions:
    """What the person at the keyboard may choose; the defaults suit most."""

    #: The largest window to begin with, in pixels; it takes the shape of the film.
    size: tuple[int, int] = (1280, 720)
    fullscreen: bool = False
    #: Percent.
    volume: int = 100
    #: "auto" lets hardware decode where it can, "none" never.
    hardware: str = "auto"
    #: Path of a subtitle file; empty for none.
    subtitles: str = ""
    #: More options for libvlc, each beginning with ``--``: ``--aout=adummy`` is silence.
    libvlc: tuple[str, ...] = ()
