"""What messages are made of: numbers, names, keys, addresses.  Strict both ways.  Pure."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from struct import Struct
from typing import NamedTuple

from p2pstream.codes import Code
from p2pstream.content import keys
from p2pstream.content.addresses import Address
from p2pstream.content.listed import ListedPeer
from p2pstream.content.namespaces import decode_full_name
from p2pstream.errors import BadAddress, BadKey, BadName, PeerError
from p2pstream.limits import LIMITS

__all__ = [
    "FULL_NAME_BYTES",
    "PEER_BYTES",
    "PeerRow",
    "Reader",
    "bad",
    "check_key",
    "check_request",
    "pack_ip",
    "packed",
    "unpack_ip",
]

#: A name in its publisher's namespace: ``~``, 52 characters, ``/``.
FULL_NAME_BYTES = 54 + LIMITS.name_bytes

_U16, _U32 = Struct(">H"), Struct(">I")
_PEER = Struct(">32s16sHBBBI")
_MAPPED = bytes(10) + b"\xff\xff"
#: That of a `PeerRow`.
PEER_BYTES = _PEER.size


def bad(why: str) -> PeerError:
    """A message that made no sense."""
    return PeerError(why, Code.BAD_MESSAGE)


@lru_cache(4096)
def pack_ip(host: str) -> bytes:
    """An IP literal as 16 bytes; an IPv4 address mapped into IPv6."""
    ip = ip_address(host)
    return _MAPPED + ip.packed if isinstance(ip, IPv4Address) else ip.packed


def unpack_ip(raw: bytes) -> str:
    """The IP literal of 16 bytes."""
    return str(IPv4Address(raw[12:]) if raw.startswith(_MAPPED) else IPv6Address(raw))


def check_key(raw: bytes) -> bytes:
    """A key as its bytes, if they are one."""
    try:
        keys.check_key(raw)
    except BadKey as fault:
        raise bad(str(fault)) from None
    return raw


def check_request(number: int) -> int:
    """A request's number, if it is one."""
    if not number:
        raise bad("a request has no number")
    return number


def packed(raw: bytes, width: int) -> bytes:
    """``raw`` behind its own length, in ``width`` bytes."""
    return len(raw).to_bytes(width, "big") + raw


class Reader:
    """Takes one field after another from a body; what is not there is an `errors.PeerError`."""

    __slots__ = ("_at", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def take(self, count: int) -> bytes:
        """So many bytes."""
        start, self._at = self._at, self._at + count
        if self._at > len(self._raw):
            raise bad("a message to or from a central is cut short")
        return self._raw[start : self._at]

    def u8(self) -> int:
        """A number of one byte."""
        return self.take(1)[0]

    def u16(self) -> int:
        """A number of two bytes."""
        return _U16.unpack(self.take(2))[0]  # type: ignore[no-any-return]

    def request(self) -> int:
        """The number of a request."""
        return check_request(self.u32())

    def u32(self) -> int:
        """A number of four bytes."""
        return _U32.unpack(self.take(4))[0]  # type: ignore[no-any-return]

    def rest(self, most: int) -> bytes:
        """All that is left, at most so many bytes."""
        left = len(self._raw) - self._at
        if left > most:
            raise bad(f"a message holds {left} bytes where {most} are the most")
        return self.take(left)

    def count(self, width: int, most: int) -> int:
        """How many things follow."""
        number = int.from_bytes(self.take(width), "big")
        if number > most:
            raise bad(f"a message lists {number} things where {most} are the most")
        return number

    def key(self) -> bytes:
        """A key, as its bytes, which are one."""
        kind = self.take(1)
        return check_key(kind + self.take(max(1, keys.key_bytes(kind[0])) - 1))

    def name(self, raw: bytes) -> str:
        """A name in UTF-8."""
        try:
            return decode_full_name(raw)
        except BadName as fault:
            raise bad(str(fault)) from None

    def text(self, most: int) -> str:
        """The rest, as UTF-8."""
        try:
            return self.rest(most).decode("utf-8")
        except UnicodeDecodeError:
            raise bad("a text is not UTF-8") from None

    def address(self) -> Address:
        """An IP address and a port that is not 0."""
        host = unpack_ip(self.take(16))
        try:
            return Address(host, self.u16())
        except BadAddress as fault:
            raise bad(str(fault)) from None

    def end(self) -> None:
        """Nothing must follow."""
        if self._at != len(self._raw):
            raise bad(f"{len(self._raw) - self._at} bytes stand behind the end of a message")


class PeerRow(NamedTuple):
    """A peer in an answer: ``id 32 | ip 16 | port u16 | flags u8 | have u8 | load u8 | uplink u32``."""

    id: bytes
    ip: bytes
    port: int
    flags: int
    have: int
    load: int
    uplink: int

    @classmethod
    def of(cls, peer: ListedPeer) -> PeerRow:
        """As it is told; its address has an IP literal."""
        ip, port = pack_ip(peer.address.host), peer.address.port
        return cls(peer.id, ip, port, peer.flags, peer.have, peer.load, peer.uplink)

    def encode(self) -> bytes:
        """57 bytes."""
        return _PEER.pack(*self)

    @classmethod
    def read(cls, reader: Reader) -> PeerRow:
        """The next one."""
        row = cls(*_PEER.unpack(reader.take(_PEER.size)))
        if not row.port:
            raise bad("a peer is listed without a port")
        return row

    @property
    def address(self) -> Address:
        """Where it is."""
        return Address(unpack_ip(self.ip), self.port)

    @property
    def listed(self) -> ListedPeer:
        """As the rest of the program knows it."""
        return ListedPeer(self.address, self.id, self.flags, self.have, self.load, self.uplink)
