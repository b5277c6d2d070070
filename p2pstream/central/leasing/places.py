"""Where an address is, as far as that decides who is told of it.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Self

from p2pstream.content.addresses import Address

__all__ = ["Networks"]


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks that an address is in, worked out once."""

    #: The start of the address: its /24 or /48, and its /16 or /32.
    near: bytes
    wide: bytes
    #: As that of `Address`.
    reach: int

    @classmethod
    def of(cls, address: Address) -> Self:
        """That of an IP address."""
        ip = address.ip
        assert ip is not None, "a peer is known by its IP address"
        packed = ip.packed
        near, wide = (3, 2) if isinstance(ip, IPv4Address) else (6, 4)
        return cls(packed[:near], packed[:wide], address.reach)

    def may_be_told(self, asker: Networks) -> bool:
        """Whether an address here means to the asker what it means to us.

        Our loopback is that of somebody who is on our loopback, too; our private networks
        are those of somebody who came from one.
        """
        return self.reach >= asker.reach
