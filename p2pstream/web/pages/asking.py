"""What pages read in requests.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from p2pstream.content.addresses import Address
from p2pstream.errors import BadAddress

if TYPE_CHECKING:
    from p2pstream.interfaces import IWebRequest

__all__ = ["HTML", "M3U", "asked_for", "called", "outside"]

HTML, M3U = b"text/html; charset=utf-8", b"audio/x-mpegurl"
#: Characters of a query that are looked at.
_MOST = 400
#: What browsers leave out.
_HTTP_PORT = 80


def asked_for(args: Mapping[bytes, list[bytes]], name: str) -> str:
    """What stands behind the question mark under that name."""
    return args.get(name.encode("ascii"), [b""])[-1].decode("utf-8", "replace")[:_MOST]


def called(request: IWebRequest, port: int = _HTTP_PORT) -> Address:
    """Where whoever asks finds this node: they called it so.

    :param port: what it means where they named none.
    """
    host = (request.getHeader(b"host") or b"").decode("ascii", "replace")
    try:
        return Address.parse(host, port)
    except BadAddress:
        # The fence knows more names than can be dialled.
        return Address("127.0.0.1", port)


def outside(request: IWebRequest, told: str) -> str:
    """The address of this page for another machine; empty where there is none.

    :param told: where others find this node, as far as it knows.
    """
    here = called(request)
    if here.scope == "loopback" and told:
        here = Address.parse(told, here.port)
    uri = request.uri.decode("ascii", "replace")
    return "" if here.scope == "loopback" else f"http://{here}{uri}"
