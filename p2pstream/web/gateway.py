"""Streams of centrals, for any player of this machine: fetched while they are played.

``/stream/CENTRAL/NAME``, or a key in the place of the name; behind a key the name that it is
to be taken for may follow.  A broadcast is one stream without end there.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from twisted.internet.defer import TimeoutError
from twisted.internet.interfaces import IReactorTime
from twisted.web.resource import Resource

from p2pstream.content.admission import Admission
from p2pstream.content.links import Link, parse_centrals, short_text
from p2pstream.content.names import decode_name
from p2pstream.content.namespaces import decode_full_name, is_namespace
from p2pstream.errors import BadAddress, BadKey, BadName, NoCentral, NotFound, P2PStreamError
from p2pstream.interfaces import IFetched, IFetches, ILiveData, IWebRequest
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.live.endless import answer_endless
from p2pstream.web.resource import Signpost, WebResource
from p2pstream.web.steered import Steered
from p2pstream.web.viewings import Viewings

__all__ = ["Gateway", "Give", "GiveLive", "give_as_it_is", "stream_path"]

_FOLLOWS = "The address of a central and the name of a film follow here, as in /stream/192.0.2.1/film.mp4."
#: How a film is given.
Give = Callable[[IWebRequest, Link, str, Any], Coroutine[Any, Any, None]]
#: How a broadcast is: the request, what it is to be taken for, and what is here of it.
GiveLive = Callable[[IWebRequest, str, ILiveData], Coroutine[Any, Any, None]]


def stream_path(link: Link) -> str:
    """Where a gateway has what a link names: ASCII, and percent-encoded but for what means nothing."""
    centrals = ",".join(short_text(each) for each in link.centrals)
    return f"/stream/{quote(centrals, safe=':,[]')}/{quote(link.name, safe='')}"


async def give_as_it_is(request: IWebRequest, link: Link, called: str, data: Any) -> None:
    """Answer with the stream itself."""
    request.is_for_own_player()
    await request.serve(called, data)


def endlessly(clock: IReactorTime, limits: Limits) -> GiveLive:
    """Gives a broadcast as one stream."""

    async def give(request: IWebRequest, called: str, data: ILiveData) -> None:
        request.is_for_own_player()
        await answer_endless(request, data, clock, None, limits)

    return give


class Gateway(Signpost):
    """All of them, for this machine alone.

    :param give: answers with a film, given the request, the link, what the film is to be taken for, and
        its data; left out, with the film itself.
    :param give_live: answers with a broadcast; left out, with all that comes of it.
    """

    admission = Admission.OWN

    def __init__(
        self,
        fetches: IFetches,
        clock: IReactorTime,
        limits: Limits = LIMITS,
        give: Give = give_as_it_is,
        give_live: GiveLive | None = None,
    ) -> None:
        super().__init__(_FOLLOWS)
        self.give = give
        self.give_live = give_live or endlessly(clock, limits)
        self.viewings = Viewings(fetches, clock, limits)

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: a central, no longer percent-encoded."""
        return CentralPlace(self, path)


class CentralPlace(Signpost):
    """What one central knows."""

    def __init__(self, gateway: Gateway, central: bytes) -> None:
        super().__init__(gateway.said)
        self._gateway = gateway
        self._central = central

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: a name or a key."""
        return GatewayAnswer(self._gateway, self._central, path) if path else Signpost(self.said)


class GatewayAnswer(WebResource):
    """One stream.

    :param called: what it is to be taken for; None: for what it is.
    """

    def __init__(self, gateway: Gateway, central: bytes, name: bytes, called: bytes | None = None) -> None:
        super().__init__()
        self._gateway = gateway
        self._central = central
        self._name = name
        self._called = called

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: what follows a namespace, or the name that a key is to be taken for."""
        if self._called is None and is_namespace(self._name):
            return GatewayAnswer(self._gateway, self._central, self._name + b"/" + path)
        return GatewayAnswer(self._gateway, self._central, self._name, path)

    async def answer(self, request: IWebRequest) -> None:
        """Have it come, and give it on as far as it is here."""
        gateway = self._gateway
        try:
            first, *others = parse_centrals(self._central.decode("ascii", "replace"))
            link = Link(first, decode_full_name(self._name), tuple(others))
            called = link.called if self._called is None else decode_name(self._called)
            viewing = await gateway.viewings.enter(link)
        except (BadAddress, BadKey, BadName, NotFound) as fault:
            await request.say(HTTPStatus.NOT_FOUND, str(fault))
        except NoCentral as fault:
            await request.say(HTTPStatus.GATEWAY_TIMEOUT, str(fault))
        except TimeoutError:
            where = ", ".join(map(str, link.centrals))
            await request.say(
                HTTPStatus.GATEWAY_TIMEOUT,
                f"nobody said in time who has it; is p2p-central running at {where}?",
            )
        except P2PStreamError as fault:
            await request.say(HTTPStatus.BAD_GATEWAY, str(fault))
        else:
            try:
                await self._give(request, link, called, viewing.stream)
            finally:
                gateway.viewings.leave(viewing)

    async def _give(self, request: IWebRequest, link: Link, called: str, stream: IFetched) -> None:
        if stream.broadcast is not None:
            await self._gateway.give_live(request, called, stream.broadcast)
            return
        data = Steered(stream.data)
        try:
            await self._gateway.give(request, link, called, data)
        finally:
            data.close()
