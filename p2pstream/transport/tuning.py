"""What the kernel is told about a connection."""

from __future__ import annotations

import socket
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from twisted.internet.interfaces import ITransport

from p2pstream.limits import Limits
from p2pstream.transport.ends import as_address, plain_socket

__all__ = ["limit_unsent", "tune"]

# Linux's number; the socket module of Python 3.11 does not name it.
_TCP_NOTSENT_LOWAT = getattr(socket, "TCP_NOTSENT_LOWAT", 25)

#: Where Linux tells how it keeps buffers.
_KERNEL = Path("/proc/sys/net")


def tune(transport: ITransport, limits: Limits) -> None:
    """Have the kernel hold little that is not on its way, and let enough be on its way.

    A reader that stalls then costs ``unsent_bytes`` instead of megabytes, and one that
    does not is as fast: what is on its way is not counted.  What stays on this machine
    is not paced; what goes far gets room for all that a long way holds.  Harmless
    without a socket.
    """
    found = plain_socket(transport)
    if found is None:
        return
    with suppress(OSError):
        found.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, limits.unsent_bytes)
    if not _stays_here(transport):
        if _is_larger(limits.far_buffer_bytes, _KERNEL):
            with suppress(OSError):
                found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, limits.far_buffer_bytes)
    elif hasattr(socket, "TCP_CONGESTION"):
        # Where BBR is the default, a timer for every few segments halves the rate of a
        # road that has no queue; Reno is there always, for everybody.
        with suppress(OSError):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")


def limit_unsent(transport: Any, most: int) -> None:
    """Have the kernel hold no more than this that is not on its way.  Harmless where nobody can tell it."""
    found = plain_socket(transport)
    if found is not None:
        with suppress(OSError):
            found.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, most)
    elif hasattr(transport, "limit_unsent"):
        transport.limit_unsent(most)


@cache
def _is_larger(wanted: int, kernel: Path) -> bool:
    """Whether a send buffer of so many bytes would be larger than what it grows to by itself.

    Linux grants no more than ``wmem_max``, doubles that, and lets such a buffer grow no more.
    """
    try:
        granted = min(wanted, int((kernel / "core/wmem_max").read_text()))
        grown = int((kernel / "ipv4/tcp_wmem").read_text().split()[2])
    except (OSError, ValueError, IndexError):
        return False
    return 2 * granted > grown


def _stays_here(transport: ITransport) -> bool:
    """Whether the other end is on this machine."""
    own, other = as_address(transport.getHost()), as_address(transport.getPeer())
    if own is None or other is None:
        return False
    return other.scope == "loopback" or own.host == other.host
