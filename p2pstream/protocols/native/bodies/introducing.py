"""What peers tell each other of other peers of a stream.  Pure."""

from __future__ import annotations

from typing import Any

from p2pstream.content import bencode
from p2pstream.content.addresses import Address
from p2pstream.errors import BadAddress
from p2pstream.limits import LIMITS
from p2pstream.protocols.native.bodies.body import Message, impossible
from p2pstream.values import value

__all__ = ["Introduce"]


@value
class Introduce(Message):
    """Other peers of this stream, of whom a central has signed where they are; and who is no longer known.

    The sender's own ticket is among them: so it is known to be one who may be named to others.
    """

    type = 0x50
    sender = "either"
    most = LIMITS.exchange_bytes

    #: As they were signed (`content.signed.tickets`); what they say is not looked at here.
    tickets: tuple[bytes, ...]
    #: Where those are to whom the sender has no connection any more.
    dropped: tuple[Address, ...] = ()

    def pack(self) -> bytes:
        """See `Message`."""
        dropped = [str(address).encode("ascii") for address in self.dropped]
        said = {b"d": dropped, b"tk": list(self.tickets)}
        written = {name: value for name, value in said.items() if value}
        return bencode.encode(written, most_bytes=self.most)

    @classmethod
    def unpack(cls, body: bytes) -> Introduce:
        """See `Message`."""
        said = bencode.decode(body, most_bytes=cls.most)
        dropped = tuple(map(_address, _strings(said, b"d")))
        return cls(tuple(_strings(said, b"tk")), dropped)


def _strings(said: Any, name: bytes) -> list[bytes]:
    listed = said.get(name, []) if isinstance(said, dict) else None
    if not isinstance(listed, list) or not all(isinstance(each, bytes) for each in listed):
        raise impossible(f"Introduce: its “{name.decode()}” is no list of strings")
    if len(listed) > LIMITS.exchange_peers:
        raise impossible(f"Introduce: {len(listed)} peers are told, and {LIMITS.exchange_peers} are the most")
    return listed


def _address(raw: bytes) -> Address:
    try:
        return Address.of_literal(raw)
    except BadAddress as fault:
        raise impossible(f"Introduce: somebody is dropped whose address is none: {fault}") from None
