"""A text as a QR code (ISO/IEC 18004): bytes, error correction M, versions 1 to 13.

Written here, in a page, so that whoever shares can show one without installing anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

__all__ = ["QR_BYTES", "qr_code"]

#: Rows of modules, true where dark; without the quiet zone.
Grid = list[list[bool]]

#: Of versions 1 to 13 at level M: codewords in all, of them for correction in each block, and blocks.
_VERSIONS = (
    (26, 10, 1), (44, 16, 1), (70, 26, 1), (100, 18, 2), (134, 24, 2), (172, 16, 4), (196, 18, 4),
    (242, 22, 4), (292, 22, 5), (346, 26, 5), (404, 30, 5), (466, 22, 8), (532, 22, 9),
)  # fmt: skip
#: The most that fit the largest of them.
QR_BYTES = 331
#: The field of 256 elements is that of x^8 + x^4 + x^3 + x^2 + 1.
_FIELD = 0x11D
#: Level M, as the format says it; what the 15 bits of it are divided by, and masked with.
_LEVEL_M, _FORMAT_POLYNOMIAL, _FORMAT_MASK, _VERSION_POLYNOMIAL = 0, 0x537, 0x5412, 0x1F25
_MASKS = (
    lambda x, y: (x + y) % 2 == 0,
    lambda x, y: y % 2 == 0,
    lambda x, y: x % 3 == 0,
    lambda x, y: (x + y) % 3 == 0,
    lambda x, y: (x // 3 + y // 2) % 2 == 0,
    lambda x, y: x * y % 2 + x * y % 3 == 0,
    lambda x, y: (x * y % 2 + x * y % 3) % 2 == 0,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2 == 0,
)
#: What looks like a finder pattern beside something light, and five or more of one colour.
_FINDERS = re.compile("(?=10111010000|00001011101)")
_RUNS = re.compile("0{5,}|1{5,}")


def qr_code(text: str) -> Grid | None:
    """The smallest that holds it; None where it has more than `QR_BYTES` in UTF-8."""
    content = text.encode("utf-8", "replace")
    for version, (codewords, correction, blocks) in enumerate(_VERSIONS, 1):
        room = codewords - correction * blocks
        if len(content) + (2 if version < 10 else 3) <= room:
            data = _data(content, room, 8 if version < 10 else 16)
            return _Drawing(version, _interleaved(data, correction, blocks)).best()
    return None


def _data(content: bytes, room: int, count_bits: int) -> bytes:
    """Mode, count, bytes, a terminator, and padding up to the last codeword."""
    bits = f"0100{len(content):0{count_bits}b}" + "".join(f"{byte:08b}" for byte in content)
    bits += "0" * min(4, 8 * room - len(bits))
    bits += "0" * (-len(bits) % 8)
    data = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    return (data + b"\xec\x11" * room)[:room]


def _interleaved(data: bytes, correction: int, count: int) -> bytes:
    """The first of each block, the second of each, and so on; then their corrections in the same way."""
    short, longer = divmod(len(data), count)
    blocks, at = [], 0
    for number in range(count):
        size = short + (number >= count - longer)
        blocks.append(data[at : at + size])
        at += size
    checks = [_remainder(block, correction) for block in blocks]
    return bytes([*_by_turns(blocks), *_by_turns(checks)])


def _by_turns(blocks: Sequence[bytes]) -> Iterator[int]:
    for place in range(max(map(len, blocks))):
        yield from (block[place] for block in blocks if place < len(block))


def _powers() -> tuple[list[int], list[int]]:
    """2 to the power of each number below 510, and of each element but 0 the number."""
    powers, numbers, element = [0] * 510, [0] * 256, 1
    for number in range(255):
        powers[number] = powers[number + 255] = element
        numbers[element] = number
        element = (element << 1) ^ (element >> 7) * _FIELD
    return powers, numbers


_POWERS, _NUMBERS = _powers()


def _times(left: int, right: int) -> int:
    return _POWERS[_NUMBERS[left] + _NUMBERS[right]] if left and right else 0


def _remainder(block: bytes, count: int) -> bytes:
    """What the block leaves when it is divided by (x - 1)(x - 2)(x - 4), and so on (Reed and Solomon)."""
    divisor, root = [0] * (count - 1) + [1], 1
    for _ in range(count):
        for place in range(count):
            divisor[place] = _times(divisor[place], root) ^ (divisor[place + 1] if place + 1 < count else 0)
        root = _times(root, 2)
    rest = [0] * count
    for byte in block:
        factor = byte ^ rest[0]
        rest = [left ^ _times(each, factor) for left, each in zip([*rest[1:], 0], divisor, strict=True)]
    return bytes(rest)


def _divided(value: int, polynomial: int) -> int:
    """The value with its remainder behind it, as BCH codes have it."""
    degree = polynomial.bit_length() - 1
    rest = value << degree
    while rest.bit_length() > degree:
        rest ^= polynomial << rest.bit_length() - degree - 1
    return value << degree | rest


class _Drawing:
    """One code, with what is fixed and what is data."""

    def __init__(self, version: int, codewords: bytes) -> None:
        self.size = size = 17 + 4 * version
        self.dark: Grid = [[False] * size for _ in range(size)]
        self.fixed: Grid = [[False] * size for _ in range(size)]
        self._patterns(version)
        bits = "".join(f"{byte:08b}" for byte in codewords)
        for bit, (x, y) in zip(bits, self._free(), strict=False):
            self.dark[y][x] = bit == "1"

    def best(self) -> Grid:
        """With the mask that readers like best."""
        return min((self._masked(mask) for mask in range(8)), key=_penalty)

    def _set(self, x: int, y: int, dark: bool) -> None:
        self.dark[y][x], self.fixed[y][x] = dark, True

    def _patterns(self, version: int) -> None:
        size = self.size
        for place in range(size):
            self._set(6, place, place % 2 == 0)
            self._set(place, 6, place % 2 == 0)
        for x, y in ((3, 3), (size - 4, 3), (3, size - 4)):
            self._square(x, y, 4)
        places = _alignments(version)
        corners = {(6, 6), (6, size - 7), (size - 7, 6)}
        for x in places:
            for y in places:
                if (x, y) not in corners:
                    self._square(x, y, 2)
        self._format(0)
        if version >= 7:
            told = _divided(version, _VERSION_POLYNOMIAL)
            for bit in range(18):
                across, along = size - 11 + bit % 3, bit // 3
                self._set(across, along, bool(told >> bit & 1))
                self._set(along, across, bool(told >> bit & 1))

    def _square(self, x: int, y: int, reach: int) -> None:
        """Rings around a point: dark, light, dark, and for a finder light again."""
        for across in range(-reach, reach + 1):
            for along in range(-reach, reach + 1):
                ring = max(abs(across), abs(along))
                if 0 <= x + across < self.size and 0 <= y + along < self.size:
                    light = (2, 4) if reach == 4 else (1,)
                    self._set(x + across, y + along, ring not in light)

    def _format(self, mask: int) -> None:
        told = _divided(_LEVEL_M << 3 | mask, _FORMAT_POLYNOMIAL) ^ _FORMAT_MASK
        size = self.size
        column = [(8, y) for y in (0, 1, 2, 3, 4, 5, 7, 8)] + [(x, 8) for x in (7, 5, 4, 3, 2, 1, 0)]
        row = [(size - 1 - bit, 8) for bit in range(8)] + [(8, size - 7 + bit) for bit in range(7)]
        for bit, places in enumerate(zip(column, row, strict=True)):
            for x, y in places:
                self._set(x, y, bool(told >> bit & 1))
        self._set(8, size - 8, True)

    def _free(self) -> Iterator[tuple[int, int]]:
        """Where data goes: up and down again, in columns of two from the right, past that of the timing."""
        for right in [*range(self.size - 1, 6, -2), 5, 3, 1]:
            up = not (right + 1) & 2
            for step in range(self.size):
                y = self.size - 1 - step if up else step
                yield from ((x, y) for x in (right, right - 1) if not self.fixed[y][x])

    def _masked(self, mask: int) -> Grid:
        self._format(mask)
        inverts = _MASKS[mask]
        return [
            [dark ^ (not fixed and inverts(x, y)) for x, (dark, fixed) in enumerate(zip(*rows, strict=True))]
            for y, rows in enumerate(zip(self.dark, self.fixed, strict=True))
        ]


def _alignments(version: int) -> list[int]:
    if version == 1:
        return []
    count, size = version // 7 + 2, 17 + 4 * version
    step = (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    return [6, *reversed([size - 7 - step * each for each in range(count - 1)])]


def _penalty(grid: Grid) -> int:
    """How hard it is to read: long runs, blocks, what looks like a finder, too much of one colour."""
    rows = ["".join("1" if dark else "0" for dark in row) for row in grid]
    columns = ["".join(column) for column in zip(*rows, strict=True)]
    score = sum(len(run[0]) - 2 for line in (*rows, *columns) for run in _RUNS.finditer(line))
    score += 40 * sum(len(_FINDERS.findall(line)) for line in (*rows, *columns))
    numbers = [int(row, 2) for row in rows]
    inner = (1 << len(rows) - 1) - 1
    for above, below in pairwise(numbers):
        differ = (above ^ below) | (above ^ above >> 1) | (below ^ below >> 1) | (above ^ below) >> 1
        score += 3 * (~differ & inner).bit_count()
    share = 100 * sum(number.bit_count() for number in numbers) / len(rows) ** 2
    return score + 10 * int(abs(share - 50) / 5)
