r"""The file that side content is in.

::

    "p2ps-side-1\n"  12 bytes
    length           4 bytes, big endian: of the index
    index            a canonical dictionary (`content.bencode`)
    pieces           one behind the other, in the order of the index, to the end

    f  facts (`facts`): c container, d duration in ms, t tracks
    i  pieces, each: k kind, m media type, n bytes, l language, t label
    s  pictures to seek by: e ms from one to the next, n how many, w and h of one in pixels,
       x and y of them on a sheet

A field without a value is left out.  The first 64 KiB, one unit, have the index and nearly
always the picture: who shows a list fetches no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Any

from p2pstream.content.bencode import decode, encode
from p2pstream.content.side.facts import Facts, number_field, text_field
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = [
    "HEAD_BYTES",
    "PICTURE",
    "SHEET",
    "TEXT",
    "Piece",
    "Side",
    "Storyboard",
    "pack",
    "read_index",
    "unpack",
]

MAGIC = b"p2ps-side-1\n"
_LENGTH = Struct(">I")
#: What tells how long the index is.
HEAD_BYTES = len(MAGIC) + _LENGTH.size

#: Kinds of pieces, and what they may be.
PICTURE, SHEET, TEXT = "picture", "sheet", "subtitles"
_TYPES = {PICTURE: ("image/jpeg", "image/webp", "image/png"), TEXT: ("text/vtt",)}
_TYPES[SHEET] = _TYPES[PICTURE]


@value
class Piece:
    """One thing in it."""

    kind: str
    mime: str
    length: int
    language: str = ""
    label: str = ""
    #: Where in the file it begins.
    start: int = 0

    @property
    def stop(self) -> int:
        """Where it ends."""
        return self.start + self.length


@value
class Storyboard:
    """Pictures to seek by: row by row on each sheet, sheet by sheet."""

    every_ms: int
    count: int
    width: int
    height: int
    across: int
    down: int

    @property
    def sheets(self) -> int:
        """How many sheets that takes."""
        return -(-self.count // (self.across * self.down))


@value
class Side:
    """The index of a file of side content."""

    facts: Facts
    pieces: tuple[Piece, ...] = ()
    board: Storyboard | None = None

    def of(self, kind: str) -> tuple[Piece, ...]:
        """The pieces of a kind, in their order."""
        return tuple(piece for piece in self.pieces if piece.kind == kind)

    @property
    def picture(self) -> Piece | None:
        """What stands for the film in a list."""
        return next(iter(self.of(PICTURE)), None)


def pack(
    facts: Facts,
    pieces: Iterable[tuple[Piece, bytes]],
    board: Storyboard | None = None,
    limits: Limits = LIMITS,
) -> bytes:
    """The file.

    :raises ValueError: it would be larger than such files are; a bug of ours.
    """
    given = list(pieces)
    said: dict[bytes, Any] = {b"f": facts.encode(), b"i": [_said(piece, body) for piece, body in given]}
    if board is not None:
        said[b"s"] = dict(zip(_BOARD, _numbers(board), strict=True))
    index = encode(said, limits=limits)
    raw = b"".join([MAGIC, _LENGTH.pack(len(index)), index, *(body for _, body in given)])
    if len(raw) > limits.side_bytes:
        raise ValueError(f"side content of {len(raw)} bytes, and {limits.side_bytes} are the most")
    return raw


def read_index(head: bytes, limits: Limits = LIMITS) -> int:
    """How many bytes of the file there are before its pieces, as its first `HEAD_BYTES` say.

    :raises PeerError: it is no such file.
    """
    if len(head) < HEAD_BYTES or not head.startswith(MAGIC):
        raise PeerError("this is no side content")
    (length,) = _LENGTH.unpack_from(head, len(MAGIC))
    if length > limits.bencode_bytes:
        raise PeerError(f"the index of side content has {length} bytes")
    return HEAD_BYTES + int(length)


def unpack(raw: bytes, length: int, limits: Limits = LIMITS) -> Side:
    """The index at the beginning of a file; a stranger's.

    :param raw: as much of the file as `read_index` says, or more.
    :param length: of the whole file.
    :raises PeerError: one line.
    """
    begin = read_index(raw, limits)
    if length > limits.side_bytes or len(raw) < begin:
        raise PeerError(f"side content of {length} bytes is not as such files are")
    said = decode(raw[HEAD_BYTES:begin], limits=limits)
    if not isinstance(said, dict) or not isinstance(said.get(b"i", []), list):
        raise PeerError("the index of side content is not as indexes are")
    pieces, at = list[Piece](), begin
    for each in said.get(b"i", []):
        pieces.append(_piece(each, at, limits))
        at = pieces[-1].stop
    if at != length:
        raise PeerError(f"the pieces of side content end at byte {at} of {length}")
    board = _board(said[b"s"], pieces, limits) if b"s" in said else None
    return Side(Facts.decode(said.get(b"f"), limits), tuple(pieces), board)


_BOARD = (b"e", b"n", b"w", b"h", b"x", b"y")


def _numbers(board: Storyboard) -> tuple[int, ...]:
    return (board.every_ms, board.count, board.width, board.height, board.across, board.down)


def _said(piece: Piece, body: bytes) -> dict[bytes, Any]:
    said: dict[bytes, Any] = {
        b"k": piece.kind.encode(),
        b"m": piece.mime.encode(),
        b"n": len(body),
        b"l": piece.language.encode(),
        b"t": piece.label.encode(),
    }
    return {at: value for at, value in said.items() if value or at == b"n"}


def _piece(said: Any, start: int, limits: Limits) -> Piece:
    if not isinstance(said, dict):
        raise PeerError("a piece of side content is no dictionary")
    kind, mime = text_field(said, b"k", limits), text_field(said, b"m", limits)
    if mime not in _TYPES.get(kind, ()):
        # One of a kind that is not known yet is there for others.
        kind, mime = "", ""
    length = number_field(said, b"n")
    return Piece(kind, mime, length, text_field(said, b"l", limits), text_field(said, b"t", limits), start)


def _board(said: Any, pieces: Sequence[Piece], limits: Limits) -> Storyboard:
    if not isinstance(said, dict):
        raise PeerError("the seek pictures of side content are not as they are")
    board = Storyboard(*(number_field(said, at) for at in _BOARD))
    sizes = (board.width, board.height, board.across * board.width, board.down * board.height)
    if not min(_numbers(board)) or max(sizes) > limits.side_sheet_pixels:
        raise PeerError("the seek pictures of side content have no size that they may have")
    sheets = sum(piece.kind == SHEET for piece in pieces)
    if board.count > limits.side_tiles or board.sheets != sheets:
        raise PeerError(f"{board.count} seek pictures are not on {sheets} sheets")
    return board
