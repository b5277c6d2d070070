"""One request: who may ask, what every response has, and how responses end."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from http import HTTPStatus
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.server import Request as TwistedRequest
from zope.interface import implementer

from p2pstream.content.admission import Admission
from p2pstream.content.tellers import is_local
from p2pstream.interfaces import IData, IWebRequest
from p2pstream.protocols.http.channel import BoundedChannel
from p2pstream.protocols.http.fence import judge, split_target, words
from p2pstream.protocols.http.serving import serve
from p2pstream.transport.ends import as_address, peer_name

__all__ = ["BoundedRequest"]

_log = Logger()

#: What asks, and changes nothing; all that a resource answers that says no other ``methods``.
_ASKING = (b"GET", b"HEAD")
#: Pages of any site may use what is the same for all; that a player reads ranges needs no question before.
_SHARED = {
    b"Access-Control-Allow-Origin": b"*",
    b"Access-Control-Expose-Headers": b"Accept-Ranges, Content-Range, ETag",
    b"Cross-Origin-Resource-Policy": b"cross-origin",
}
_PREFLIGHT = {
    b"Access-Control-Allow-Methods": b"GET, HEAD",
    b"Access-Control-Allow-Headers": b"If-None-Match, If-Range, Range",
    b"Access-Control-Max-Age": b"86400",
}
#: What is text may use nothing, and be framed by nobody, unless it says otherwise.
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_ALWAYS = {
    b"Cache-Control": b"no-cache",
    b"Cross-Origin-Resource-Policy": b"same-origin",
    b"Referrer-Policy": b"no-referrer",
    b"X-Content-Type-Options": b"nosniff",
    b"X-Frame-Options": b"DENY",
}


@implementer(IWebRequest)
class BoundedRequest(TwistedRequest):
    """A request of a `BoundedChannel`; ``site.own`` are the names that this machine goes by."""

    defaultContentType = None
    channel: Any
    transport: Any
    body = b""
    _road: Any = None
    _passed = 0
    _authority: bytes | None = None
    _admission = Admission.PAGES

    @property
    def address(self) -> str:
        """Who asks, for people."""
        return peer_name(self.transport)

    @property
    def is_local(self) -> bool:
        """Whether the other end is on this machine."""
        address = as_address(self.transport.getPeer())
        return address is not None and address.scope == "loopback"

    @property
    def is_near(self) -> bool:
        """Whether it is on this machine, or on a network that this machine is on."""
        address = as_address(self.transport.getPeer())
        return address is not None and is_local(address, self.channel.node.subnets())

    @property
    def sent(self) -> int:
        """Bytes of the response so far, but for its head."""
        return self.sentLength + (0 if self._road is None else self._road.past - self._passed)

    def process(self) -> None:
        """Twisted: the request is complete."""
        self.channel.site.turns.take(self._begin)

    def _begin(self) -> None:
        if self.channel is None:
            # The client left while others had their turn.
            return
        self._road = self.channel.road
        self._passed = self._road.past
        self.body = self.content.read() if self.content is not None else b""
        self._authority, self.uri = split_target(self.uri)
        self.path = self.uri.partition(b"?")[0]
        for header, value in _ALWAYS.items():
            self.setHeader(header, value)
        found = self.channel.site.resource.place(self.path)
        admission: Admission = getattr(found, "admission", Admission.PAGES)
        self._admission = admission
        status = self._judge(admission)
        if not status and (found is None or not self.path.startswith(b"/")):
            status = self._lost()
        if status:
            nothing = "There is nothing here." if status == HTTPStatus.NOT_FOUND else ""
            self._refuse(status, nothing or words(status, self._values, admission))
            return
        if admission is Admission.PUBLIC:
            for header, value in _SHARED.items():
                self.setHeader(header, value)
        if admission is Admission.PUBLIC and self.method == b"OPTIONS":
            self._allow()
        else:
            super().process()

    def render(self, resource: Any) -> None:
        """Twisted: this resource was meant."""
        self.responseHeaders.removeHeader(b"Server")
        methods = getattr(resource, "methods", _ASKING)
        changes = self.method not in _ASKING
        status = 0
        if self.method not in methods:
            status = HTTPStatus.METHOD_NOT_ALLOWED
        elif changes:
            changing = self._admission is not Admission.NEARBY
            status = (self._judge(Admission.OWN) if changing else 0) or self.channel.unread
        if status:
            self._refuse(status, words(status, self._values, self._admission), methods)
        else:
            super().render(resource)

    def run(self, answer: Coroutine[Any, Any, None]) -> None:
        """Have ``answer`` write the response; it is cancelled when the client leaves."""
        done = self.notifyFinish()
        work = Deferred.fromCoroutine(answer).addErrback(self.processingFailed)
        done.addErrback(lambda _: work.cancel())

    async def say(self, status: int, words: str = "") -> None:
        """Answer with a status and at most a line of text."""
        self.setResponseCode(status, HTTPStatus(status).phrase.encode("ascii"))
        body = f"{words}\n".encode() if words else b""
        await self.show(body, b"text/plain; charset=utf-8")

    async def show(self, body: bytes, kind: bytes, policy: str | None = None) -> None:
        """Answer with a small body."""
        if body:
            self.setHeader(b"Content-Type", kind)
            self.setHeader(b"Content-Security-Policy", (policy or _POLICY).encode("ascii"))
        self.setHeader(b"Content-Length", b"%d" % len(body))
        self.write(body)
        await self.conclude()

    async def send(self, data: IData, start: int, stop: int) -> None:
        """Write ``[start, stop)``, piece by piece, as `road.FilmRoad.send` does."""
        await self._connected().road.send(data, start, stop, self)

    def is_for_own_player(self) -> None:
        """The user's own player: it may be paused for hours, and what it takes is no upload."""
        self._connected().is_for_own_player()

    async def serve(self, name: str, data: IData) -> None:
        """Answer with a stream, or the parts of it that are asked for: see `serving.serve`."""
        await serve(self, self._connected().node, name, data)

    async def push(self, part: bytes, is_film: bool = False) -> None:
        """Write a part of a response that goes on."""
        channel = self._connected()
        if is_film:
            await channel.road.turn(len(part))
        self.write(part)
        await channel.flowing()
        channel.progress()

    async def conclude(self) -> None:
        """End the response, once the transport has room for the next one."""
        await self._connected().flowing()
        self.finish()

    def abort(self, why: str) -> None:
        """Reset the connection, if there is one."""
        channel = getattr(self, "channel", None)
        if channel is not None:
            channel.abort(why)

    def unregisterProducer(self) -> None:
        """Twisted: the read is over; maybe because the client left."""
        if self.channel is not None:
            super().unregisterProducer()
        self.producer = None

    def processingFailed(self, reason: Failure) -> None:
        """Twisted: something was raised, which may only be that the client left."""
        if not reason.check(CancelledError):
            _log.failure("a request could not be answered in a way nobody thought of", reason)
            self.abort("it could not be answered")

    def _lost(self) -> int:
        """The status for what leads nowhere."""
        if self.method not in _ASKING:
            return HTTPStatus.METHOD_NOT_ALLOWED
        return HTTPStatus.NOT_FOUND if self.path.startswith(b"/") else HTTPStatus.BAD_REQUEST

    def _judge(self, admission: Admission) -> int:
        own = self.channel.site.own
        near = admission is Admission.NEARBY and self.is_near
        return judge(self.clientproto, self._authority, self._values, own, admission, self.is_local, near)

    def _refuse(self, status: int, why: str = "", methods: Sequence[bytes] = _ASKING) -> None:
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.setHeader(b"Allow", b", ".join(methods))
        self.run(self.say(status, why))

    def _allow(self) -> None:
        """Tell a browser that a page may ask (the preflight of CORS)."""
        for header, value in _PREFLIGHT.items():
            self.setHeader(header, value)
        self.run(self.say(HTTPStatus.NO_CONTENT))

    def _values(self, header: bytes) -> Sequence[bytes]:
        return self.requestHeaders.getRawHeaders(header) or ()

    def _connected(self) -> BoundedChannel:
        channel: BoundedChannel | None = self.channel
        if channel is None:
            raise CancelledError("the client left")
        return channel
