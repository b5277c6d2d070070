"""The events behind HTTP: each client is told as fast as it listens, and no faster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from p2pstream.content.admission import Admission
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.events.bell import Bell
from p2pstream.web.events.topics import Topics
from p2pstream.web.problem import Problem, show_problem
from p2pstream.web.resource import WebResource, asker
from p2pstream.web.shapes import encode

__all__ = ["Events"]

_KIND = b"text/event-stream; charset=utf-8"
#: A browser that lost us comes back after so many milliseconds.
_RETRY = b"retry: 2000\n\n"
#: A comment, which no page sees.
_THERE = b":\n\n"


class Events(WebResource):
    """A response without end.

    What waits for a slow client is which topics changed, and nothing else.

    :param admission: who may listen at all.
    """

    def __init__(
        self, topics: Topics, clock: IReactorTime, admission: Admission, limits: Limits = LIMITS
    ) -> None:
        super().__init__()
        self.admission = admission
        self._topics = topics
        self._clock = clock
        self._limits = limits
        #: How many, by where they are.
        self._clients: Counter[str] = Counter()
        #: What moves, as it was told last to anybody, and when: it is the same for all.
        self._beat = b""
        self._beaten = float("-inf")

    @property
    def clients(self) -> int:
        """How many listen."""
        return self._clients.total()

    async def answer(self, request: Any) -> None:
        """Tell, until the client leaves."""
        host = _host(request)
        full = self.clients >= self._limits.event_clients
        if full or self._clients[host] >= self._limits.event_clients_each:
            await show_problem(
                request, Problem(HTTPStatus.SERVICE_UNAVAILABLE, "too many follow these events already")
            )
            return
        request.setHeader(b"Content-Type", _KIND)
        if request.method == b"HEAD":
            await request.conclude()
            return
        bell = Bell(self._clock)
        end = self._topics.observe(bell.ring)
        self._clients[host] += 1
        try:
            await self._tell(request, bell)
        finally:
            self._clients -= Counter([host])
            end()

    async def _tell(self, request: Any, bell: Bell) -> None:
        """First how everything stands; then each change, and again and again what moves."""
        limits = self._limits
        moved = bool(self._topics.beats)
        await request.push(_RETRY + b"".join(self._now(self._topics.told)) + self._beats(moved))
        while True:
            await deferLater(self._clock, limits.event_gap_s)
            # Once more after it has come to rest.
            pause = limits.event_beat_s if self._topics.moves() or moved else limits.event_rest_s
            await bell.wait(pause - limits.event_gap_s)
            moves = self._topics.moves()
            said = b"".join(self._now(topic for topic in bell.take() if topic in self._topics.told))
            said += self._beats(moves or moved)
            moved = moves
            await request.push(said or _THERE)

    def _now(self, topics: Any) -> Iterator[bytes]:
        """How these stand."""
        return (self._event(topic.value, self._topics.told[topic]()) for topic in topics)

    def _beats(self, moves: bool) -> bytes:
        if not moves:
            return b""
        now = self._clock.seconds()
        if now - self._beaten >= self._limits.event_beat_s / 2:
            beats = self._topics.beats.items()
            self._beat, self._beaten = b"".join(self._event(name, told()) for name, told in beats), now
        return self._beat

    @staticmethod
    def _event(name: str, told: Any) -> bytes:
        told = list(told) if isinstance(told, tuple) else told
        return b"event: %s\ndata: %s\n\n" % (name.encode("ascii"), encode(told))


def _host(request: Any) -> str:
    address = asker(request)
    return "" if address is None else address.host
