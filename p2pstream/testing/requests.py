"""A request of the web in memory, and what every `IWebRequest` must do.

With the one a resource is tried without any HTTP::

    request = MemoryRequest(b"/mine?a=b")
    request.run(resource.answer(request))
    request.got.body
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from twisted.internet.defer import CancelledError, Deferred
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.data.memory import BufferData
from p2pstream.interfaces import IData, IWebRequest
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.bytes.patterns import pattern

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["MemoryRequest", "WebRequestContract", "WebResponse"]

Answer = Callable[[Any], Coroutine[Any, Any, None]]
_FILM = pattern(0, 300_000)


@dataclass
class WebResponse:
    """What whoever asked got.

    :ivar headers: by their names, lower case.
    :ivar is_whole: whether it ended, and was not cut off.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_whole: bool = False


@implementer(IWebRequest)
class MemoryRequest:
    """Keeps what it is answered with, in ``got``; there is always room.

    :param uri: the path, and what stands behind it.
    :param headers: of the request, by their names, lower case.
    """

    def __init__(
        self, uri: bytes = b"/", method: bytes = b"GET", headers: Mapping[bytes, bytes] | None = None
    ) -> None:
        self.address = "127.0.0.1:40000"
        self.uri, self.method, self.is_local, self.body = uri, method, True, b""
        self.args = parse_qs(uri.partition(b"?")[2], keep_blank_values=True)
        self.got = WebResponse()
        self._headers = dict(headers or {})
        self._work: Deferred[None] | None = None
        self._is_over = False

    def run(self, answer: Coroutine[Any, Any, None]) -> None:
        """See `IWebRequest`."""
        self._work = Deferred.fromCoroutine(answer).addErrback(self._failed)

    def leave(self) -> None:
        """The client is gone."""
        self._is_over = True
        if self._work is not None:
            self._work.cancel()

    def getHeader(self, key: bytes) -> bytes | None:
        """See `IWebRequest`."""
        return self._headers.get(key.lower())

    def setResponseCode(self, code: int, message: bytes | None = None) -> None:
        """See `IWebRequest`."""
        self.got.status = int(code)

    def setHeader(self, name: bytes, value: bytes) -> None:
        """See `IWebRequest`."""
        self.got.headers[name.decode().lower()] = value.decode()

    async def say(self, status: int, words: str = "") -> None:
        """See `IWebRequest`."""
        self.setResponseCode(status)
        await self.show(f"{words}\n".encode() if words else b"", b"text/plain; charset=utf-8")

    async def show(self, body: bytes, kind: bytes, policy: str | None = None) -> None:
        """See `IWebRequest`."""
        if body:
            self.setHeader(b"Content-Type", kind)
            self.setHeader(b"Content-Security-Policy", (policy or "default-src 'none'").encode())
        self._write(body)
        await self.conclude()

    def is_for_own_player(self) -> None:
        """See `IWebRequest`."""

    async def serve(self, name: str, data: IData) -> None:
        """See `IWebRequest`; all of it, whatever part is asked for."""
        await self.send(data, 0, data.length or 0)
        await self.conclude()

    async def send(self, data: IData, start: int, stop: int) -> None:
        """See `IWebRequest`."""
        consumer = CollectingConsumer()
        await data.read_to(consumer, start, stop)
        self._write(bytes(consumer.collected))

    async def push(self, part: bytes, is_film: bool = False) -> None:
        """See `IWebRequest`."""
        self._write(part)

    async def conclude(self) -> None:
        """See `IWebRequest`."""
        if self._is_over:
            raise CancelledError("the response is over")
        self._is_over = self.got.is_whole = True

    def abort(self, why: str) -> None:
        """See `IWebRequest`."""
        self._is_over = True

    def _write(self, part: bytes) -> None:
        if self._is_over:
            raise CancelledError("the response is over")
        if self.method != b"HEAD":
            self.got.body += part

    def _failed(self, failure: Any) -> None:
        failure.trap(CancelledError)


