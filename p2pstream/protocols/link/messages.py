"""What every link says, whatever families it carries.  Pure.

`Hello` is a canonical dictionary, of which unknown entries are ignored; the other bodies
are fixed structures.  What a body may be on its own is checked here, what it may be in a
given state in `session`.
"""

from __future__ import annotations

import struct
from typing import Any, ClassVar

from p2pstream.codes import Code
from p2pstream.content.signing import SIGNATURE_BYTES
from p2pstream.content.text import printable
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.link.framing import cut
from p2pstream.protocols.link.hello import Hello
from p2pstream.values import value

__all__ = ["Auth", "Error", "GoAway", "Hello", "Message", "Ping", "Pong"]

#: The most bytes of a text.
TEXT_BYTES = LIMITS.link_text_bytes
#: An HMAC-SHA256.
PROOF_BYTES = 32

_PING = struct.Struct(">Q")
_PONG = struct.Struct(">QQ")
_GOAWAY = struct.Struct(">BH")
_ERROR = struct.Struct(">BH")


@value
class Auth:
    """Proof of the id that `Hello` claimed, and in a closed group of its secret."""

    TYPE: ClassVar[int] = 0x02
    MOST: ClassVar[int] = SIGNATURE_BYTES + PROOF_BYTES

    signature: bytes
    #: Empty outside of closed groups.
    proof: bytes = b""

    def pack(self) -> bytes:
        """The body."""
        return self.signature + self.proof

    @classmethod
    def unpack(cls, body: bytes) -> Auth:
        """See `Hello.unpack`."""
        if len(body) not in (SIGNATURE_BYTES, SIGNATURE_BYTES + PROOF_BYTES):
            raise PeerError(f"AUTH has {len(body)} bytes", Code.BAD_FRAME)
        return cls(body[:SIGNATURE_BYTES], body[SIGNATURE_BYTES:])


@value
class Ping:
    """A question that only wants to be answered."""

    TYPE: ClassVar[int] = 0x03
    MOST: ClassVar[int] = _PING.size

    token: int

    def pack(self) -> bytes:
        """The body."""
        return _PING.pack(self.token)

    @classmethod
    def unpack(cls, body: bytes) -> Ping:
        """See `Hello.unpack`."""
        return cls(*_parts(_PING, body, "PING"))


@value
class Pong:
    """The answer to the `Ping` of the same token."""

    TYPE: ClassVar[int] = 0x04
    MOST: ClassVar[int] = _PONG.size

    token: int
    #: ms of a clock that never steps; when it began is not said.
    clock_ms: int

    def pack(self) -> bytes:
        """The body."""
        return _PONG.pack(self.token, self.clock_ms)

    @classmethod
    def unpack(cls, body: bytes) -> Pong:
        """See `Hello.unpack`."""
        return cls(*_parts(_PONG, body, "PONG"))


@value
class GoAway:
    """The end, in good order."""

    TYPE: ClassVar[int] = 0x05
    MOST: ClassVar[int] = _GOAWAY.size + TEXT_BYTES

    code: int
    #: Come back in so many seconds; 0 says nothing about it.
    retry_s: int = 0
    #: For people, already printable.
    text: str = ""

    def pack(self) -> bytes:
        """The body."""
        return _GOAWAY.pack(self.code, self.retry_s) + cut(self.text, TEXT_BYTES)

    @classmethod
    def unpack(cls, body: bytes) -> GoAway:
        """See `Hello.unpack`."""
        code, retry_s = _parts(_GOAWAY, body[: _GOAWAY.size], "GOAWAY")
        return cls(code, retry_s, printable(body[_GOAWAY.size :]))


@value
class Error:
    """The end, because the other side broke the protocol or we did."""

    TYPE: ClassVar[int] = 0x06
    MOST: ClassVar[int] = _ERROR.size + TEXT_BYTES

    code: int
    #: Where it happened; 0 is the connection.
    channel: int = 0
    text: str = ""

    def pack(self) -> bytes:
        """The body."""
        return _ERROR.pack(self.code, self.channel) + cut(self.text, TEXT_BYTES)

    @classmethod
    def unpack(cls, body: bytes) -> Error:
        """See `Hello.unpack`."""
        code, channel = _parts(_ERROR, body[: _ERROR.size], "ERROR")
        return cls(code, channel, printable(body[_ERROR.size :]))


Message = Hello | Auth | Ping | Pong | GoAway | Error


def _parts(form: struct.Struct, body: bytes, name: str) -> tuple[Any, ...]:
    if len(body) != form.size:
        raise PeerError(f"{name} has {len(body)} bytes", Code.BAD_FRAME)
    return form.unpack(body)
