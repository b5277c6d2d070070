"""What the text of a setting may be, and the value it stands for.

Each kind is a function of the text that raises `ValueError` with what to write instead.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from p2pstream.content.addresses import CENTRAL_PORT, Address
from p2pstream.content.text import size_text, span_text
from p2pstream.errors import BadAddress
from p2pstream.limits import LIMITS

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

__all__ = [
    "central", "hostname", "ip", "network", "one_of", "path", "rate", "seconds", "senders", "server_of",
    "size", "span",
    "switch", "text", "url", "whole",
]  # fmt: skip

_WORDS = {"1": True, "true": True, "yes": True, "on": True} | dict.fromkeys(
    ("0", "false", "no", "off"), False
)
# More digits than any film needs are no time: they would be infinite, or take for ever to read.
_CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,2}):)?(\d{1,7}(?:\.\d{1,9})?)")
_SPAN = re.compile(r"(?=.)(?:(\d{1,4})h)?(?:(\d{1,5})m(?:in)?)?(?:(\d{1,7}(?:\.\d{1,9})?)s?)?", re.IGNORECASE)

_RATE = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)([kMG]?)(?:B|(bit))?(?:/s)?", re.IGNORECASE)
_SIZE = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)([kMGT]?)B?", re.IGNORECASE)
#: RFC 1918, 3927, 4193 and 4291.
_PRIVATE = "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"
_FACTORS = {"": 1, "k": 1000, "m": 1_000_000, "g": 1_000_000_000, "t": 1_000_000_000_000}


def text(value: str) -> str:
    """Any text but none at all."""
    if not value:
        raise ValueError("it is empty")
    return value


def path(value: str) -> str:
    """A path; ``~`` is the home folder."""
    if "\0" in value:
        raise ValueError("a path holds no NUL")
    return os.path.expanduser(text(value))


def ip(value: str) -> str:
    """The IPv4 or IPv6 address of one machine, or the one that means all of this machine's."""
    from ipaddress import ip_address

    try:
        address = ip_address(value.strip("[]"))
    except ValueError:
        raise ValueError("it is no IP address; write 192.0.2.7 or 2001:db8::7") from None
    if not (address.is_unspecified or Address(str(address), CENTRAL_PORT).is_dialable):
        raise ValueError("no single machine has that address; write 192.0.2.7 or 2001:db8::7")
    return str(address)


def network(value: str) -> IPv4Network | IPv6Network:
    """A private network, or one of a link: no part of it is anywhere else."""
    from ipaddress import ip_network

    try:
        found = ip_network(value.strip())
    except ValueError:
        raise ValueError("it is no network; write 192.168.7.0/24 or fd00:7::/64") from None
    within = [each for each in map(ip_network, _PRIVATE) if each.version == found.version]
    if not any(found.subnet_of(each) for each in within):  # type: ignore[arg-type]
        raise ValueError("it is no private network; write 192.168.7.0/24 or fd00:7::/64")
    return found


def senders(value: str) -> IPv4Network | IPv6Network:
    """A machine or a network, anywhere."""
    from ipaddress import ip_network

    try:
        return ip_network(value.strip().strip("[]"))
    except ValueError:
        raise ValueError("it is no address; write 192.168.7.3, 192.168.7.0/24 or fd00:7::/64") from None


def central(value: str) -> Address:
    """Where a central listens; port 2045 when none is written."""
    try:
        return Address.parse(value, CENTRAL_PORT)
    except BadAddress:
        raise ValueError("it is no address; write HOST, HOST:PORT or [IPv6]:PORT") from None


def hostname(value: str) -> str:
    """A name of a machine in DNS, in lower case, and no address."""
    name = value.lower()
    with suppress(BadAddress):
        found = Address.parse(name, 1)
        if found.host == name and found.ip is None:
            return name
    raise ValueError("it is no name of a machine; write central.example.org")


def url(value: str) -> str:
    """The address of a file on a web server, in ASCII."""
    try:
        server_of(value)
    except (BadAddress, ValueError):
        raise ValueError("it is no address of a web server; write http://HOST/film.mp4") from None
    return value


def server_of(address: str) -> Address:
    """Who is dialled for what is at this address of the web.

    :raises ValueError: it is none, or has a user in it, who would be told to everybody.
    :raises BadAddress: no host is called so.
    """
    parts = urlsplit(address)
    port = {"http": 80, "https": 443}.get(parts.scheme)
    fits = address.isascii() and address.isprintable() and " " not in address and "@" not in parts.netloc
    if port is None or not fits:
        raise ValueError(f"{address!r} is no address of a web server")
    return Address.parse(parts.netloc, port)


def whole(lowest: int, highest: int, value: str) -> int:
    """A whole number between two others."""
    digits = value.lstrip("0") or value[:1]
    if value.isascii() and value.isdecimal() and len(digits) < 10 and lowest <= int(digits) <= highest:
        return int(digits)
    raise ValueError(f"write a whole number from {lowest} to {highest}")


def seconds(value: str) -> float:
    """A time in the film as ``SS``, ``MM:SS`` or ``HH:MM:SS``, in seconds."""
    clock = _CLOCK.fullmatch(value) if value.isascii() else None
    if not clock or (clock[2] and (float(clock[3]) >= 60 or (clock[1] and int(clock[2]) >= 60))):
        raise ValueError("write a time as SS, MM:SS or HH:MM:SS")
    return int(clock[1] or 0) * 3600 + int(clock[2] or 0) * 60 + float(clock[3])


def span(lowest: float, highest: float, value: str) -> float:
    """How long something lasts, in seconds: ``90s``, ``10m``, ``1h30m``, or as `seconds`."""
    written = _SPAN.fullmatch(value) if value.isascii() else None
    if written is not None:
        found = int(written[1] or 0) * 3600 + int(written[2] or 0) * 60 + float(written[3] or 0)
    else:
        try:
            found = seconds(value)
        except ValueError:
            raise ValueError("write how long it lasts as 10m, 1h30m, 600s or MM:SS") from None
    if not lowest <= found <= highest:
        raise ValueError(f"it may last from {span_text(lowest)} to {span_text(highest)}")
    return found


def rate(value: str) -> int:
    """How much may be sent in a second, in bytes: ``2M``, ``500k``, ``8Mbit`` or a plain number."""
    written = _RATE.fullmatch(value) if value.isascii() else None
    if written is None:
        raise ValueError("write bytes a second as 2M or 500k, or bits as 8Mbit")
    bytes_a_second = float(written[1]) * _FACTORS[written[2].lower()] / (8 if written[3] else 1)
    if bytes_a_second < LIMITS.uplink_least:
        raise ValueError(f"{LIMITS.uplink_least} bytes a second are the least that can work")
    return int(bytes_a_second)


def size(lowest: int, value: str) -> int:
    """A number of bytes, not below ``lowest``: ``256M``, ``1.5G`` or ``2GB``."""
    written = _SIZE.fullmatch(value) if value.isascii() else None
    if written is None:
        raise ValueError("write a size as 256M or 2G")
    count = int(float(written[1]) * _FACTORS[written[2].lower()])
    if count < lowest:
        raise ValueError(f"{size_text(lowest)} are the least that can work")
    return count


def one_of(choices: tuple[str, ...], value: str) -> str:
    """One of a few words."""
    if value not in choices:
        raise ValueError(f"write one of {', '.join(choices)}")
    return value


def switch(value: str) -> bool:
    """On or off; on the command line the bare flag means on."""
    try:
        return _WORDS[value.lower()]
    except KeyError:
        raise ValueError("write yes or no") from None
