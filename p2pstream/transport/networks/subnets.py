"""Which networks this machine is on, and at which addresses."""

from __future__ import annotations

import ctypes
import socket
import sys
from collections.abc import Callable, Iterator
from functools import cache
from ipaddress import IPv4Interface, IPv6Interface
from math import inf
from typing import Any

from twisted.internet.interfaces import IReactorTime

from p2pstream.content.tellers import Subnets
from p2pstream.data.portable import portable_only
from p2pstream.limits import LIMITS, Limits

__all__ = ["OwnSubnets", "interfaces_from", "own_interfaces", "own_subnets"]

#: net/if.h
_UP = 0x1
#: Where in an address of the socket interface the IP address begins.
_OFFSETS = {socket.AF_INET: 4, socket.AF_INET6: 8}
#: BSD's begin with their length in a byte, which may cut zeros off a mask; Linux has two bytes of family.
_IS_BSD = sys.platform == "darwin" or "bsd" in sys.platform


class _Entry(ctypes.Structure):
    """``struct ifaddrs``, as far as all systems agree on it."""

    _fields_ = (
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("flags", ctypes.c_uint),
        ("address", ctypes.c_void_p),
        ("mask", ctypes.c_void_p),
    )


class OwnSubnets:
    """The networks of this machine, read anew when they are some seconds old.

    Strangers decide how often they are asked for.

    :param others: those that count as such, too.
    :param read: left out, the system is asked.
    """

    def __init__(
        self,
        clock: IReactorTime,
        limits: Limits = LIMITS,
        others: Subnets = (),
        read: Callable[[], Subnets | None] | None = None,
    ) -> None:
        self._others = others
        self._clock = clock
        self._limits = limits
        self._read = read or own_subnets
        self._until = -inf
        self._subnets: Subnets | None = None

    def __call__(self) -> Subnets | None:
        """See `INode.subnets`."""
        now = self._clock.seconds()
        if now >= self._until:
            self._until = now + self._limits.subnets_s
            found = self._read()
            # Where the system does not tell, nothing is ruled out anyway.
            self._subnets = None if found is None else [*found, *self._others]
        return self._subnets


def own_subnets() -> Subnets | None:
    """Those of all interfaces that are up, as they are now; None where the system does not tell.

    Tens of microseconds: nothing leaves the machine.
    """
    found = own_interfaces()
    return None if found is None else frozenset(each.network for each in found)


def own_interfaces() -> tuple[IPv4Interface | IPv6Interface, ...] | None:
    """The addresses of all interfaces that are up, with their networks; None and quickness as above."""
    calls = _calls()
    first = ctypes.c_void_p()
    if calls is None or portable_only() or calls[0](ctypes.byref(first)):
        return None
    try:
        return tuple(interfaces_from(first.value))
    finally:
        calls[1](first)


def interfaces_from(entry: int | None) -> Iterator[IPv4Interface | IPv6Interface]:
    """Those in a list of ``struct ifaddrs`` that begins at this place in memory; None: it is empty."""
    while entry:
        found = _Entry.from_address(entry)
        entry = found.next
        if not (found.flags & _UP and found.address and found.mask):
            continue
        family = _family(found.address)
        if family == socket.AF_INET:
            yield IPv4Interface(_address(found, family, 4))
        elif family == socket.AF_INET6:
            yield IPv6Interface(_address(found, family, 16))


def _address(found: _Entry, family: int, size: int) -> tuple[bytes, int]:
    mask = int.from_bytes(_packed(found.mask, family, size), "big")
    return _packed(found.address, family, size), mask.bit_count()


def _family(place: int) -> int:
    raw = ctypes.string_at(place, 2)
    return raw[1] if _IS_BSD else int.from_bytes(raw, sys.byteorder)


def _packed(place: int, family: int, size: int) -> bytes:
    start = _OFFSETS[socket.AddressFamily(family)]
    stop = min(start + size, ctypes.string_at(place, 1)[0]) if _IS_BSD else start + size
    return ctypes.string_at(place, stop)[start:].ljust(size, b"\0")


@cache
def _calls() -> tuple[Callable[[Any], int], Callable[[Any], None]] | None:
    """``getifaddrs`` and ``freeifaddrs``, if the C library has them."""
    libc = ctypes.CDLL(None)
    get, free = getattr(libc, "getifaddrs", None), getattr(libc, "freeifaddrs", None)
    if get is None or free is None:
        return None
    get.argtypes, free.argtypes, free.restype = [ctypes.c_void_p], [ctypes.c_void_p], None
    return get, free
