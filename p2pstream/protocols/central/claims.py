"""What is claimed at a central: keys, and signed names; the table is in `messages`.  Pure."""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple, Self

from p2pstream.content.keys import check_key, key_bytes
from p2pstream.errors import BadKey
from p2pstream.limits import LIMITS
from p2pstream.protocols.central.fields import Reader, bad
from p2pstream.values import value

__all__ = ["Announce", "Claim", "Publish", "Withdraw"]

_ANNOUNCE = Struct(">IHBBIH")
_COUNTED = Struct(">IH")
#: Which bits of ``speaks`` mean something: `content.listed`.
_SPEAKS = 0x0F


class Claim(NamedTuple):
    """A key, as its bytes, and how much of it there is, in 255ths."""

    key: bytes
    have: int = 255


@value
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
        if not request or not port or speaks & ~_SPEAKS or not 0 < count <= LIMITS.central_batch_keys:
            raise bad("an ANNOUNCE says what none may say")
        return cls(request, port, speaks, load, uplink, _claims(body, _ANNOUNCE.size, count))


@value
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
        request = reader.request()
        keys = tuple(reader.key() for _ in range(reader.count(2, LIMITS.central_batch_keys)))
        reader.end()
        return cls(request, keys)


@value
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
        return cls(reader.request(), reader.rest(LIMITS.central_record_bytes))


def _claims(body: bytes, at: int, count: int) -> tuple[Claim, ...]:
    """So many, from ``at`` to the end."""
    claims = []
    try:
        for _ in range(count):
            key = body[at + 1 : at + 1 + key_bytes(body[at + 1])]
            check_key(key)
            claims.append(Claim(key, body[at]))
            at += 1 + len(key)
    except (IndexError, BadKey):
        raise bad("an ANNOUNCE is cut short, or has what is no key") from None
    if at != len(body):
        raise bad(f"{len(body) - at} bytes stand behind the end of a message")
    return tuple(claims)
