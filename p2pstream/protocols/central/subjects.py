"""What can be watched: a name, or a key.  Pure."""

from __future__ import annotations

from typing import Self

from p2pstream.protocols.central.fields import FULL_NAME_BYTES, Reader, bad
from p2pstream.values import value

__all__ = ["Subject"]

_NAME, _KEY = 0, 1


@value
class Subject:
    """Either a name or the bytes of a key."""

    name: str = ""
    key: bytes = b""

    def encode(self) -> bytes:
        """Which, and what."""
        return bytes((_KEY,)) + self.key if self.key else bytes((_NAME,)) + self.name.encode("utf-8")

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """All that is left of a message."""
        kind = reader.u8()
        if kind == _NAME:
            return cls(name=reader.name(reader.rest(FULL_NAME_BYTES)))
        if kind != _KEY:
            raise bad(f"nothing of the kind {kind} can be watched")
        subject = cls(key=reader.key())
        reader.end()
        return subject
