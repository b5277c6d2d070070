"""A clock in the picture, for people and for programs: the time at which it was drawn.  Pure.

For programs two rows of squares, white for one and black for nought: the unix time in ms
in 48 bits, highest first, then 8 bits of their sum.  Below it the time of day in UTC, for people.
Both are drawn into the luma alone, a byte per pixel.
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["CLOCK_HEIGHT", "CLOCK_WIDTH", "draw_clock", "read_clock"]

_SQUARE = 20
_COLUMNS, _ROWS = 28, 2
_BITS, _CHECK = 48, 8
_BLACK, _WHITE = 16, 235
#: What is brighter than white may be after coding, and what is darker than black.
_BRIGHT, _DARK = 180, 75
_DIGIT, _GAP = 24, 8

#: Pixels of the whole, from the upper left corner.
CLOCK_WIDTH = _SQUARE * _COLUMNS
CLOCK_HEIGHT = _SQUARE * _ROWS + 2 * _DIGIT + 2 * _GAP

#: Lit parts of a digit, as x, y, width and height on a grid of 4 by 8.
_PARTS = {
    "a": (0, 0, 4, 1), "b": (3, 0, 1, 4), "c": (3, 4, 1, 4), "d": (0, 7, 4, 1),
    "e": (0, 4, 1, 4), "f": (0, 0, 1, 4), "g": (0, 3, 4, 1),
}  # fmt: skip
_DIGITS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg")


def draw_clock(luma: memoryview, line: int, unix_ms: int) -> None:
    """Draw a time into the upper left corner.

    :param luma: of a picture of `CLOCK_WIDTH` by `CLOCK_HEIGHT` pixels at least.
    :param line: bytes from a pixel to the one below it.
    """
    _fill(luma, line, (0, 0, CLOCK_WIDTH, CLOCK_HEIGHT), _BLACK)
    for at, bit in enumerate(_bits(unix_ms)):
        row, column = divmod(at, _COLUMNS)
        if bit:
            _fill(luma, line, (column * _SQUARE, row * _SQUARE, _SQUARE, _SQUARE), _WHITE)
    unit, left = _DIGIT // 4, _GAP
    for digit in _time_of_day(unix_ms):
        for part in _DIGITS[digit] if digit is not None else ():
            x, y, width, height = _PARTS[part]
            box = (left + x * unit, _SQUARE * _ROWS + _GAP + y * unit, width * unit, height * unit)
            _fill(luma, line, box, _WHITE)
        left += _DIGIT + _GAP if digit is not None else _GAP


def read_clock(luma: memoryview | bytes, line: int) -> int | None:
    """The time in a picture, unix ms; None where none is to be read."""
    bits = []
    for at in range(_BITS + _CHECK):
        row, column = divmod(at, _COLUMNS)
        middle = (row * _SQUARE + _SQUARE // 2) * line + column * _SQUARE + _SQUARE // 2
        level = luma[middle]
        if _DARK < level < _BRIGHT:
            return None
        bits.append(int(level >= _BRIGHT))
    unix_ms = int("".join(map(str, bits[:_BITS])), 2)
    return unix_ms if bits == list(_bits(unix_ms)) else None


def _bits(unix_ms: int) -> Iterator[int]:
    raw = unix_ms.to_bytes(_BITS // 8, "big")
    for byte in (*raw, sum(raw) & 0xFF):
        yield from (byte >> at & 1 for at in range(7, -1, -1))


def _time_of_day(unix_ms: int) -> Iterator[int | None]:
    """Hours, minutes, seconds and ms; None between them."""
    seconds, ms = divmod(unix_ms, 1000)
    for number, width in ((seconds // 3600 % 24, 2), (seconds // 60 % 60, 2), (seconds % 60, 2)):
        yield from map(int, f"{number:0{width}}")
        yield None
    yield from map(int, f"{ms:03}")


def _fill(luma: memoryview, line: int, box: tuple[int, int, int, int], level: int) -> None:
    x, y, width, height = box
    row = bytes([level]) * width
    for start in range(y * line + x, (y + height) * line + x, line):
        luma[start : start + width] = row
