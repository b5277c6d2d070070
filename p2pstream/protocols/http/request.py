"""One request: who may ask, what every response has, and how responses end."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from http import HTTPStatus
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.http import BAD_REQUEST, NOT_ALLOWED
from twisted.web.server import Request as TwistedRequest

from p2pstream.interfaces import IData
from p2pstream.protocols.http.channel import BoundedChannel
from p2pstream.protocols.http.fence import judge, split_target
from p2pstream.protocols.http.pages import POLICY
from p2pstream.transport.ends import peer_name

__all__ = ["BoundedRequest"]

_log = Logger()

_METHODS = (b"GET", b"HEAD")
_ALWAYS = {
    b"Cache-Control": b"no-cache",
    b"Cross-Origin-Resource-Policy": b"same-origin",
    b"Referrer-Policy": b"no-referrer",
    b"X-Content-Type-Options": b"nosniff",
    b"X-Frame-Options": b"DENY",
}


class BoundedRequest(TwistedRequest):
    """A request of a `BoundedChannel`; ``site.own`` are the names that this machine goes by."""

    defaultContentType = None
    channel: Any
    transport: Any

    @property
    def address(self) -> str:
        """Who asks, for people."""
        return peer_name(self.transport)

    def process(self) -> None:
        """Twisted: the request is complete."""
        authority, self.uri = split_target(self.uri)
        self.path = self.uri.partition(b"?")[0]
        for header, value in _ALWAYS.items():
            self.setHeader(header, value)
        status = self._refusal(authority)
        if status == NOT_ALLOWED:
            self.setHeader(b"Allow", b", ".join(_METHODS))
        if status:
            self.run(self.say(status))
        else:
            super().process()

    def render(self, resource: Any) -> None:
        """Twisted: this resource was meant."""
        self.responseHeaders.removeHeader(b"Server")
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

    async def show(self, body: bytes, kind: bytes) -> None:
        """Answer with a small text."""
        if body:
            self.setHeader(b"Content-Type", kind)
            self.setHeader(b"Content-Security-Policy", POLICY.encode("ascii"))
        self.setHeader(b"Content-Length", b"%d" % len(body))
        self.write(body)
        await self.conclude()

    async def send(self, data: IData, start: int, stop: int, step: int) -> None:
        """Write ``[start, stop)``, ``step`` bytes at a time, each in its turn and when there is room.

        So little waits for a slow client, and it is seen whether it takes any of it.
        Fails as `IData.read_to` does.
        """
        channel = self._connected()
        while start < stop:
            end = min(stop, start + step)
            await channel.turn()
            await data.read_to(self, start, end)
            channel.paid(end - start)
            start = end

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

    def _refusal(self, authority: bytes | None) -> int:
        status = judge(self.clientproto, authority, self._values, self.channel.site.own)
        if not status and self.method not in _METHODS:
            return int(NOT_ALLOWED)
        return status or (0 if self.path.startswith(b"/") else int(BAD_REQUEST))

    def _values(self, header: bytes) -> Sequence[bytes]:
        return self.requestHeaders.getRawHeaders(header) or ()

    def _connected(self) -> BoundedChannel:
        channel: BoundedChannel | None = self.channel
        if channel is None:
            raise CancelledError("the client left")
        return channel
