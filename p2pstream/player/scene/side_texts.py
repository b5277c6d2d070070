"""Subtitles that belong to a film and are not in it.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from p2pstream.content.side import Facts, Side, unpack
from p2pstream.content.side.facts import SUBTITLES
from p2pstream.content.side.packfile import TEXT, Piece
from p2pstream.errors import PeerError
from p2pstream.values import value

__all__ = ["TextTrack", "text_tracks"]

#: How every file of WebVTT begins.  A player that guesses what a file is takes it for nothing else.
_WEBVTT = b"WEBVTT"


@value
class TextTrack:
    """One of them."""

    #: Printable, though a stranger gave it.
    name: str
    #: WebVTT.
    content: bytes


def text_tracks(content: bytes) -> Sequence[TextTrack]:
    """Those in side content, which a stranger made, in their order; none where it is none.

    It has those of the film's own tracks as well, for browsers, behind the others.
    """
    try:
        side = unpack(content, len(content))
    except PeerError:
        return ()
    tracks = [(piece, content[piece.start : piece.stop]) for piece in _beside(side)]
    return [TextTrack(piece.label or piece.language, text) for piece, text in tracks if _is_webvtt(text)]


def _beside(side: Side) -> Sequence[Piece]:
    own, found = _named_in(side.facts), list[Piece]()
    for piece in reversed(side.of(TEXT)):
        names = piece.language, piece.label
        if own[names]:
            own[names] -= 1
        else:
            found.append(piece)
    return found[::-1]


def _named_in(facts: Facts) -> Counter[tuple[str, str]]:
    """How often the film's own tracks have each language and label, as its side content names them."""
    texts = [track for track in facts.of(SUBTITLES) if track.is_text]
    return Counter((track.language, track.label or track.language or "subtitles") for track in texts)


def _is_webvtt(text: bytes) -> bool:
    behind = text[len(_WEBVTT) : len(_WEBVTT) + 1]
    return text.startswith(_WEBVTT) and (not behind or behind.isspace())
