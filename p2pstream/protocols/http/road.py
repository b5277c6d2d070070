"""The way of films out of one connection: in turns, and past Python where that can be.

Heads of responses are written as Twisted does it, and leave before what follows them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IConsumer

from p2pstream.interfaces import IData, IFileSpans, INode
from p2pstream.transport.nobody import nobody
from p2pstream.transport.roads.bulk import can_bulk, install
from p2pstream.transport.roads.metered import OutletTurns

__all__ = ["FilmRoad"]


class FilmRoad:
    """Over plain TCP parts of files go by ``sendfile``; else all is written.

    :param moved: called whenever something has left, or may.
    :param waited: called when it begins to wait for its turn, and when it has it.
    :ivar is_metered: whether what is sent counts, and waits for its turn.
    """

    spills = more = False

    def __init__(
        self, transport: Any, node: INode, moved: Callable[[], None], waited: Callable[[], None]
    ) -> None:
        self.is_metered = True
        self.moved = moved
        self._limits = node.limits
        self._meter = OutletTurns(node.uplink, transport, node.reactor, waited)
        self._outbox = install(transport, self, node.limits) if can_bulk(transport) else None

    @property
    def waits(self) -> bool:
        """Whether it is the turn of others: that nothing is sent says nothing of the client."""
        return self._meter.waits

    @property
    def is_stuck(self) -> bool:
        """Whether there are bytes past Python that the client takes none of."""
        return self._outbox is not None and not self._outbox.hungry

    @property
    def past(self) -> int:
        """Bytes that went past Python so far."""
        return 0 if self._outbox is None else self._outbox.sent

    async def send(self, data: IData, start: int, stop: int, consumer: IConsumer) -> None:
        """Send ``[start, stop)``, piece by piece, each in its turn and when there is room.

        So little waits for a slow client, and it is seen whether it takes any of it.
        Fails as `IData.read_to` does.

        :param consumer: what is written to, where there is no way past Python.
        """
        outbox = self._outbox if IFileSpans.providedBy(data) else None
        is_limited = self.is_metered and self._meter.limited
        step = self._limits.http_step_bytes if outbox is None or is_limited else self._limits.span_bytes
        while start < stop:
            end = min(stop, start + step)
            if self.is_metered:
                await self._meter.turn()
            await (data.read_to(consumer, start, end) if outbox is None else outbox.carry(data, start, end))
            if self.is_metered:
                self._meter.pay(end - start)
            self.moved()
            start = end

    async def turn(self, count: int) -> None:
        """Return when so much of a film may be written by whoever calls."""
        if self.is_metered:
            await self._meter.turn()
            self._meter.pay(count)

    def close(self) -> None:
        """The connection is gone."""
        self._meter.close()
        # What holds each other would be garbage that is looked for.
        self.moved = nobody
        if self._outbox is not None:
            self._outbox.release()

    def refill(self) -> None:
        """See `roads.outbox.Sender`: whoever has more says so."""

    def lend(self) -> memoryview | None:
        """See `roads.bulk.Rider`: requests are small, and read as ever."""
        return None

    def filled(self, count: int, beyond: bytes) -> None:
        """See `roads.bulk.Rider`: nothing was lent."""
