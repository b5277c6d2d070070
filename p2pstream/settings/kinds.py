"""What the text of a setting may be, and the value it stands for.

Each kind is a function of the text that raises `ValueError` with what to write instead.
"""

from __future__ import annotations

import os
import re

from p2pstream.content.addresses import CENTRAL_PORT, Address
from p2pstream.errors import BadAddress

_WORDS = {"1": True, "true": True, "yes": True, "on": True} | dict.fromkeys(
    ("0", "false", "no", "off"), False
)
_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d+)?)")


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
    """An IPv4 or IPv6 address."""
    from ipaddress import ip_address

    try:
        return str(ip_address(value.strip("[]")))
    except ValueError:
        raise ValueError("it is no IP address; write 192.0.2.7 or 2001:db8::7") from None


def central(value: str) -> Address:
    """Where a central listens; port 2045 when none is written."""
    try:
        return Address.parse(value, CENTRAL_PORT)
    except BadAddress:
        raise ValueError("it is no address; write HOST, HOST:PORT or [IPv6]:PORT") from None


def whole(lowest: int, highest: int, value: str) -> int:
    """A whole number between two others."""
    if not (value.isascii() and value.isdecimal() and lowest <= int(value[:9]) <= highest):
        raise ValueError(f"write a whole number from {lowest} to {highest}")
    return int(value)


def seconds(value: str) -> float:
    """A time in the film as ``SS``, ``MM:SS`` or ``HH:MM:SS``, in seconds."""
    clock = _CLOCK.fullmatch(value) if value.isascii() else None
    if not clock or (clock[2] and (float(clock[3]) >= 60 or (clock[1] and int(clock[2]) >= 60))):
        raise ValueError("write a time as SS, MM:SS or HH:MM:SS")
    return int(clock[1] or 0) * 3600 + int(clock[2] or 0) * 60 + float(clock[3])


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
