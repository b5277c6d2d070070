"""Who can reach us, in words for the person who shares something."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Interface, IPv6Interface

from p2pstream.content.addresses import Address
from p2pstream.transport.networks.subnets import own_interfaces

__all__ = ["only_lan_ip", "outgoing_ip", "told_host", "who_reaches"]

_WHO = {
    "loopback": "programs on this machine",
    "link-local": "everyone on your network",
    "private": "everyone on your network",
    "global": "everyone on the internet",
}


def told_host(listening: str) -> str:
    """The host to tell others of one who listens on ``listening``."""
    return outgoing_ip() if listening in ("0.0.0.0", "::") else listening


def who_reaches(host: str) -> str:
    """Who can connect to a host, an IP literal."""
    return _WHO[Address(host, 1).scope]


def outgoing_ip() -> str:
    """The address that a connection of ours to somewhere far would come from.

    Where there is no way to anywhere far: the one that this machine has on a local network, if it
    is the only one, else that of the machine to itself.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Asks the routing table; nothing is sent.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return only_lan_ip(own_interfaces() or ()) or "127.0.0.1"
        return str(probe.getsockname()[0])


def only_lan_ip(interfaces: Iterable[IPv4Interface | IPv6Interface]) -> str | None:
    """The IPv4 address that others on a local network know; None: there is none, or it is one of several."""
    found = [str(each.ip) for each in interfaces if each.version == 4 and not each.ip.is_loopback]
    return found[0] if len(found) == 1 else None
