"""What a central is asked, and the CALL that may follow from it; the table is in `messages`.  Pure."""

from __future__ import annotations

from struct import Struct
from typing import Self

from p2pstream.content.addresses import Address
from p2pstream.content.signed.heads import HEAD_MOST
from p2pstream.limits import LIMITS
from p2pstream.protocols.central.fields import (
    FULL_NAME_BYTES,
    Reader,
    bad,
    pack_ip,
    packed,
)
from p2pstream.protocols.central.subjects import Subject
from p2pstream.values import value

__all__ = [
    "Beckon",
    "Call",
    "GetHead",
    "GetTicket",
    "Peers",
    "Resolve",
    "Search",
    "TellHead",
    "Watch",
]

_ASKED = Struct(">IB")
_PORT = Struct(">H")


@value
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
        request, most = reader.request(), reader.u8()
        return cls(request, most, reader.name(reader.rest(FULL_NAME_BYTES)))


@value
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
        request, most = reader.request(), reader.u8()
        after = reader.take(reader.count(2, LIMITS.central_cursor_bytes))
        return cls(request, most, reader.text(LIMITS.central_words_bytes), after)


@value
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
        message = cls(reader.request(), reader.u8(), reader.key())
        reader.end()
        return message


@value
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
        request, on = reader.request(), reader.u8()
        if on > 1:
            raise bad("a WATCH is neither on nor off")
        return cls(request, bool(on), Subject.read(reader))


@value
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
        message = cls(reader.request(), reader.take(32), reader.u16(), reader.take(16), reader.key())
        reader.end()
        if not message.port:
            raise bad("a BECKON comes from nowhere")
        return message


@value
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


@value
class AboutKey:
    """A request that names a key, and nothing else."""

    request: int
    key: bytes

    def encode(self) -> bytes:
        """The body."""
        return self.request.to_bytes(4, "big") + self.key

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        message = cls(reader.request(), reader.key())
        reader.end()
        return message


@value
class GetTicket(AboutKey):
    """Sign for it that I can be dialled, and have this key: I want to show that to other peers."""


@value
class TellHead:
    """This is the newest head of a broadcast that I know of."""

    request: int
    #: A live stream's.
    key: bytes
    head: bytes

    def encode(self) -> bytes:
        """The body."""
        return self.request.to_bytes(4, "big") + self.key + self.head

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """What the head says is not looked at yet."""
        reader = Reader(body)
        return cls(reader.request(), reader.key(), reader.rest(HEAD_MOST))


@value
class GetHead(AboutKey):
    """I want to know the newest head of a broadcast."""
