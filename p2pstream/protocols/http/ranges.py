"""The ranges that a request may ask for (RFC 9110, section 14).  Pure."""

from __future__ import annotations

import re
from itertools import pairwise

from p2pstream.limits import LIMITS

__all__ = ["UNSATISFIABLE", "Span", "parse_ranges"]

#: Half-open.
Span = tuple[int, int]

#: Nothing of the stream lies in what was asked for, or it was asked for in a way that is refused.
UNSATISFIABLE: tuple[Span, ...] = ()

_HEADER = re.compile(rb"bytes=(.*)", re.IGNORECASE | re.DOTALL)
_RANGE = re.compile(rb"(?:([0-9]+)-([0-9]*)|-([0-9]+))")
#: More digits than any length has; and Python refuses to read thousands of them.
_DIGITS = 19


def parse_ranges(header: bytes, length: int, most: int = LIMITS.http_ranges) -> tuple[Span, ...] | None:
    """What parts of ``length`` bytes the value of a Range header asks for, in order.

    None stands for the whole, and is the answer to what is not understood: other units, a
    reversed range, none at all; a server may ignore those (section 14.2).  Parts of which
    the stream has nothing are left out.

    One request must not have a stream sent many times over, so those that are more than
    ``most``, overlap, or do not ascend are `UNSATISFIABLE`, as all are that begin behind the end.
    """
    found = _HEADER.fullmatch(header)
    # Of nothing there is no part, which a Content-Range could name.
    if found is None or not length:
        return None
    # Empty elements of a list count for nothing (section 5.6.1).
    wanted = [each for each in (part.strip(b" \t") for part in found[1].split(b",")) if each]
    if not wanted or len(wanted) > most:
        return UNSATISFIABLE if wanted else None
    spans = [_span(each, length) for each in wanted]
    there = [span for span in spans if span is not None and span[0] < span[1]]
    if None in spans:
        return None
    ascending = all(before[1] <= after[0] for before, after in pairwise(there))
    return tuple(there) if ascending else UNSATISFIABLE


def _span(wanted: bytes, length: int) -> Span | None:
    """One range, cut to what is there; empty where nothing is; None: it is no range."""
    found = _RANGE.fullmatch(wanted)
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        return max(0, length - _number(suffix)), length
    start, stop = _number(first), _number(last) + 1 if last else length
    if last and stop <= start:
        return None
    return (start, min(stop, length)) if start < length else (length, length)


def _number(digits: bytes) -> int:
    digits = digits.lstrip(b"0")
    return int(digits or b"0") if len(digits) <= _DIGITS else int(10**_DIGITS)
