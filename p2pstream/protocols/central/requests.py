"""What is asked of a central, and the CALL that may follow from it; the table is in `messages`.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import NamedTuple, Self

from p2pstream.content.addresses import Address
from p2pstream.content.keys import key_bytes
from p2pstream.limits import LIMITS
from p2pstream.protocols.central.fields import (
    FULL_NAME_BYTES,
    Reader,
    bad,
    check_key,
    pack_ip,
    packed,
)
from p2pstream.protocols.central.subjects import Subject

__all__ = [
    "Announce",
    "Beckon",
    "Call",
    "Claim",
    "GetTicket",
    "Peers",
    "Publish",
    "Resolve",
    "Search",
    "Watch",
    "Withdraw",
]

_ANNOUNCE = Struct(">IHBBIH")
_COUNTED = Struct(">IH")
_ASKED = Struct(">IB")
_PORT = Struct(">H")
#: Which bits of ``speaks`` mean something: `content.listed`.
_SPEAKS = 0x0F


class Claim(NamedTuple):
    """A key, as its bytes, and how much of it there is, in 255ths."""

    key: bytes
    have: int = 255


@dataclass(frozen=True)
class Announce:
    """I have these, and listen there; renewed before the interval is over."""

    request: int
    #: Where native connections are accepted; what else is spoken (`content.listed`).
    port: int
    speaks: int
    load: int
    uplink: int
    offers: tuple[Claim, ...]

    def encode(self) -> bytes:
        """The body."""
        head = _ANNOUNCE.pack(self.request, self.port, self.speaks, self.load, self.uplink, len(self.offers))
        return head + b"".join(bytes((offer.have,)) + offer.key for offer in self.offers)

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict; this one is read thousands of times a second."""
        if len(body) < _ANNOUNCE.size:
            raise bad("an ANNOUNCE is cut short")
        request, port, speaks, load, uplink, count = _ANNOUNCE.unpack_from(body)
        if not port or speaks & ~_SPEAKS or not 0 < count <= LIMITS.central_batch_keys:
            raise bad("an ANNOUNCE says what none may say")
        return cls(_request(request), port, speaks, load, uplink, _claims(body, _ANNOUNCE.size, count))


@dataclass(frozen=True)
class Withdraw:
    """I no longer have these."""

    request: int
    keys: tuple[bytes, ...]

    def encode(self) -> bytes:
        """The body."""
        return _COUNTED.pack(self.request, len(self.keys)) + b"".join(self.keys)

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        request = _request(reader.u32())
        keys = tuple(reader.key() for _ in range(reader.count(2, LIMITS.central_batch_keys)))
        reader.end()
        return cls(request, keys)


@dataclass(frozen=True)
class Publish:
    """Know this name: a signed record, or a signed word that there is none any more."""

    request: int
    record: bytes

    def encode(self) -> bytes:
        """The body."""
        return self.request.to_bytes(4, "big") + self.record

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """What the record says is not looked at yet."""
        reader = Reader(body)
        return cls(_request(reader.u32()), reader.rest(LIMITS.central_record_bytes))


@dataclass(frozen=True)
class Resolve:
    """I want to know what has this name, and who has that."""

    request: int
    most: int
    name: str

    def encode(self) -> bytes:
        """The body."""
        return _ASKED.pack(self.request, self.most) + self.name.encode("utf-8")

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        request, most = _request(reader.u32()), reader.u8()
        return cls(request, most, reader.name(reader.rest(FULL_NAME_BYTES)))


@dataclass(frozen=True)
class Search:
    """I want the names with these words in them, from the cursor on; without words, all."""

    request: int
    most: int
    words: str = ""
    after: bytes = b""

    def encode(self) -> bytes:
        """The body."""
        return _ASKED.pack(self.request, self.most) + packed(self.after, 2) + self.words.encode("utf-8")

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        request, most = _request(reader.u32()), reader.u8()
        after = reader.take(reader.count(2, LIMITS.central_cursor_bytes))
        return cls(request, most, reader.text(LIMITS.central_words_bytes), after)


@dataclass(frozen=True)
class Peers:
    """I want to know who has this key."""

    request: int
    most: int
    key: bytes

    def encode(self) -> bytes:
        """The body."""
        return _ASKED.pack(self.request, self.most) + self.key

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        message = cls(_request(reader.u32()), reader.u8(), reader.key())
        reader.end()
        return message


@dataclass(frozen=True)
class Watch:
    """Tell me when this changes; or, no longer."""

    request: int
    on: bool
    subject: Subject

    def encode(self) -> bytes:
        """The body."""
        return _ASKED.pack(self.request, self.on) + self.subject.encode()

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        request, on = _request(reader.u32()), reader.u8()
        if on > 1:
            raise bad("a WATCH is neither on nor off")
        return cls(request, bool(on), Subject.read(reader))


@dataclass(frozen=True)
class Beckon:
    """Have this peer, which nobody can dial, dial me."""

    request: int
    id: bytes
    #: Where I listen; the address is the one I am seen at.
    port: int
    #: By which I shall know it.
    nonce: bytes
    key: bytes

    def encode(self) -> bytes:
        """The body."""
        return self.request.to_bytes(4, "big") + self.id + _PORT.pack(self.port) + self.nonce + self.key

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        message = cls(_request(reader.u32()), reader.take(32), reader.u16(), reader.take(16), reader.key())
        reader.end()
        if not message.port:
            raise bad("a BECKON comes from nowhere")
        return message


@dataclass(frozen=True)
class Call:
    """Dial this address, and show the nonce: somebody there wants the key from you."""

    address: Address
    nonce: bytes
    key: bytes

    def encode(self) -> bytes:
        """The body."""
        return pack_ip(self.address.host) + _PORT.pack(self.address.port) + self.nonce + self.key

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        message = cls(reader.address(), reader.take(16), reader.key())
        reader.end()
        return message


@dataclass(frozen=True)
class GetTicket:
    """Sign for it that I can be dialled, and have this key: I want to show that to other peers."""

    request: int
    key: bytes

    def encode(self) -> bytes:
        """The body."""
        return self.request.to_bytes(4, "big") + self.key

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        message = cls(_request(reader.u32()), reader.key())
        reader.end()
        return message


def _request(number: int) -> int:
    if not number:
        raise bad("a request has no number")
    return number


def _claims(body: bytes, at: int, count: int) -> tuple[Claim, ...]:
    """So many, from ``at`` to the end."""
    claims = []
    for _ in range(count):
        if len(body) < at + 2:
            raise bad("an ANNOUNCE is cut short")
        stop = at + 1 + max(1, key_bytes(body[at + 1]))
        claims.append(Claim(check_key(body[at + 1 : stop]), body[at]))
        at = stop
    if at != len(body):
        raise bad(f"{len(body) - at} bytes stand behind the end of a message")
    return tuple(claims)
