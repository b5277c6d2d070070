"""The one range that a request may ask for (RFC 9110, section 14).  Pure."""

from __future__ import annotations

import re

__all__ = ["UNSATISFIABLE", "Span", "parse_range"]

#: Half-open.
Span = tuple[int, int]

#: Nothing of the stream lies in the range that was asked for.
UNSATISFIABLE: Span = (-1, -1)

_RANGE = re.compile(rb"bytes=[ \t]*(?:([0-9]+)-([0-9]*)|-([0-9]+))[ \t]*", re.IGNORECASE)
#: More digits than any length has; and Python refuses to read thousands of them.
_DIGITS = 19


def parse_range(header: bytes, length: int) -> Span | None:
    """What part of ``length`` bytes the value of a Range header asks for.

    None stands for the whole, and is also the answer to what is not understood: several
    ranges, other units, a reversed one.  A server may ignore those (section 14.2), and one
    that honours many ranges can be made to send a stream a thousand times over.

    :returns: `UNSATISFIABLE` where the stream has not one byte of it.
    """
    found = _RANGE.fullmatch(header)
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        return _suffix(_number(suffix), length)
    start = _number(first)
    stop = _number(last) + 1 if last else length
    if stop <= start and last:
        return None
    return (start, min(stop, length)) if start < length else UNSATISFIABLE


def _suffix(count: int, length: int) -> Span | None:
    if count == 0:
        return UNSATISFIABLE
    # Of nothing the last bytes are nothing, which no Content-Range can say.
    return (max(0, length - count), length) if length else None


def _number(digits: bytes) -> int:
    digits = digits.lstrip(b"0")
    return int(digits or b"0") if len(digits) <= _DIGITS else int(10**_DIGITS)
