"""A response of which nobody knows how long it will be."""

from __future__ import annotations

from collections import deque
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from p2pstream.interfaces import IWebRequest

__all__ = ["Pushed"]


@implementer(IConsumer)
class Pushed:
    """Gives a request what it is given, part by part, each when there is room and it is its turn.

    :param kind: its media type.
    :ivar begun: whether the response has begun.
    :ivar count: bytes that were given so far.
    """

    def __init__(self, request: IWebRequest, kind: bytes) -> None:
        self.begun = False
        self.count = 0
        self._request = request
        self._kind = kind
        self._producer: Any = None
        self._parts: deque[bytes] = deque()
        self._pushing: Deferred[None] = succeed(None)
        self._busy = False

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Whoever makes it."""
        self._producer = producer

    def unregisterProducer(self) -> None:
        """All is here, or will be no more."""
        self._producer = None

    def write(self, data: bytes) -> None:
        """One part: no other comes before it went."""
        if not self.begun:
            self.begun = True
            self._request.setHeader(b"Content-Type", self._kind)
            self._request.setHeader(b"Cache-Control", b"no-store")
        self.count += len(data)
        self._parts.append(data)
        if not self._busy:
            self._busy = True
            self._pushing = Deferred.fromCoroutine(self._push()).addErrback(self._left)

    async def emptied(self) -> None:
        """Return when all went."""
        await self._pushing

    async def _push(self) -> None:
        if self._producer is not None:
            self._producer.pauseProducing()
        while self._parts:
            await self._request.push(self._parts.popleft(), is_film=True)
        self._busy = False
        if self._producer is not None:
            self._producer.resumeProducing()

    def _left(self, failure: Any) -> None:
        """The client left; whoever makes it stops."""
        self._parts.clear()
        if self._producer is not None:
            self._producer.stopProducing()
