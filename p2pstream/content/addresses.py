"""Addresses: a host and a port, as one value, in text as ``host:port`` or ``[v6]:port``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from p2pstream.content.text import printable
from p2pstream.errors import BadAddress
from p2pstream.limits import LIMITS

__all__ = ["CENTRAL_PORT", "PEER_PORT", "Address", "on_one_network"]

CENTRAL_PORT = 2045
PEER_PORT = 2050

# A host name may stand for any machine but this one.
_REACH = {"loopback": 0, "link-local": 1, "private": 1, "name": 1, "global": 2}
_HERE = "localhost"
#: RFC 1035, 2.3.4, without the bytes that only the wire has.
_HOST_CHARS = 253

_BRACKETED = re.compile(r"\[(?P<host>[^\]]*)\](?::(?P<port>.*))?")
_HOST_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?")


@dataclass(frozen=True, order=True, slots=True)
class Address:
    """Where somebody listens.  ``host`` is an IP literal or a host name, lower case.

    An IPv4 address written as IPv6 (``::ffff:10.0.0.1``) becomes the IPv4 one.
    """

    host: str
    port: int

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:
            raise BadAddress(f"{self.port} is no port; ports go from 1 to 65535")
        object.__setattr__(self, "host", _host(self.host))

    @classmethod
    def parse(cls, text: str, default_port: int) -> Address:
        """The address in ``text``: ``HOST``, ``HOST:PORT``, ``[v6]``, ``[v6]:PORT`` or ``v6``.

        :raises BadAddress: one line that names ``text``.
        """
        try:
            host, port = _split(text)
            return cls(host, default_port if port is None else _port(port))
        except BadAddress as fault:
            raise BadAddress(f"“{printable(text, 80)}” is no address: {fault}") from None

    @classmethod
    def of_literal(cls, raw: bytes) -> Address:
        """An IP address and a port, in their one spelling.

        :raises BadAddress: it is another thing, or has a zone, which means something on one machine only.
        """
        try:
            text = raw.decode("ascii")
            address = cls.parse(text, 1)
        except UnicodeDecodeError:
            raise BadAddress("it is not ASCII") from None
        if str(address) != text or address.ip is None or "%" in text:
            raise BadAddress("it is not an IP address and a port, as they are written")
        return address

    @property
    def ip(self) -> IPv4Address | IPv6Address | None:
        """The IP address; None for a host name."""
        return _ip(self.host)

    @property
    def is_ipv4(self) -> bool:
        """Whether this is an IPv4 literal."""
        return isinstance(self.ip, IPv4Address)

    @property
    def scope(self) -> str:
        """How far it reaches: loopback, link-local, private, global; "name" for a host name."""
        return _scope(self.host)

    @property
    def reach(self) -> int:
        """How far it means the same place: 0 on this machine, 1 on this network, 2 everywhere."""
        return 0 if self.host == _HERE else _REACH[self.scope]

    @property
    def is_dialable(self) -> bool:
        """Whether a connection to it can mean one peer: no multicast, no 0.0.0.0, no broadcast."""
        ip = self.ip
        if ip is None:
            return True
        # Of IPv6, ::1 and what stands for IPv4 behind a translator are "reserved" too.
        reserved = isinstance(ip, IPv4Address) and ip.is_reserved
        return not (ip.is_multicast or ip.is_unspecified or reserved)

    def is_local_to(self, other: Address) -> bool:
        """Whether both are on one machine or one local network, as far as addresses can tell.

        Of IPv6 a network is a /64; of IPv4, where no mask is known, a private /24.
        """
        mine, theirs = self.ip, other.ip
        if mine is None or theirs is None or mine.version != theirs.version:
            return False
        if mine.is_loopback or theirs.is_loopback:
            return mine.is_loopback and theirs.is_loopback
        shift = 64 if mine.version == 6 else 8
        same = int(mine) >> shift == int(theirs) >> shift
        return same and (mine.version == 6 or (mine.is_private and theirs.is_private))

    def cap_key(self) -> str:
        """What counts as one address for limits: the IPv4 address, the IPv6 /64, the name."""
        ip = self.ip
        if isinstance(ip, IPv6Address):
            return str(IPv6Address(int(ip) >> 64 << 64)) + "/64"
        return self.host

    @property
    def network(self) -> bytes:
        """The network that it is in: the first three bytes of IPv4, six of IPv6; none of a host name's."""
        ip = self.ip
        return b"" if ip is None else ip.packed[: 3 if self.is_ipv4 else 6]

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _split(text: str) -> tuple[str, str | None]:
    text = text.strip()
    if len(text) > LIMITS.address_chars:
        raise BadAddress(f"it is longer than {LIMITS.address_chars} characters")
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        if ":" not in bracketed["host"]:
            raise BadAddress("brackets are for IPv6 addresses")
        return bracketed["host"], bracketed["port"]
    if text.count(":") == 1:
        host, port = text.split(":")
        return host, port
    return text, None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5):
        raise BadAddress("its port is not a number; write HOST:PORT")
    return int(text)


# What is made of the address of one who comes is asked ten times before he has his answer,
# and then no more; a thousand may come at once.
@lru_cache(4096)
def _ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


@lru_cache(4096)
def _scope(host: str) -> str:
    ip = _ip(host)
    if ip is None:
        return "name"
    if ip.is_loopback:
        return "loopback"
    if ip.is_link_local:
        return "link-local"
    return "private" if ip.is_private else "global"


@lru_cache(4096)
def _host(text: str) -> str:
    ip = _ip(text) if len(text) <= _HOST_CHARS else None
    if ip is None:
        return _host_name(text)
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    host = str(mapped or ip)
    # Thousands of connections have theirs from the transport, which keeps it.
    return text if text == host else host


def _host_name(text: str) -> str:
    # "1.2.3" and "10.0.0.256" are slips of the finger in a dotted quad, not host names.
    digits_only = bool(re.fullmatch(r"[0-9.]+", text))
    if digits_only or len(text) > _HOST_CHARS or not _HOST_NAME.fullmatch(text):
        raise BadAddress("its host is neither an IP address nor a host name")
    return text.lower()


def on_one_network(here: Address | None, there: Address | None) -> bool:
    """Whether what goes from one to the other stays near, as `Address.is_local_to` says.

    :param here: None where that is not known, and then it may go far.
    """
    return here is not None and there is not None and here.is_local_to(there)
