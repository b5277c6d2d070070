"""Who may ask: requests that a stranger's web page makes a browser send are turned away.  Pure.

A page from anywhere can point its own name at our address (DNS rebinding) and would
then count as ours.  It cannot make a browser send another Host than its name, so
whoever calls us by a name that is not ours is not answered.  A page under its own name
gives itself away by Origin, and by Sec-Fetch-Site where browsers send that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from ipaddress import IPv4Address, IPv6Address

__all__ = ["BAD_REQUEST", "FORBIDDEN", "MISDIRECTED", "judge", "names_us", "split_target"]

BAD_REQUEST, FORBIDDEN, MISDIRECTED = 400, 403, 421

#: The values of a header, by its name; none when it is not there.
Values = Callable[[bytes], Sequence[bytes]]

_HOST = re.compile(rb"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")
_ABSOLUTE = re.compile(rb"(https?)://([^/?#]*)(.*)", re.DOTALL)


def names_us(host: bytes, own: Collection[str]) -> bool:
    """Whether the value of a Host header can only mean this machine, with or without a port.

    So it is an IP address, written in the usual way, ``localhost``, or one of ``own``
    (lower case).
    """
    found = _HOST.fullmatch(host)
    if found is None or (found[2] is not None and not 0 < int(found[2]) < 65536):
        return False
    name = found[1].decode("ascii").lower()
    return name == "localhost" or name in own or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip = IPv6Address(name[1:-1]) if name.startswith("[") else IPv4Address(name)
    except ValueError:
        return False
    return not (ip.is_unspecified or ip.is_multicast)


def split_target(target: bytes) -> tuple[bytes | None, bytes]:
    """The authority in a request's target, None when it has none, and the path with the query."""
    found = _ABSOLUTE.fullmatch(target)
    if found is None:
        return None, target
    path = found[3]
    return found[2], path if path.startswith(b"/") else b"/" + path


def judge(version: bytes, authority: bytes | None, values: Values, own: Collection[str]) -> int:
    """The status to turn a request away with; 0 when it may be answered.

    :param version: as in the request: ``HTTP/1.1``.
    :param authority: that in the target, which then counts instead of Host, beside it.
    :param own: what this machine is called.
    """
    hosts = values(b"host")
    if len(hosts) > 1 or (not hosts and version != b"HTTP/1.0"):
        return BAD_REQUEST
    called = [*hosts, *([] if authority is None else [authority])]
    if not called or not all(names_us(host, own) for host in called):
        return MISDIRECTED
    return FORBIDDEN if _is_foreign(called[-1], values) else 0


def _is_foreign(host: bytes, values: Values) -> bool:
    """Whether a page of somebody else's is behind it; that a person followed a link is none."""
    ours = {scheme + host.lower() for scheme in (b"http://", b"https://")}
    if any(origin.lower() not in ours for origin in values(b"origin")):
        return True
    elsewhere = any(site.lower() not in (b"same-origin", b"none") for site in values(b"sec-fetch-site"))
    went = (*values(b"sec-fetch-mode"), *values(b"sec-fetch-dest")) == (b"navigate", b"document")
    return elsewhere and not went
