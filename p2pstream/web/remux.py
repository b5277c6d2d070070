"""Films for browsers that do not open their containers: ``/remux/NAME?t=SECONDS``.

A key may stand in the place of the name, and ``facts.json`` behind either says what is in the
film, for whoever has nothing beside it.

The same pictures and sound in fragmented MP4, from the last key frame before that time
on, as long as somebody reads.  A seek is another request (``docs/decisions/remux``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.web.resource import Resource

from p2pstream.content.admission import Admission
from p2pstream.content.keys import FileKey, parse_key
from p2pstream.content.links import Link
from p2pstream.content.names import decode_name
from p2pstream.errors import BadKey, CannotPlay, NoMedia, NotShared, P2PStreamError, ReadStopped
from p2pstream.interfaces import IMedia, IOpened, IStream, IWebRequest
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.gateway import Give
from p2pstream.web.opening import opened_or_said
from p2pstream.web.pushed import Pushed
from p2pstream.web.resource import WebResource, asker
from p2pstream.web.sides import answer_facts

__all__ = ["Remuxes", "answer_remuxed", "remuxing", "start_of"]

#: No film is that long.
_LONGEST_S = 360_000.0
#: Answers with something of a film that is open.
Answers = Callable[[IWebRequest, Any, IMedia], Coroutine[Any, Any, None]]


class Remuxes(WebResource):
    """All that is shared, wrapped anew.

    :param opens: as `INode.open`.
    :param keyed: as `INode.open_key`.
    """

    admission = Admission.PUBLIC

    def __init__(
        self,
        opens: Callable[[str], Deferred[IOpened]],
        keyed: Callable[[FileKey], Deferred[IStream]],
        media: IMedia,
        clock: IReactorTime,
        limits: Limits = LIMITS,
    ) -> None:
        super().__init__()
        self._opens = opens
        self._keyed = keyed
        self._media = media
        self._clock = clock
        self._limits = limits
        #: How many each address elsewhere has.
        self._strangers: Counter[str] = Counter()

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: a name, no longer percent-encoded."""
        return RemuxAnswer(self, path)

    async def answer_for(self, request: IWebRequest, path: bytes, how: Answers) -> None:
        """One film; whoever sits at this machine is never kept out by others, nor all others by one."""
        if request.is_local:
            await self._answer(request, path, how)
            return
        address = asker(request)
        who, limits = address.cap_key() if address is not None else "", self._limits
        if self._strangers.total() >= limits.workers_at_once - 1:
            await request.say(
                HTTPStatus.SERVICE_UNAVAILABLE, "Too many films are being wrapped anew here; try later."
            )
        elif self._strangers[who] >= limits.workers_each:
            await request.say(
                HTTPStatus.TOO_MANY_REQUESTS, "Your address has others wrapped anew here already; try later."
            )
        else:
            self._strangers[who] += 1
            try:
                await self._answer(request, path, how)
            finally:
                self._strangers -= Counter([who])

    async def _answer(self, request: IWebRequest, path: bytes, how: Answers) -> None:
        data = await opened_or_said(request, lambda: self._open(path), self._clock, self._limits)
        if data is None:
            return
        try:
            await how(request, data, self._media)
        finally:
            data.close()

    def _open(self, path: bytes) -> Deferred[Any]:
        try:
            key = parse_key(path.decode("ascii", "replace"))
        except BadKey:
            return self._opens(decode_name(path))
        if not isinstance(key, FileKey):
            raise NotShared("a broadcast is not wrapped anew")
        return self._keyed(key).addCallback(_whole)


def _whole(stream: IStream) -> IStream:
    if not stream.units.covers(0, stream.key.units):
        stream.close()
        raise NotShared("not all of it is here")
    return stream


class RemuxAnswer(WebResource):
    """One film."""

    def __init__(self, remuxes: Remuxes, path: bytes) -> None:
        super().__init__()
        self._remuxes = remuxes
        self._path = path

    async def answer(self, request: IWebRequest) -> None:
        """Have it wrapped anew, as long as the client stays."""
        await self._remuxes.answer_for(request, self._path, answer_remuxed)

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: what is in it."""
        return RemuxFacts(self._remuxes, self._path) if path == b"facts.json" else WebResource()


class RemuxFacts(WebResource):
    """What is in one film."""

    def __init__(self, remuxes: Remuxes, path: bytes) -> None:
        super().__init__()
        self._remuxes = remuxes
        self._path = path

    async def answer(self, request: IWebRequest) -> None:
        """Look into it."""
        await self._remuxes.answer_for(request, self._path, answer_facts)


async def answer_remuxed(request: IWebRequest, data: IOpened, media: IMedia) -> None:
    """Answer with a film wrapped anew, from ``t`` on; ``data`` stays open."""
    start_s = start_of(request)
    if start_s is None:
        await request.say(HTTPStatus.BAD_REQUEST, "t is a number of seconds.")
        return
    pushed = Pushed(request, b"video/mp4")
    try:
        await media.remux(data, pushed, start_s)
        await pushed.emptied()
    except (P2PStreamError, CancelledError) as fault:
        if pushed.begun:
            # A part must not be taken for the whole.
            request.abort(str(fault) or "the client left")
        elif not isinstance(fault, CancelledError | ReadStopped):
            cannot = isinstance(fault, CannotPlay) and not isinstance(fault, NoMedia)
            status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE if cannot else HTTPStatus.SERVICE_UNAVAILABLE
            await request.say(status, f"{fault}.")
        return
    await request.conclude()


def remuxing(media: IMedia) -> Give:
    """Gives streams that a gateway fetches, ``/stream-remux/CENTRAL/NAME?t=SECONDS``."""

    async def give(request: IWebRequest, link: Link, called: str, data: Any) -> None:
        request.is_for_own_player()
        await answer_remuxed(request, data, media)

    return give


def start_of(request: IWebRequest) -> float | None:
    """Where it is to begin, in seconds; None where that is no time."""
    values = request.args.get(b"t", [b"0"])
    with suppress(ValueError):
        start = float(values[-1])
        if 0 <= start <= _LONGEST_S:
            return start
    return None
