"""One stream as the answer to one request: ranges, tags, and a refusal of what is no film."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from twisted.internet.defer import CancelledError, Deferred

from p2pstream.content.manifests import HEAD_BYTES
from p2pstream.content.shown import Bearing
from p2pstream.content.text import printable
from p2pstream.data.gathered import Gathered
from p2pstream.errors import P2PStreamError, RangeError, ReadStopped
from p2pstream.interfaces import INode, IStream, IVersioned
from p2pstream.protocols.http.media import is_refused
from p2pstream.protocols.http.replies import TO_THE_END, Conditions, Reply, Target, reply
from p2pstream.transport.roads.sending import unless_revoked

__all__ = ["serve"]


async def serve(request: Any, node: INode, name: str, data: Any) -> None:
    """Answer with a stream, or with the parts of it that are asked for; ``data`` stays open.

    Whether it is one is seen by how it begins, each time: what lies under a name may change.

    :param request: a `request.BoundedRequest`.
    :param name: what it is called, which says its type.
    """
    try:
        head = await _head(data)
    except P2PStreamError as fault:
        await request.say(HTTPStatus.SERVICE_UNAVAILABLE, str(fault))
        return
    if is_refused(name, head):
        why = "it is a list of links, or may be one, and players would follow them"
        await request.say(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"“{printable(name, 80)}” is not served: {why}.")
        return
    boundary = node.random.randbytes(16).hex().encode("ascii")
    what = reply(_asked(request), Target(name, data.length, _version(data), data.seekable), boundary)
    request.setResponseCode(what.status)
    for header, value in what.headers.items():
        request.setHeader(header, value)
    request.write(b"")
    if request.method != b"HEAD" and what.body:
        await _send(request, node, name, data, what)
    else:
        await request.conclude()


async def _send(request: Any, node: INode, name: str, data: Any, what: Reply) -> None:
    channel, address = request.channel, request.address
    began = node.reactor.seconds()
    node.events.happened("transfer_started", name=name, address=address)
    key = data.key if IStream.providedBy(data) else None
    end = node.traffic.begin(Bearing.OUT, "http", address, lambda: request.sent, key, name)
    sending = Deferred.fromCoroutine(_pieces(request, data, what))
    try:
        await unless_revoked(sending, data)  # type: ignore[arg-type]
    except (P2PStreamError, CancelledError) as fault:
        left = isinstance(fault, ReadStopped | CancelledError)
        reason = channel.why or ("the client left" if left else str(fault))
        request.abort(reason)
        node.events.happened("transfer_failed", name=name, address=address, sent=request.sent, reason=reason)
        return
    finally:
        end()
    seconds = node.reactor.seconds() - began
    node.events.happened("transfer_ended", name=name, address=address, sent=request.sent, seconds=seconds)
    await request.conclude()


async def _pieces(request: Any, data: Any, what: Reply) -> None:
    for piece in what.body:
        if isinstance(piece, bytes):
            request.write(piece)
        elif piece == TO_THE_END:
            await data.read_to(request)
        else:
            await request.send(data, *piece)


async def _head(data: Any) -> bytes:
    head = Gathered()
    # That of a shorter one, whose length is known only now, is all of it.
    with suppress(RangeError):
        await data.read_to(head, 0, HEAD_BYTES if data.length is None else min(HEAD_BYTES, data.length))
    return head.content


def _version(data: Any) -> str:
    if IStream.providedBy(data):
        return str(data.key.text)
    return str(data.version) if IVersioned.providedBy(data) else ""


def _asked(request: Any) -> Conditions:
    ranges = request.requestHeaders.getRawHeaders(b"Range", [])
    if_none_match = request.requestHeaders.getRawHeaders(b"If-None-Match")
    return Conditions(
        # Several are as one with commas in it; each still says that it counts bytes, and so is no range.
        b",".join(ranges) or None,
        request.getHeader(b"If-Range"),
        b",".join(if_none_match) if if_none_match is not None else None,
    )
