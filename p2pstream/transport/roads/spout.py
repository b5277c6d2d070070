"""The portable way out for one who never stops talking: a gate that stays."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.data.flow import Flow
from p2pstream.interfaces import IData
from p2pstream.limits import Limits
from p2pstream.transport.ends import innermost
from p2pstream.transport.roads.gate import Gate
from p2pstream.transport.roads.outbox import NOBODY, Sender
from p2pstream.transport.vigil import Timer, Timers

__all__ = ["Spout"]


class Spout(Gate):
    """Stands before its transport from the start, and asks for more when that would take more.

    The transport holds little of what was put: whatever is more is not made before the kernel
    has what was, and a run is with the kernel when its sender is asked for the next.

    :param sender: told when the transport took bytes, and when it would take more; may
        `put` and `carry` then.
    """

    __slots__ = ("_clock", "_nudge")

    def __init__(self, transport: Any, clock: Timers, sender: Sender, limits: Limits) -> None:
        super().__init__(transport, sender)
        # Twisted's own holds as much as a unit, and one that is put there is not yet on its way.
        innermost(transport).bufferSize = limits.spout_bytes
        self._clock = clock
        self._nudge: Timer | None = None
        transport.registerProducer(self, True)

    @property
    def hungry(self) -> bool:
        """Whether the transport would take more."""
        return self._flow is Flow.FLOWING

    def put(self, content: bytes, more: bool = False) -> None:
        """Send bytes; that ``more`` follows at once makes no difference here."""
        self.sent += len(content)
        self._transport.write(content)

    def nudge(self) -> None:
        """Have ``refill`` called in a moment, when that is possible."""
        if self._nudge is None:
            self._nudge = self._clock.callLater(0, self._nudged)

    def flush(self) -> bool:
        """Have ``refill`` called at once; False: it is called when the transport would take more."""
        if self.hungry:
            self._sender.refill()
            return True
        return False

    def launch(self, header: bytes, data: IData, start: int, stop: int) -> Deferred[int] | None:
        """Send bytes and a part of ``data``, as `outbox.Outbox.launch` does, but never at once."""
        self.put(header, True)
        return self.carry(data, start, stop)

    def release(self) -> None:
        """Nothing more will be put; the transport may close when it has sent what it has."""
        if self._nudge is not None:
            self._nudge.cancel()
            self._nudge = None
        self._sender = NOBODY
        self._transport.unregisterProducer()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """A read begins."""
        self._producer = producer
        if self._flow is Flow.PAUSED:
            producer.pauseProducing()

    def resumeProducing(self) -> None:
        """The transport got rid of what it had."""
        if getattr(innermost(self._transport), "disconnecting", False):
            # TLS has ended, and the socket beneath it closes as soon as nobody has more.
            self.release()
            return
        super().resumeProducing()
        if self._producer is None and self._flow is Flow.FLOWING:
            self._sender.refill()

    async def _carry(self, data: IData, start: int, stop: int | None) -> int:
        count = await data.read_to(self, start, stop)
        await self._flowing()
        return count

    def _nudged(self) -> None:
        self._nudge = None
        if self.hungry:
            self._sender.refill()
