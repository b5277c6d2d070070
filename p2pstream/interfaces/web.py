"""Seams of the web: a request that the HTTP protocol lets through, as a page sees it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from p2pstream.interfaces.bytes import IData

__all__ = ["IWebRequest"]


class IWebRequest(Interface):
    """What a resource of `INode.resources` is given, beside what twisted.web's own requests have.

    It passed the fence, as strict as the attribute ``admission`` of that resource says, an
    `content.admission.Admission`; left out, ``PAGES``.  Its method is one of the attribute
    ``methods`` of the resource that was meant; left out, GET and HEAD; requests with
    any other are judged as ``OWN``, except where ``admission`` is ``NEARBY``.

    Order of calls: `run`, once; inside of that `setResponseCode` and `setHeader`, then any number of
    `send` and `push`, each awaited before the next.  Exactly one of `say`, `show`, `serve` and
    `conclude` ends a response, or `abort`.  When the client leaves, whatever is awaited fails with
    ``CancelledError``, and so does all that is called afterwards, but for `abort`, which is harmless
    then.  `testing.requests.MemoryRequest` is one without HTTP.
    """

    address: str = Attribute("""Who asks, for people.""")
    method: bytes = Attribute("""One of those that are let through.""")
    uri: bytes = Attribute("""The path that was asked for, and what stands behind it.""")
    args: dict[bytes, list[bytes]] = Attribute("""What stands behind the question mark.""")
    is_local: bool = Attribute("""Whether it comes from this machine.""")
    body: bytes = Attribute(
        """JSON that came with a request to change something, from this machine; XML that came with a
        question, where ``NEARBY`` is asked; empty for all others."""
    )

    def run(answer: Coroutine[Any, Any, None]) -> None:
        """Have ``answer`` write the response; it is cancelled when the client leaves."""

    def getHeader(key: bytes) -> bytes | None:
        """The last value of a header of the request."""

    def setResponseCode(code: int, message: bytes | None = None) -> None:
        """Another status than 200, for `show`; before the response begins."""

    def setHeader(name: bytes, value: bytes) -> None:
        """A header of the response; before that begins."""

    async def say(status: int, words: str = "") -> None:
        """Answer with a status and at most a line of text."""

    async def show(body: bytes, kind: bytes, policy: str | None = None) -> None:
        """Answer with a small body of this media type.

        :param policy: the value of Content-Security-Policy; left out, nothing is allowed.
        """

    def is_for_own_player() -> None:
        """The user's own player asks: it may be paused for hours, and what it takes is no upload."""

    async def serve(name: str, data: IData) -> None:
        """Answer with a stream, or the parts of it that are asked for; ``data`` stays open.

        Ranges, tags, HEAD and types are seen to, and lists of links refused.

        :param name: what it is called, which says its type.
        """

    async def send(data: IData, start: int, stop: int) -> None:
        """Write ``[start, stop)`` of it, when there is room; fails as `IData.read_to` does.

        Headers are the caller's.  Then `conclude` is.
        """

    async def push(part: bytes, is_film: bool = False) -> None:
        """Write a part of a response that goes on; returns when there is room for the next.

        A client that takes nothing for as long as a transfer may stall is cut off.

        :param is_film: it waits for its turn at the uplink, as all that is sent of films.
        """

    async def conclude() -> None:
        """End the response, once the transport has room for the next one."""

    def abort(why: str) -> None:
        """Reset the connection: the client must not take a part for the whole."""
