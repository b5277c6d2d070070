"""Two connections that are joined, for the contract of a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.connection import Connection

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["MiB", "PairCase"]

MiB = 1 << 20


class PairCase(_Case):
    """Makes them, and takes them down.

    :cvar slack: how many bytes may lie between two ends when neither moves.
    :cvar half_closes: whether the transport can end one direction alone.
    """

    timeout = 30
    reactor: IReactorTime
    slack = 16 * MiB
    half_closes = True

    def join(self, near: Connection, far: Connection) -> Deferred[Any]:
        """Connect the two; what that takes is cleaned up after them."""
        raise NotImplementedError

    async def pair(self, limits: Limits = LIMITS, **options: Any) -> tuple[Connection, Connection]:
        """Two connections that are joined; `options` go to both."""
        near, far = (Connection(limits, **options) for _ in range(2))
        await self.join(near, far)
        self.addCleanup(self._hang_up, near, far)
        return near, far

    def _hang_up(self, *connections: Connection) -> Deferred[None]:
        async def gone() -> None:
            for connection in connections:
                connection.abort()
            for connection in connections:
                await connection.when_lost()

        return Deferred.fromCoroutine(gone())

    async def pause(self, seconds: float) -> None:
        """Let time pass."""
        await deferLater(self.reactor, seconds)  # type: ignore[arg-type]

    async def until(self, reached: Any) -> None:
        """Let time pass until that is so; the test's own time-out bounds it."""
        while not reached():
            await self.pause(0.005)
