"""Waiting for turns at the uplink, for those who send one piece after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.content.units import UNIT
from p2pstream.interfaces import IData, IUplink
from p2pstream.limits import Limits
from p2pstream.transport.ends import as_address
from p2pstream.transport.nobody import nobody
from p2pstream.transport.roads.sending import Road
from p2pstream.transport.vigil import Timers

__all__ = ["MeteredRoad", "OutletTurns"]

#: Wanted soon: nobody can say more in a protocol without deadlines.
_RANK = 2


class OutletTurns:
    """The turns of one connection.

    :param changed: called when it begins to wait for one, and when it has one.
    """

    def __init__(self, uplink: IUplink, transport: Any, timers: Timers, changed: Callable[[], None]) -> None:
        here, there = as_address(transport.getHost()), as_address(transport.getPeer())
        self._outlet = uplink.outlet(here, there, self._called)
        self._timers = timers
        self._changed = changed
        self._turn: Deferred[None] | None = None

    @property
    def limited(self) -> bool:
        """Whether there is anything to wait for."""
        limited: bool = self._outlet.limited
        return limited

    @property
    def waits(self) -> bool:
        """Whether it is the turn of others: that nothing is sent says nothing of the other end."""
        return self._turn is not None

    async def turn(self) -> None:
        """Returns when a piece may be sent."""
        while not self._outlet.turn(_RANK):
            self._turn = Deferred()
            self._changed()
            try:
                await self._turn
            finally:
                self._turn = None
                self._changed()

    def pay(self, count: int) -> None:
        """So many bytes were sent."""
        self._outlet.pay(count)
        self._outlet.went()

    def close(self) -> None:
        """The connection is gone."""
        self._outlet.close()
        self._changed = nobody

    def _called(self) -> None:
        self._timers.callLater(0, self._go_on)

    def _go_on(self) -> None:
        if self._turn is not None:
            self._turn.callback(None)


class MeteredRoad:
    """As `sending.Road`: a road that is taken piece by piece, where what is sent is limited."""

    def __init__(self, road: Road, meter: OutletTurns, limits: Limits) -> None:
        self._road = road
        self._meter = meter
        self._piece = limits.native_urgent_run_units * UNIT

    @property
    def sent(self) -> int:
        """See `sending.Road`."""
        return self._road.sent

    def carry(self, data: IData, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `sending.Road`."""
        return Deferred.fromCoroutine(self._carry(data, start, data.length if stop is None else stop))

    async def _carry(self, data: IData, start: int, stop: int | None) -> int:
        # Of what has no end yet, nobody knows where to stop.
        if stop is None or not self._meter.limited or start >= stop:
            return await self._pass(data, start, stop)
        position = start
        while position < stop:
            await self._meter.turn()
            position += await self._pass(data, position, min(stop, position + self._piece))
        return position - start

    async def _pass(self, data: IData, start: int, stop: int | None) -> int:
        before = self._road.sent
        try:
            return await self._road.carry(data, start, stop)
        finally:
            self._meter.pay(self._road.sent - before)
