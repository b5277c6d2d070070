"""Side content: what a stream has beside it, so that much of it is known before any of it is here.

The sharing peer makes it once: how long the film is and what is in it, a picture, small
pictures to seek by, subtitles.  All of it is one small stream of its own, which the
film's record names by its key (``docs/decisions/side-content``).
"""

from __future__ import annotations

from p2pstream.content.side.browsers import Playable, playable
from p2pstream.content.side.facts import Facts, FilmTrack
from p2pstream.content.side.packfile import Piece, Side, Storyboard, pack, unpack
from p2pstream.content.side.storyboard import storyboard_vtt

__all__ = [
    "Facts",
    "FilmTrack",
    "Piece",
    "Playable",
    "Side",
    "Storyboard",
    "pack",
    "playable",
    "storyboard_vtt",
    "unpack",
]