class WebRequestContract(_Case):
    """The contract of `IWebRequest`; for trial's ``SynchronousTestCase``."""

    def answered(
        self,
        answer: Answer,
        uri: bytes = b"/it",
        method: bytes = b"GET",
        leaves: bool = False,
        **head: bytes,
    ) -> WebResponse:
        """What whoever asks gets, of a resource that answers so.

        :param leaves: the client goes while it waits.
        """
        raise NotImplementedError

    def test_what_was_asked(self) -> None:
        """Everything that the interface promises is there, and says what was asked."""
        seen: list[Any] = []

        async def answer(request: Any) -> None:
            self.assertTrue(verifyObject(IWebRequest, request))
            seen.extend([request.method, request.uri, request.args, request.body])
            seen.extend([request.getHeader(b"X-One"), request.getHeader(b"X-Other")])
            self.assertTrue(request.address)
            self.assertIsInstance(request.is_local, bool)
            await request.say(HTTPStatus.OK)

        self.answered(answer, b"/it?a=1&a=2", x_one=b"word")
        self.assertEqual(seen, [b"GET", b"/it?a=1&a=2", {b"a": [b"1", b"2"]}, b"", b"word", None])

    def test_say(self) -> None:
        """A status and a line; without words, no body at all."""

        async def answer(request: Any) -> None:
            await request.say(HTTPStatus.NOT_FOUND, "There is no such film.")

        got = self.answered(answer)
        self.assertEqual((got.status, got.body, got.is_whole), (404, b"There is no such film.\n", True))
        self.assertEqual(self.answered(lambda request: request.say(HTTPStatus.NO_CONTENT)).body, b"")

    def test_show(self) -> None:
        """A body, with its type; unless it says otherwise it may use nothing."""

        async def answer(request: Any) -> None:
            request.setResponseCode(HTTPStatus.ACCEPTED)
            request.setHeader(b"X-Mine", b"1")
            await request.show(b"<p>here", b"text/html")

        got = self.answered(answer)
        self.assertEqual((got.status, got.body, got.is_whole), (202, b"<p>here", True))
        self.assertEqual((got.headers["content-type"], got.headers["x-mine"]), ("text/html", "1"))
        self.assertIn("default-src 'none'", got.headers["content-security-policy"])
        allowed = self.answered(lambda request: request.show(b"{}", b"text/html", "img-src 'self'"))
        self.assertEqual(allowed.headers["content-security-policy"], "img-src 'self'")

    def test_serve(self) -> None:
        """A stream is given whole, and of HEAD no byte of it."""

        async def answer(request: Any) -> None:
            await request.serve("film.mp4", BufferData(_FILM))

        got = self.answered(answer)
        self.assertEqual((got.status, got.is_whole), (200, True))
        self.assertTrue(got.body == _FILM)
        self.assertEqual(self.answered(answer, method=b"HEAD").body, b"")

    def test_send(self) -> None:
        """Parts of data, one after the other, and what is pushed between them, in that order."""

        async def answer(request: Any) -> None:
            request.is_for_own_player()
            request.setHeader(b"Content-Length", b"100006")
            await request.send(BufferData(_FILM), 5, 100_005)
            await request.push(b"abc")
            await request.push(b"def", is_film=True)
            await request.conclude()

        got = self.answered(answer)
        self.assertTrue(got.body == _FILM[5:100_005] + b"abcdef")
        self.assertTrue(got.is_whole)

    def test_abort(self) -> None:
        """What was cut off is never taken for the whole."""

        async def answer(request: Any) -> None:
            request.setHeader(b"Content-Length", b"100")
            await request.push(b"a part")
            request.abort("the rest is gone")

        self.assertFalse(self.answered(answer).is_whole)

    def test_client_leaves(self) -> None:
        """Whoever writes the response is cancelled where it waits."""
        seen: list[str] = []

        async def answer(request: Any) -> None:
            try:
                await Deferred()
            except CancelledError:
                seen.append("cancelled")
                raise

        self.assertFalse(self.answered(answer, leaves=True).is_whole)
        self.assertEqual(seen, ["cancelled"])
