"""Who may ask: requests that a stranger's web page makes a browser send are turned away.  Pure.

A page from anywhere can point its own name at our address (DNS rebinding) and would
then count as ours.  It cannot make a browser send another Host than its name, so
whoever calls us by a name that is not ours is not answered.  A page under its own name
gives itself away by Origin, and by Sec-Fetch-Site where browsers send that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address

from p2pstream.content.admission import Admission, is_forwarded

__all__ = [
    "judge",
    "names_here",
    "names_us",
    "split_target",
    "words",
]


#: The values of a header, by its name; none when it is not there.
Values = Callable[[bytes], Sequence[bytes]]

_HOST = re.compile(rb"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")
#: By what a page of today gives itself away, each to be had without the others.
_SIGNS = (b"origin", b"referer", b"sec-fetch-dest", b"sec-fetch-mode", b"sec-fetch-site")
_ABSOLUTE = re.compile(rb"(https?)://([^/?#]*)(.*)", re.DOTALL)


_BY_NAME = (
    "This machine answers nobody who calls it by that name, for any web page could make a name lead here."
    " Call it by its address, as in http://192.0.2.7:2050/; if the name is yours, start it with --hostname."
)
_FROM_ELSEWHERE = (
    "That is shown on the machine itself alone, under 127.0.0.1 or localhost, to who types the address"
    " or comes from a page of the same address."
)
_FROM_AFAR = "That is shown to this machine and to the networks that it is on alone."
_AS_JSON = (
    "What is to be changed is read as JSON alone: send it with the header Content-Type: application/json."
)


def names_us(host: bytes, own: Collection[str]) -> bool:
    """Whether the value of a Host header can only mean this machine, with or without a port.

    So it is an IP address, written in the usual way, ``localhost``, or one of ``own``
    (lower case).
    """
    name = _called(host)
    ip = _address(name)
    means_one = ip is not None and not (ip.is_unspecified or ip.is_multicast)
    return name == "localhost" or name in own or means_one


def names_here(host: bytes) -> bool:
    """Whether it is loopback's: ``localhost``, or an address that no other machine can have."""
    name = _called(host)
    ip = _address(name)
    return name == "localhost" or (ip is not None and ip.is_loopback)


def _called(host: bytes) -> str:
    """The name in the value of a Host header, lower case; empty when it is no such value."""
    found = _HOST.fullmatch(host)
    if found is None or (found[2] is not None and not 0 < int(found[2]) < 65536):
        return ""
    return found[1].decode("ascii").lower()


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return IPv6Address(name[1:-1]) if name.startswith("[") else IPv4Address(name)
    except ValueError:
        return None


def split_target(target: bytes) -> tuple[bytes | None, bytes]:
    """The authority in a request's target, None when it has none, and the path with the query."""
    found = _ABSOLUTE.fullmatch(target)
    if found is None:
        return None, target
    path = found[3]
    return found[2], path if path.startswith(b"/") else b"/" + path


def judge(
    version: bytes,
    authority: bytes | None,
    values: Values,
    own: Collection[str],
    admission: Admission = Admission.PAGES,
    local: bool = False,
    near: bool = False,
) -> int:
    """The status to turn a request away with; 0 when it may be answered.

    :param version: as in the request: ``HTTP/1.1``.
    :param authority: that in the target, which then counts instead of Host, beside it.
    :param own: what this machine is called.
    :param local: whether the connection comes from this machine.
    :param near: whether it comes from there, or from a network that this machine is on.
    """
    hosts = values(b"host")
    if len(hosts) > 1 or (not hosts and version != b"HTTP/1.0"):
        return HTTPStatus.BAD_REQUEST
    called = [*hosts, *([] if authority is None else [authority])]
    if not called or not all(names_us(host, own) for host in called):
        return HTTPStatus.MISDIRECTED_REQUEST
    if admission is Admission.OWN:
        return _judge_own(called, values, local and not is_forwarded(values))
    if admission is Admission.NEARBY:
        near = near and not is_forwarded(values)
        return 0 if near and not _is_foreign(called[-1], values, False) else HTTPStatus.FORBIDDEN
    foreign = admission is Admission.PAGES and _is_foreign(called[-1], values, _is_followed(values))
    return HTTPStatus.FORBIDDEN if foreign else 0


def words(status: int, values: Values, admission: Admission = Admission.PAGES) -> str:
    """Why it was turned away with that, for a person or a program; the same for all.

    Empty where a page may be behind it, which is told nothing.
    """
    told = _is_followed(values) or not any(map(values, _SIGNS))
    if told and status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE and admission is Admission.OWN:
        return _AS_JSON
    if not told or status not in (HTTPStatus.FORBIDDEN, HTTPStatus.MISDIRECTED_REQUEST):
        return ""
    if admission is Admission.NEARBY and status == HTTPStatus.FORBIDDEN:
        return _FROM_AFAR
    return _FROM_ELSEWHERE if admission is Admission.OWN else _BY_NAME


def _judge_own(called: Sequence[bytes], values: Values, local: bool) -> int:
    if not local:
        return HTTPStatus.FORBIDDEN
    if not all(map(names_here, called)):
        return HTTPStatus.MISDIRECTED_REQUEST
    referred = any(not _is_below(referer, called[-1]) for referer in values(b"referer"))
    return HTTPStatus.FORBIDDEN if referred or _is_foreign(called[-1], values, False) else 0


def _ours(host: bytes) -> tuple[bytes, bytes]:
    """The origins of pages of ours, as who asks calls us."""
    return b"http://" + host.lower(), b"https://" + host.lower()


def _is_below(referer: bytes, host: bytes) -> bool:
    """Whether it is the address of a page of ours."""
    return referer.lower().startswith(tuple(origin + b"/" for origin in _ours(host)))


def _is_foreign(host: bytes, values: Values, followed: bool) -> bool:
    """Whether a page of somebody else's is behind it.

    :param followed: whether it is no matter where whoever asks was before.
    """
    if any(origin.lower() not in _ours(host) for origin in values(b"origin")):
        return True
    elsewhere = any(site.lower() not in (b"same-origin", b"none") for site in values(b"sec-fetch-site"))
    return elsewhere and not followed


def _is_followed(values: Values) -> bool:
    """Whether a person followed a link, and is shown what is answered as a page of its own."""
    return (*values(b"sec-fetch-mode"), *values(b"sec-fetch-dest")) == (b"navigate", b"document")
