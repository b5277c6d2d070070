"""The broadcasts in which a node takes part, for whoever may ask it: ``/live/KEY/…``."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from twisted.internet.interfaces import IReactorTime
from twisted.web.resource import Resource

from p2pstream.content.admission import Admission
from p2pstream.content.keys import LiveKey, parse_key
from p2pstream.errors import BadKey
from p2pstream.interfaces import ILiveData, ILiveStreams, IWebRequest
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.live.endless import answer_endless
from p2pstream.web.live.places import PLAYLIST, STREAM
from p2pstream.web.live.segments import answer_playlist, answer_segment
from p2pstream.web.resource import WebResource

__all__ = ["Broadcasts", "broadcasts_of"]


class Broadcasts(WebResource):
    """All of them.

    :param find: what is here of one; None: nothing.
    """

    admission = Admission.PUBLIC

    def __init__(
        self, find: Callable[[LiveKey], ILiveData | None], clock: IReactorTime, limits: Limits = LIMITS
    ) -> None:
        super().__init__()
        self.find = find
        self.clock = clock
        self.limits = limits

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: a key, no longer percent-encoded."""
        try:
            key = parse_key(path.decode("ascii"))
        except (UnicodeDecodeError, BadKey):
            return WebResource()
        return BroadcastPlace(self, key) if isinstance(key, LiveKey) else WebResource()


class BroadcastPlace(WebResource):
    """One of them."""

    def __init__(self, broadcasts: Broadcasts, key: LiveKey) -> None:
        super().__init__()
        self._broadcasts = broadcasts
        self._key = key

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: the playlist, or what it lists."""
        return BroadcastAnswer(self._broadcasts, self._key, path)


class BroadcastAnswer(WebResource):
    """A part of one."""

    def __init__(self, broadcasts: Broadcasts, key: LiveKey, path: bytes) -> None:
        super().__init__()
        self._broadcasts = broadcasts
        self._key = key
        self._name = path.decode("ascii", "replace")

    async def answer(self, request: IWebRequest) -> None:
        """As far as it is here."""
        all_of_them = self._broadcasts
        data, clock, limits = all_of_them.find(self._key), all_of_them.clock, all_of_them.limits
        if data is None:
            await request.say(HTTPStatus.NOT_FOUND, "Nobody here takes part in that broadcast.")
        elif self._name == PLAYLIST:
            await answer_playlist(request, data, clock, limits)
        elif self._name == STREAM:
            await answer_endless(request, data, clock, limits.live_behind_segments, limits)
        else:
            await answer_segment(request, data, self._name)


def broadcasts_of(live: ILiveStreams, clock: IReactorTime, limits: Limits = LIMITS) -> Broadcasts:
    """Those in which somebody takes part."""

    def find(key: LiveKey) -> ILiveData | None:
        party = live.party(key)
        return None if party is None else party.data

    return Broadcasts(find, clock, limits)
