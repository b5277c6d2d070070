"""Pictures to seek by: which one is of which moment, and where it lies.  Pure."""

from __future__ import annotations

from p2pstream.content.side import Side, unpack
from p2pstream.content.side.packfile import SHEET
from p2pstream.errors import PeerError
from p2pstream.player.scene.shapes import SheetPart

__all__ = ["SeekPictures"]


class SeekPictures:
    """Those of one film.

    :param content: its side content, whose index is ``side``.
    """

    def __init__(self, side: Side, content: bytes) -> None:
        self._board = side.board
        self._sheets = [content[piece.start : piece.stop] for piece in side.of(SHEET)]

    @classmethod
    def read(cls, content: bytes) -> SeekPictures | None:
        """Out of side content, which a stranger made; None where there are none in it."""
        try:
            side = unpack(content, len(content))
        except PeerError:
            return None
        return cls(side, content) if side.board is not None else None

    def sheet(self, number: int) -> bytes:
        """The file of a sheet."""
        return self._sheets[number]

    def at(self, seconds: float) -> SheetPart | None:
        """The one that is of a moment of the film."""
        board = self._board
        if board is None:
            return None
        number = max(0, min(board.count - 1, int(seconds * 1000 / board.every_ms)))
        sheet, place = divmod(number, board.across * board.down)
        row, column = divmod(place, board.across)
        return SheetPart(sheet, column * board.width, row * board.height, board.width, board.height)
