"""Whether multicast works on this machine, as far as can be seen from here."""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Interface

from p2pstream.content.refusals import reason
from p2pstream.limits import LIMITS
from p2pstream.protocols.ssdp.messages import GROUP, PORT
from p2pstream.roles.finding import Finding

__all__ = ["multicast_findings"]


def multicast_findings(interfaces: Sequence[IPv4Interface], wait_s: float = 1.2) -> Iterator[Finding]:
    """One for each address at which televisions are to find us.  Blocks.

    :param wait_s: how long, for each; others have a second to answer.
    """
    if not interfaces:
        yield Finding(False, "televisions: this machine has no network with IPv4 on which they could find it")
    for interface in interfaces:
        host = str(interface.ip)
        try:
            heard, others = _ask(host, wait_s)
        except OSError as fault:
            yield Finding(False, f"televisions: no multicast on {host}: {reason(fault)}")
            continue
        if not heard:
            yield Finding(False, f"televisions: what is said to all on {host} is not heard; see the firewall")
        else:
            yield Finding(True, f"televisions: multicast on {host} works; other devices: {others}")


def _ask(host: str, wait_s: float) -> tuple[bool, int]:
    """Whether our own question is heard, and how many others answer it."""
    mark = os.urandom(8).hex().encode("ascii")
    search = (
        b'M-SEARCH * HTTP/1.1\r\nHOST: %s:%d\r\nMAN: "ssdp:discover"\r\nMX: 1\r\n'
        b"ST: ssdp:all\r\nUSER-AGENT: p2pstream/%s\r\n\r\n"
    ) % (GROUP.encode("ascii"), PORT, mark)
    with socket.socket(type=socket.SOCK_DGRAM) as group, socket.socket(type=socket.SOCK_DGRAM) as asking:
        group.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):
            group.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        group.bind(("", PORT))
        here = socket.inet_aton(host)
        group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + here)
        asking.bind((host, 0))
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, here)
        asking.sendto(search, (GROUP, PORT))
        return _listen(group, asking, mark, host, wait_s)


def _listen(
    group: socket.socket, asking: socket.socket, mark: bytes, host: str, wait_s: float
) -> tuple[bool, int]:
    heard, others = False, set[str]()
    until = time.monotonic() + wait_s
    while (left := until - time.monotonic()) > 0:
        for each in select.select([group, asking], [], [], left)[0]:
            raw, (sender, _) = each.recvfrom(LIMITS.ssdp_bytes)
            heard = heard or mark in raw
            if each is asking and sender != host and len(others) < LIMITS.ssdp_askers:
                others.add(sender)
    return heard, len(others)
