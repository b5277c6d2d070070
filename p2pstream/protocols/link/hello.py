"""The first frame in each direction: who speaks, and what it serves.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from p2pstream.codes import Code
from p2pstream.content.bencode import decode, encode
from p2pstream.content.signing import KEY_BYTES, check_id
from p2pstream.content.text import printable
from p2pstream.errors import BadKey, PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.link.framing import cut

__all__ = ["VERSION", "Hello"]

#: The version spoken here, as `Hello.versions` lists it.
VERSION = 1

_AGENT_BYTES = LIMITS.link_agent_bytes
_MOST_ITEMS = LIMITS.link_hello_items
_MOST_U32 = 2**32 - 1


@dataclass(frozen=True)
class Hello:
    """Who speaks: the first frame in each direction."""

    TYPE: ClassVar[int] = 0x01
    MOST: ClassVar[int] = LIMITS.link_hello_bytes

    #: An Ed25519 public key; a claim until `Auth`.
    id: bytes
    #: 32 bytes of chance.
    nonce: bytes
    versions: tuple[int, ...] = (VERSION,)
    #: The families that are served.
    families: frozenset[str] = frozenset()
    #: A listening port; 0 for none.
    port: int = 0
    agent: str = ""
    #: Units that the other end may have outstanding, over all channels.
    most_units: int = 0
    #: kbit/s; 0 unknown.
    uplink: int = 0
    #: ms since 1970 by the speaker's clock; 0 unknown.
    wall_ms: int = 0
    #: A central's ticket, opaque here.
    ticket: bytes = b""
    #: Names of extensions, and the types that their frames have on this link.
    extensions: dict[str, int] = field(default_factory=dict)

    def pack(self) -> bytes:
        """The body."""
        said: dict[bytes, Any] = {
            b"v": list(self.versions),
            b"id": self.id,
            b"n": self.nonce,
            b"s": [name.encode("ascii") for name in sorted(self.families)],
            b"p": self.port,
            b"ua": cut(self.agent, _AGENT_BYTES),
            b"q": self.most_units,
            b"up": self.uplink,
            b"t": self.wall_ms,
            b"tk": self.ticket,
            b"m": {name.encode("ascii"): number for name, number in self.extensions.items()},
        }
        # What says nothing is left out.
        return encode({key: value for key, value in said.items() if value or key == b"v"})

    @classmethod
    def unpack(cls, body: bytes) -> Hello:
        """What a body says.

        :raises PeerError: it says nothing that can be.
        """
        said = decode(body, most_bytes=cls.MOST)
        if not isinstance(said, dict):
            raise _bad("HELLO is no dictionary")
        read = _Entries(said)
        return cls(
            id=_public(read.string(b"id", KEY_BYTES, KEY_BYTES)),
            nonce=read.string(b"n", KEY_BYTES, KEY_BYTES),
            versions=tuple(read.items(b"v", int, 1, _MOST_ITEMS)),
            families=_families(tuple(read.items(b"s", bytes, 0, _MOST_ITEMS))),
            port=read.number(b"p", 65535),
            agent=printable(read.string(b"ua", 0, _AGENT_BYTES), _AGENT_BYTES),
            most_units=read.number(b"q", _MOST_U32),
            uplink=read.number(b"up", _MOST_U32),
            wall_ms=read.number(b"t", 2**63 - 1),
            ticket=read.string(b"tk", 0, cls.MOST),
            extensions=read.extensions(b"m"),
        )


class _Entries:
    """A dictionary from the wire, read entry by entry; what is missing is empty, or 0."""

    def __init__(self, said: dict[bytes, Any]) -> None:
        self._said = said

    def string(self, key: bytes, least: int, most: int) -> bytes:
        """A byte string of ``least`` to ``most`` bytes."""
        value = self._said.get(key, b"")
        if not isinstance(value, bytes) or not least <= len(value) <= most:
            raise _wrong(key)
        return value

    def number(self, key: bytes, most: int) -> int:
        """A number from 0 to ``most``."""
        value = self._said.get(key, 0)
        if not isinstance(value, int) or not 0 <= value <= most:
            raise _wrong(key)
        return value

    def items(self, key: bytes, kind: type, least: int, most: int) -> list[Any]:
        """A list of ``least`` to ``most`` items of one kind."""
        value = self._said.get(key, [])
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise _wrong(key)
        if not all(isinstance(item, kind) for item in value):
            raise _wrong(key)
        return value

    def extensions(self, key: bytes) -> dict[str, int]:
        """Names, and the types that are set aside for such."""
        value = self._said.get(key, {})
        if not isinstance(value, dict):
            raise _wrong(key)
        if not all(isinstance(number, int) and 0xC0 <= number <= 0xFE for number in value.values()):
            raise _wrong(key)
        return {printable(name, 40): number for name, number in value.items()}


@lru_cache(64)
def _families(names: tuple[bytes, ...]) -> frozenset[str]:
    """The same set for the same names: there are few, and links by the thousand."""
    return frozenset(map(_family, names))


def _family(name: bytes) -> str:
    if not (0 < len(name) <= LIMITS.link_family_bytes and name.isalnum() and name.islower()):
        raise _wrong(b"s")
    return name.decode("ascii")


def _public(key: bytes) -> bytes:
    try:
        return check_id(key)
    except BadKey as fault:
        raise _bad(f"HELLO: {fault}") from None


def _wrong(key: bytes) -> PeerError:
    return _bad(f"HELLO: “{key.decode('ascii')}” is not what it may be")


def _bad(why: str) -> PeerError:
    return PeerError(why, Code.BAD_MESSAGE)
