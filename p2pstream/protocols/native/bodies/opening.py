"""Messages that open and close channels, and ask for what belongs to a stream.  Pure."""

from __future__ import annotations

import re
from struct import Struct
from typing import Any

from p2pstream.content import bencode
from p2pstream.content.keys import Key, decode_key, key_bytes
from p2pstream.errors import BadKey, PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.native.bodies.body import Fixed, Message, impossible
from p2pstream.values import value

__all__ = ["Close", "Meta", "MetaGet", "Open", "Opened"]

_UNIT_LOG2 = 16
_META = Struct(">HH")
_MIME = re.compile(rb"[a-z]{1,20}/[A-Za-z0-9.+-]{1,60}")


@value
class Open(Message):
    """A channel about this stream is to be opened; its number is that of the frame."""

    type = 0x10
    sender = "either"
    most = 41 + LIMITS.bencode_bytes

    key: Key
    #: The sender may ask for units of it.
    wants: bool = True
    #: The sender gives units of it: those that it has, or will have from here.
    offers: bool = False
    #: The sender wants to be told of others, and tells of them.
    exchanges: bool = False

    def pack(self) -> bytes:
        """See `Message`."""
        said = {b"r": self.wants | self.offers << 1} | ({b"x": 1} if self.exchanges else {})
        return self.key.encode() + bencode.encode(said)

    @classmethod
    def unpack(cls, body: bytes) -> Open:
        """See `Message`."""
        size = key_bytes(body[0] if body else 0)
        try:
            key = decode_key(body[:size])
        except BadKey as fault:
            raise impossible(f"Open: {fault}") from None
        said = bencode.decode(body[size:])
        role = _number(said, b"r")
        if not 1 <= role <= 3:
            raise impossible(f"Open: it neither wants nor offers: r is {role}")
        return cls(key, bool(role & 1), bool(role & 2), _number(said, b"x", 0) == 1)


@value
class Opened(Message):
    """The stream is here.  All but the unit's size are hints for people and players."""

    type = 0x11
    sender = "either"
    most = 1 + LIMITS.bencode_bytes

    mime: str = ""
    duration_ms: int = 0
    #: Bits a second, 0 unknown.
    rate: int = 0
    #: The sender wants to be told of others, and tells of them.
    exchanges: bool = False

    def pack(self) -> bytes:
        """See `Message`."""
        said = {b"br": self.rate, b"dur": self.duration_ms, b"mime": self.mime.encode()}
        said[b"x"] = int(self.exchanges)
        return bytes([_UNIT_LOG2]) + bencode.encode({name: value for name, value in said.items() if value})

    @classmethod
    def unpack(cls, body: bytes) -> Opened:
        """See `Message`."""
        if body[:1] != bytes([_UNIT_LOG2]):
            raise impossible(f"Opened: units of a file are 2^{_UNIT_LOG2} bytes, not 2^{body[:1].hex()}")
        said = bencode.decode(body[1:])
        duration_ms, rate = _number(said, b"dur", 0), _number(said, b"br", 0)
        mime = said.get(b"mime", b"")
        if not isinstance(mime, bytes) or min(duration_ms, rate) < 0:
            raise impossible("Opened: a hint is of the wrong kind")
        # A hint that nobody understands is none.
        known = mime.decode() if _MIME.fullmatch(mime) else ""
        return cls(known, duration_ms, rate, _number(said, b"x", 0) == 1)


@value
class Close(Fixed):
    """The channel ends; what is unanswered on it stays so.  Answered with the same."""

    type = 0x12
    sender = "either"
    layout = Struct(">B")

    code: int


@value
class MetaGet(Message):
    """A piece of what belongs to the stream, by name, is wanted."""

    type = 0x13
    sender = "wants"
    most = 1 + 32 + 2

    name: bytes
    piece: int

    def pack(self) -> bytes:
        """See `Message`."""
        return bytes([len(self.name)]) + self.name + self.piece.to_bytes(2, "big")

    @classmethod
    def unpack(cls, body: bytes) -> MetaGet:
        """See `Message`."""
        name, rest = _name(body)
        if len(rest) != 2:
            raise PeerError("MetaGet: it does not end where it should")
        return cls(name, int.from_bytes(rest, "big"))


@value
class Meta(Message):
    """A piece of what belongs to the stream; without pieces, there is nothing of that name."""

    type = 0x14
    sender = "has"
    most = 1 + 32 + 4 + LIMITS.native_meta_piece_bytes

    name: bytes
    piece: int
    pieces: int
    content: bytes

    def pack(self) -> bytes:
        """See `Message`."""
        return bytes([len(self.name)]) + self.name + _META.pack(self.piece, self.pieces) + self.content

    @classmethod
    def unpack(cls, body: bytes) -> Meta:
        """See `Message`."""
        name, rest = _name(body)
        if not _META.size <= len(rest) <= _META.size + LIMITS.native_meta_piece_bytes:
            raise PeerError("Meta: it does not end where it should")
        piece, pieces = _META.unpack_from(rest)
        content = rest[_META.size :]
        if (piece >= pieces or not content) if pieces else content:
            raise impossible(f"Meta: {len(content)} bytes cannot be piece {piece} of {pieces}")
        return cls(name, piece, pieces, content)


def _name(body: bytes) -> tuple[bytes, bytes]:
    """A name that stands behind its length, and what follows it."""
    size = body[0] if body else 0
    name = body[1 : 1 + size]
    if not 1 <= size <= 32 or len(name) != size:
        raise impossible("a name of 1 to 32 bytes was to come")
    return name, body[1 + size :]


def _number(said: Any, name: bytes, missing: int | None = None) -> int:
    """A number of a dictionary."""
    number = said.get(name, missing) if isinstance(said, dict) else None
    if not isinstance(number, int):
        raise impossible(f"its dictionary has no number {name.decode()}")
    return number
