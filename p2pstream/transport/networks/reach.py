"""Who can reach us, in words for the person who shares something."""

from __future__ import annotations

import socket

from p2pstream.content.addresses import Address

__all__ = ["outgoing_ip", "told_host", "who_reaches"]

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
    """The address that a connection of ours to somewhere far would come from."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Asks the routing table; nothing is sent.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
