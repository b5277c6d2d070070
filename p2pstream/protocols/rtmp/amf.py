"""AMF0, in which RTMP's commands are written (Action RtmpMessage Format, 2007).  Pure."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from enum import IntEnum

from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS

__all__ = ["Value", "decode", "encode"]

#: A number, a truth, text, an object, nothing, or a list.
Value = float | bool | str | dict[str, "Value"] | None | list["Value"]


class _Is(IntEnum):
    """What comes next (2.1)."""

    NUMBER = 0
    BOOLEAN = 1
    STRING = 2
    OBJECT = 3
    NULL = 5
    UNDEFINED = 6
    MAPPED = 8
    END = 9
    LIST = 10
    DATE = 11
    LONG_STRING = 12


def encode(*values: object) -> bytes:
    """Numbers, truths, texts, mappings and None, one behind the other.

    :raises TypeError: something else; a bug of ours.
    """
    return b"".join(_encoded(value) for value in values)


def _encoded(value: object) -> bytes:
    match value:
        case None:
            return bytes([_Is.NULL])
        case bool():
            return bytes([_Is.BOOLEAN, value])
        case int() | float():
            return struct.pack(">Bd", _Is.NUMBER, value)
        case str():
            return bytes([_Is.STRING]) + _text(value)
        case Mapping():
            fields = b"".join(_text(str(name)) + _encoded(field) for name, field in value.items())
            return bytes([_Is.OBJECT]) + fields + bytes([0, 0, _Is.END])
    raise TypeError(f"AMF has no {type(value).__name__}")


def _text(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2, "big") + raw


def decode(raw: bytes) -> list[Value]:
    """All values in a message; text that is no UTF-8 has marks where it is none.

    :raises PeerError: it ends in the middle of one, has a kind no publisher sends, or is
        larger or deeper than any command is.
    """
    reading = _AmfReading(raw)
    values = []
    while reading.rest:
        values.append(reading.value())
    return values


class _AmfReading:
    """A place in a message."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0
        self._values = 0

    @property
    def rest(self) -> int:
        """How many bytes are left."""
        return len(self._raw) - self._at

    def value(self, depth: int = 0) -> Value:
        """The next one."""
        self._values += 1
        if self._values > LIMITS.rtmp_values or depth > LIMITS.rtmp_depth:
            raise PeerError("an RTMP command is larger than any that a publisher needs")
        kind = self._take(1)[0]
        if kind == _Is.LIST:
            return [self.value(depth + 1) for _ in range(self._count())]
        if kind in (_Is.OBJECT, _Is.MAPPED):
            self._take(4 if kind == _Is.MAPPED else 0)
            return self._fields(depth)
        return self._scalar(kind)

    def _scalar(self, kind: int) -> Value:
        match kind:
            case _Is.NUMBER:
                return float(struct.unpack(">d", self._take(8))[0])
            case _Is.BOOLEAN:
                return bool(self._take(1)[0])
            case _Is.STRING | _Is.LONG_STRING:
                return self._text(2 if kind == _Is.STRING else 4)
            case _Is.NULL | _Is.UNDEFINED:
                return None
            case _Is.DATE:
                return float(struct.unpack(">dh", self._take(10))[0])
        raise PeerError(f"an RTMP command has a value of kind {kind}, which nothing is known of")

    def _fields(self, depth: int) -> dict[str, Value]:
        fields: dict[str, Value] = {}
        while True:
            name = self._text(2)
            if not name and self.rest and self._raw[self._at] == _Is.END:
                self._at += 1
                return fields
            fields[name] = self.value(depth + 1)

    def _count(self) -> int:
        count = int.from_bytes(self._take(4), "big")
        if count > self.rest:
            raise PeerError(f"an RTMP command promises {count} values and has {self.rest} bytes for them")
        return count

    def _text(self, width: int) -> str:
        return self._take(int.from_bytes(self._take(width), "big")).decode("utf-8", "replace")

    def _take(self, count: int) -> bytes:
        if count > self.rest:
            raise PeerError("an RTMP command ends in the middle of a value")
        self._at += count
        return self._raw[self._at - count : self._at]
