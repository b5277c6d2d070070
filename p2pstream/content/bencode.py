"""Canonical bencode: one value has one spelling, and what is spelt otherwise is refused.

As BEP 3 has it, and strictly: keys ascend and are unique, numbers have no leading zeros
and no ``-0``, nothing stands behind the value.  So what was signed can be written again
byte for byte.

A value is an `int` of 64 bits with a sign, `bytes`, a `list`, or a `dict` whose keys are
`bytes`.
"""

from __future__ import annotations

import re
from typing import Any

from p2pstream.codes import Code
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits

__all__ = ["Value", "decode", "encode"]

Value = Any

_LEAST, _MOST = -(2**63), 2**63 - 1
_NUMBER = re.compile(rb"i(0|-?[1-9][0-9]{0,18})e")
_LENGTH = re.compile(rb"(0|[1-9][0-9]{0,9}):")


def encode(value: Value, *, most_bytes: int | None = None, limits: Limits = LIMITS) -> bytes:
    """The one spelling of ``value``.

    :param most_bytes: of the result; the table's bound if None.
    :raises ValueError: it has none, or one that `decode` would refuse; a bug of ours.
    """
    spelling = _Spelling(limits)
    spelling.add(value, 0)
    raw = b"".join(spelling.parts)
    most = limits.bencode_bytes if most_bytes is None else most_bytes
    if len(raw) > most:
        raise ValueError(f"cannot encode: {len(raw)} bytes, and {most} are the most")
    return raw


def decode(raw: bytes, *, most_bytes: int | None = None, limits: Limits = LIMITS) -> Value:
    """The value that ``raw``, all of it, spells.

    :param most_bytes: that ``raw`` may have; the table's bound if None.
    :raises PeerError: with `Code.BAD_MESSAGE`: it is not canonical, or larger, deeper or fuller than allowed.
    """
    most = limits.bencode_bytes if most_bytes is None else most_bytes
    if len(raw) > most:
        raise _bad(f"it has {len(raw)} bytes, and {most} are the most")
    reading = _Reading(raw, limits)
    value = reading.value(0)
    if reading.place != len(raw):
        raise _bad(f"something stands behind it, at byte {reading.place}")
    return value


class _Spelling:
    """A value on its way into bytes."""

    def __init__(self, limits: Limits) -> None:
        self.parts: list[bytes] = []
        self._limits = limits
        self._items = 0

    def add(self, value: Value, depth: int) -> None:
        """Spell one value, which stands inside ``depth`` others."""
        self._items += 1
        if self._items > self._limits.bencode_items + 1:
            raise ValueError(f"cannot encode: more than {self._limits.bencode_items} items")
        if isinstance(value, bytes):
            self.parts.append(b"%d:%b" % (len(value), value))
        elif isinstance(value, int) and not isinstance(value, bool):
            if not _LEAST <= value <= _MOST:
                raise ValueError("cannot encode: a number of more than 64 bits")
            self.parts.append(b"i%de" % value)
        else:
            self._add_items(value, depth + 1)

    def _add_items(self, value: Value, depth: int) -> None:
        if depth > self._limits.bencode_depth:
            raise ValueError(f"cannot encode: deeper than {self._limits.bencode_depth}")
        if isinstance(value, list):
            self.parts.append(b"l")
            for item in value:
                self.add(item, depth)
        elif isinstance(value, dict) and all(isinstance(key, bytes) for key in value):
            self.parts.append(b"d")
            for key in sorted(value):
                self.parts.append(b"%d:%b" % (len(key), key))
                self.add(value[key], depth)
        else:
            raise ValueError(f"cannot encode: {type(value).__name__} has no spelling")
        self.parts.append(b"e")


class _Reading:
    """Bytes on their way into a value."""

    def __init__(self, raw: bytes, limits: Limits) -> None:
        self._raw = raw
        self._limits = limits
        self._items = 0
        #: How far it was read.
        self.place = 0

    def value(self, depth: int) -> Value:
        """The value that begins here, inside ``depth`` others."""
        self._items += 1
        if self._items > self._limits.bencode_items + 1:
            raise _bad(f"it has more than {self._limits.bencode_items} items")
        kind = self._raw[self.place : self.place + 1]
        if kind == b"i":
            return self._number()
        if kind not in (b"l", b"d"):
            return self._string()
        if depth == self._limits.bencode_depth:
            raise _bad(f"it is deeper than {self._limits.bencode_depth}, at byte {self.place}")
        self.place += 1
        return self._list(depth + 1) if kind == b"l" else self._dict(depth + 1)

    def _number(self) -> int:
        found = _NUMBER.match(self._raw, self.place)
        number = int(found[1]) if found else None
        if found is None or number is None or not _LEAST <= number <= _MOST:
            raise _bad(f"there is no number as numbers are written, at byte {self.place}")
        self.place = found.end()
        return number

    def _string(self) -> bytes:
        found = _LENGTH.match(self._raw, self.place)
        if found is None:
            raise _bad(f"no value begins at byte {self.place}")
        start, stop = found.end(), found.end() + int(found[1])
        if stop > len(self._raw):
            raise _bad(f"it ends within a string, which begins at byte {start}")
        self.place = stop
        return bytes(self._raw[start:stop])

    def _list(self, depth: int) -> list[Value]:
        items = []
        while not self._ended():
            items.append(self.value(depth))
        return items

    def _dict(self, depth: int) -> dict[bytes, Value]:
        items: dict[bytes, Value] = {}
        last: bytes | None = None
        while not self._ended():
            place = self.place
            key = self._string()
            if last is not None and key <= last:
                raise _bad(f"its keys are not in order, each once, at byte {place}")
            items[key] = self.value(depth)
            last = key
        return items

    def _ended(self) -> bool:
        ended = self._raw[self.place : self.place + 1] == b"e"
        self.place += ended
        return ended


def _bad(why: str) -> PeerError:
    return PeerError(f"not a bencoded message: {why}", Code.BAD_MESSAGE)
