"""What belongs to films of others, for pages of this machine: ``/stream-side/CENTRAL/NAME/…``.

Where the film's record names side content, that is fetched, which is small, and long here
before the film is.  Where it does not, what is in the film is found out of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from twisted.internet.defer import Deferred, TimeoutError
from twisted.internet.interfaces import IReactorTime

from p2pstream.content.keys import FileKey
from p2pstream.content.links import Link
from p2pstream.errors import P2PStreamError
from p2pstream.interfaces import IFetches, IMedia, IWebRequest
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.sides import answer_facts, answer_part
from p2pstream.web.viewings import Viewings

__all__ = ["StreamSides"]


#: Of all films of a name the key of their side content, by the text of the film's key.
Named = Callable[[Link], Deferred[Mapping[str, FileKey]]]


class StreamSides:
    """Gives that in the place of the stream (`gateway.Give`).

    :param named: asks the centrals of a link.
    """

    def __init__(
        self,
        media: IMedia,
        fetches: IFetches,
        named: Named,
        clock: IReactorTime,
        limits: Limits = LIMITS,
    ) -> None:
        self._media = media
        self._named = named
        self._clock = clock
        self._limits = limits
        self._viewings = Viewings(fetches, clock, limits)
        #: By the text of a film's key, the last ones that were asked for.
        self._sides: dict[str, FileKey] = {}

    async def give(self, request: IWebRequest, link: Link, called: str, data: Any) -> None:
        """One thing; ``called`` says which."""
        side = await self._side(link, getattr(data, "version", ""))
        if side is not None:
            await self._fetched(request, link, called, side)
        elif called == "facts.json":
            await answer_facts(request, data, self._media)
        else:
            await request.say(HTTPStatus.NOT_FOUND, "It has nothing of that kind beside it.")

    async def _side(self, link: Link, film: str) -> FileKey | None:
        if film not in self._sides:
            try:
                asking = self._named(link).addTimeout(self._limits.stall_s, self._clock)
                named = await asking
            except (P2PStreamError, TimeoutError):
                return None
            if film not in named:
                return None
            while len(self._sides) >= self._limits.gateway_sides:
                del self._sides[next(iter(self._sides))]
            self._sides[film] = named[film]
        return self._sides[film]

    async def _fetched(self, request: IWebRequest, link: Link, called: str, side: FileKey) -> None:
        try:
            viewing = await self._viewings.enter(Link(link.central, side.text, link.others))
        except P2PStreamError as fault:
            await request.say(HTTPStatus.NOT_FOUND, str(fault))
            return
        except TimeoutError:
            await request.say(HTTPStatus.GATEWAY_TIMEOUT, "What belongs to it did not come in time.")
            return
        try:
            await answer_part(request, viewing.stream.data, called, side, b"no-cache", self._limits)
        finally:
            self._viewings.leave(viewing)
