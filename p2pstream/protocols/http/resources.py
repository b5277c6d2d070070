"""What can be asked for: a page, and each shared stream by its name."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import CancelledError, Deferred, TimeoutError
from twisted.internet.interfaces import IConsumer
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from p2pstream.content.manifests import HEAD_BYTES
from p2pstream.content.names import decode_name
from p2pstream.content.text import printable
from p2pstream.content.views import Offered
from p2pstream.errors import BadName, NotShared, P2PStreamError, ReadStopped
from p2pstream.interfaces import INode, IStream, IVersioned
from p2pstream.protocols.http.media import is_refused
from p2pstream.protocols.http.pages import CENTRAL_PAGE, index_page
from p2pstream.protocols.http.replies import Conditions, Reply, Target, reply
from p2pstream.protocols.http.request import BoundedRequest
from p2pstream.transport.sending import unless_revoked

__all__ = ["root"]

NOT_FOUND, UNSUPPORTED, UNAVAILABLE = 404, 415, 503


def root(node: INode) -> Resource:
    """The tree of one node: a central has a page only."""
    tree = AnsweringResource()
    tree.putChild(b"", Page(node))
    if node.role != "central":
        tree.putChild(b"share", StreamFinder(node))
    return tree


class AnsweringResource(Resource):
    """Answers by a coroutine; by itself, that there is nothing here, nor below."""

    def getChild(self, path: bytes, request: BoundedRequest) -> Resource:
        """Twisted: what no child was put there for."""
        return AnsweringResource()

    def render(self, request: BoundedRequest) -> int:
        """Twisted: this is what was asked for."""
        request.run(self.answer(request))
        return NOT_DONE_YET

    async def answer(self, request: BoundedRequest) -> None:
        """Write the response."""
        await request.say(NOT_FOUND, "There is nothing here.")


class Page(AnsweringResource):
    """The page of the node."""

    def __init__(self, node: INode) -> None:
        super().__init__()
        self._node = node
        self._listed: list[Offered] = []
        self._page = b""

    async def answer(self, request: BoundedRequest) -> None:
        """What is shared at this moment."""
        page = CENTRAL_PAGE if self._node.role == "central" else self._index()
        await request.show(page, b"text/html; charset=utf-8")

    def _index(self) -> bytes:
        """The page; the last one, as long as nothing changed: a thousand names take 8 ms to write."""
        most = self._node.limits.http_listed
        listed = list(self._node.listing(most + 1))
        if not self._page or listed != self._listed:
            self._listed, self._page = listed, index_page(listed, most)
        return self._page


class StreamFinder(AnsweringResource):
    """All that is shared; any name is looked for when it is asked for."""

    def __init__(self, node: INode) -> None:
        super().__init__()
        self._node = node

    def getChild(self, path: bytes, request: BoundedRequest) -> Resource:
        """Twisted: a name, no longer percent-encoded."""
        return StreamAnswer(self._node, path)


class StreamAnswer(AnsweringResource):
    """One stream, shared or not."""

    def __init__(self, node: INode, path: bytes) -> None:
        super().__init__()
        self._node = node
        self._path = path

    async def answer(self, request: BoundedRequest) -> None:
        """Open it for this one response."""
        node = self._node
        try:
            name = decode_name(self._path)
            data: Any = await node.open(name).addTimeout(node.limits.stall_s, node.reactor)
        except BadName as fault:
            node.events.happened("name_bad", address=request.address, reason=str(fault))
            await request.say(NOT_FOUND, str(fault))
        except NotShared as fault:
            node.events.happened("name_unknown", name=name, address=request.address)
            await request.say(NOT_FOUND, str(fault))
        except (P2PStreamError, TimeoutError) as fault:
            await request.say(UNAVAILABLE, str(fault))
        else:
            try:
                await self._serve(request, name, data)
            finally:
                data.close()

    async def _serve(self, request: BoundedRequest, name: str, data: Any) -> None:
        try:
            head = await _head(data)
        except P2PStreamError as fault:
            await request.say(UNAVAILABLE, str(fault))
            return
        if is_refused(name, head):
            why = "it is a list of links, or may be one, and players would follow them"
            await request.say(UNSUPPORTED, f"“{printable(name, 80)}” is not served: {why}.")
            return
        what = reply(_asked(request), Target(name, data.length, _version(data), data.seekable))
        request.setResponseCode(what.status)
        for header, value in what.headers.items():
            request.setHeader(header, value)
        request.write(b"")
        if request.method != b"HEAD" and what.stop > what.start:
            await self._send(request, name, data, what)
        else:
            await request.conclude()

    async def _send(self, request: BoundedRequest, name: str, data: Any, what: Reply) -> None:
        node, channel, address = self._node, request.channel, request.address
        began = node.reactor.seconds()
        node.events.happened("transfer_started", name=name, address=address)
        sending = request.send(data, what.start, what.stop, node.limits.http_step_bytes)
        try:
            await unless_revoked(Deferred.fromCoroutine(sending), data)  # type: ignore[arg-type]
        except (P2PStreamError, CancelledError) as fault:
            left = isinstance(fault, ReadStopped | CancelledError)
            reason = channel.why or ("the client left" if left else str(fault))
            request.abort(reason)
            node.events.happened(
                "transfer_failed", name=name, address=address, sent=request.sentLength, reason=reason
            )
            return
        seconds = node.reactor.seconds() - began
        node.events.happened(
            "transfer_ended", name=name, address=address, sent=request.sentLength, seconds=seconds
        )
        await request.conclude()


@implementer(IConsumer)
class _Head:
    """Keeps the little that it is given."""

    def __init__(self) -> None:
        self.kept = b""

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """There is no need to push back."""

    def unregisterProducer(self) -> None:
        """That is all."""

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.kept += data


async def _head(data: Any) -> bytes:
    head = _Head()
    await data.read_to(head, 0, min(HEAD_BYTES, data.length))
    return head.kept


def _version(data: Any) -> str:
    if IStream.providedBy(data):
        return str(data.key.text)
    return str(data.version) if IVersioned.providedBy(data) else ""


def _asked(request: BoundedRequest) -> Conditions:
    ranges = request.requestHeaders.getRawHeaders(b"Range", [])
    if_none_match = request.requestHeaders.getRawHeaders(b"If-None-Match")
    return Conditions(
        # Several are as one with commas in it, and that is none.
        b",".join(ranges) or None,
        request.getHeader(b"If-Range"),
        b",".join(if_none_match) if if_none_match is not None else None,
    )
