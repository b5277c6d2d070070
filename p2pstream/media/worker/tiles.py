"""Small pictures: scaled, turned as the camera was held, put beside each other, and as JPEG."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av

from p2pstream.values import value

__all__ = ["Tile", "jpeg", "sheet", "tile_of", "tile_size"]

_FORMAT = "yuvj420p"
_BLACK = (0, 128, 128)
#: FFmpeg's scale of a JPEG's quality, 2 is best; then what is tried when one is too large.
_QUALITIES = (5, 9, 15)
#: With the index before it, the first unit of side content has the picture.
_JPEG_BYTES = 57_344


@value
class Tile:
    """A picture: light, and two of colour at half the size; rows without gaps."""

    size: tuple[int, int]
    planes: tuple[bytes, bytes, bytes]

    @classmethod
    def black(cls, size: tuple[int, int]) -> Tile:
        """One without a picture."""
        planes = (bytes((value,)) * (w * h) for value, (w, h) in zip(_BLACK, sizes(size), strict=True))
        return cls(size, tuple(planes))  # type: ignore[arg-type]

    @property
    def variety(self) -> float:
        """How different its points are: the variance of their light."""
        light = self.planes[0][::7]
        mean = sum(light) / len(light)
        return sum((value - mean) ** 2 for value in light) / len(light)


def sizes(size: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Width and height of each plane."""
    half = (size[0] // 2, size[1] // 2)
    return (size, half, half)


def tile_size(frame: Any, aspect: Fraction, width: int, height: int) -> tuple[int, int]:
    """As large as fits once it is turned, with even sides.

    :param aspect: how much wider than high a pixel is shown.
    """
    shown_width = max(1, frame.width * aspect)
    if _turns(frame) % 2:
        width, height = height, width
    scale = min(Fraction(width) / shown_width, Fraction(height, frame.height))
    return _even(shown_width * scale, width), _even(frame.height * scale, height)


def tile_of(frame: Any, size: tuple[int, int]) -> Tile:
    """The frame, so large, and then turned."""
    small = frame.reformat(size[0], size[1], format=_FORMAT)
    planes = [_rows(plane, w, h) for plane, (w, h) in zip(small.planes, sizes(size), strict=True)]
    for _ in range(_turns(frame)):
        planes = [_turned(plane, w, h) for plane, (w, h) in zip(planes, sizes(size), strict=True)]
        size = size[1], size[0]
    return Tile(size, (planes[0], planes[1], planes[2]))


def sheet(tiles: list[Tile], across: int, down: int) -> Tile:
    """All of one size, row by row."""
    blank = Tile.black(tiles[0].size)
    full = tiles + [blank] * (across * down - len(tiles))
    planes = []
    for at, (width, height) in enumerate(sizes(blank.size)):
        rows = []
        for first in range(0, across * down, across):
            beside = [tile.planes[at] for tile in full[first : first + across]]
            rows += [plane[row * width : (row + 1) * width] for row in range(height) for plane in beside]
        planes.append(b"".join(rows))
    size = blank.size[0] * across, blank.size[1] * down
    return Tile(size, (planes[0], planes[1], planes[2]))


def jpeg(tile: Tile) -> bytes:
    """As JPEG; rougher where it would be large."""
    raw = b""
    for quality in _QUALITIES:
        raw = _encoded(tile, quality)
        if len(raw) <= _JPEG_BYTES * (1 if tile.size[0] <= 480 else 2):
            break
    return raw


def _encoded(tile: Tile, quality: int) -> bytes:
    context = av.CodecContext.create("mjpeg", "w")
    context.width, context.height = tile.size
    context.pix_fmt, context.time_base = _FORMAT, Fraction(1, 25)
    context.options = {"qmin": str(quality), "qmax": str(quality), "threads": "1"}
    frame = av.VideoFrame(tile.size[0], tile.size[1], _FORMAT)
    frame.pts = 0
    for plane, rows, (width, height) in zip(frame.planes, tile.planes, sizes(tile.size), strict=True):
        plane.update(_padded(rows, width, height, plane.line_size, plane.buffer_size))
    return b"".join(bytes(packet) for packet in (*context.encode(frame), *context.encode(None)))


def _rows(plane: Any, width: int, height: int) -> bytes:
    raw, line = bytes(plane), plane.line_size
    return b"".join(raw[row * line : row * line + width] for row in range(height))


def _padded(rows: bytes, width: int, height: int, line: int, size: int) -> bytes:
    if line == width:
        return rows.ljust(size, b"\0")
    gap = bytes(line - width)
    return gap.join(rows[at : at + width] for at in range(0, width * height, width)).ljust(size, b"\0")


def _turns(frame: Any) -> int:
    """Quarter turns with the clock."""
    return round(-getattr(frame, "rotation", 0) / 90) % 4


def _turned(plane: bytes, width: int, height: int) -> bytes:
    """A quarter turn with the clock: each column, from the bottom, is a row."""
    last = (height - 1) * width
    return b"".join(
        plane[last + column :: -width] if column else plane[last::-width] for column in range(width)
    )


def _even(side: Fraction | float, most: int) -> int:
    return max(16, min(most, round(side / 2) * 2))
