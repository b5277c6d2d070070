"""What workers answer, read as what it may be, and packed into one file.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from p2pstream.content.bencode import decode
from p2pstream.content.side.facts import Facts
from p2pstream.content.side.packfile import HEAD_BYTES, PICTURE, SHEET, TEXT, Piece, Storyboard, pack, unpack
from p2pstream.content.side.texts import SideText
from p2pstream.content.text import printable
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits

__all__ = ["packed", "read_facts", "read_pictures", "read_texts"]

Pictures = list[tuple[Piece, bytes]]

#: How every JPEG begins.
_JPEG = b"\xff\xd8\xff"


def read_facts(result: bytes, limits: Limits = LIMITS) -> Facts:
    """What is in a film.

    :raises PeerError: none of ours says so.
    """
    return Facts.decode(_said(result, limits).get(b"f"), limits)


def read_pictures(
    result: bytes, parts: Sequence[bytes], limits: Limits = LIMITS
) -> tuple[Facts, Pictures, Storyboard | None]:
    """The same, and pictures of it.

    :raises PeerError: none of ours says so.
    """
    said = _said(result, limits)
    kinds, numbers = said.get(b"k"), said.get(b"s")
    if not isinstance(kinds, list) or len(kinds) != len(parts):
        raise PeerError("its pictures are not as many as it says")
    if any(kind not in (PICTURE.encode(), SHEET.encode()) for kind in kinds):
        raise PeerError("its pictures are of no kind")
    if not all(part.startswith(_JPEG) for part in parts):
        raise PeerError("its pictures are none")
    pieces = [
        (Piece(kind.decode(), "image/jpeg", len(part)), part) for kind, part in zip(kinds, parts, strict=True)
    ]
    board = None
    if numbers:
        if not isinstance(numbers, list) or [type(each) for each in numbers] != [int] * 6:
            raise PeerError("its pictures to seek by are not as they are")
        board = Storyboard(*numbers)
    return Facts.decode(said.get(b"f"), limits), pieces, board


def read_texts(result: bytes, parts: Sequence[bytes], limits: Limits = LIMITS) -> list[SideText]:
    """Subtitles that are inside it.

    :raises PeerError: none of ours says so.
    """
    tracks = _said(result, limits).get(b"k")
    if not isinstance(tracks, list) or len(tracks) != len(parts):
        raise PeerError("its subtitles are not as many as it says")
    found = []
    for names, part in zip(tracks, parts, strict=True):
        if not isinstance(names, list) or [type(each) for each in names] != [bytes] * 2:
            raise PeerError("its subtitles have no names")
        language, label = (printable(each.decode("utf-8", "replace"), 60) for each in names)
        found.append(SideText(language, label or language or "subtitles", part))
    return found


def packed(
    facts: Facts,
    pictures: Pictures,
    board: Storyboard | None,
    texts: Sequence[SideText],
    limits: Limits = LIMITS,
) -> bytes:
    """The file; subtitles for which there is no room are left out.

    :param texts: each as WebVTT.
    :raises PeerError: its pictures leave no room for its index, or are not as they may be.
    """
    pieces = list(pictures)
    size = HEAD_BYTES + limits.bencode_bytes + sum(len(body) for _, body in pieces)
    if size > limits.side_bytes:
        raise PeerError(f"its pictures have {size} bytes")
    for text in texts:
        if size + len(text.raw) <= limits.side_bytes:
            size += len(text.raw)
            pieces.append((Piece(TEXT, "text/vtt", len(text.raw), text.language, text.label), text.raw))
    raw = pack(facts, pieces, board, limits)
    # What others would refuse is not offered to them.
    unpack(raw, len(raw), limits)
    return raw


def _said(result: bytes, limits: Limits) -> dict[bytes, Any]:
    said = decode(result, limits=limits)
    if not isinstance(said, dict):
        raise PeerError("it does not answer in words")
    return said
