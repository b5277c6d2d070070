"""The portable way out: through any transport, TLS and memory among them."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer, IPullProducer, IPushProducer
from twisted.protocols.policies import ProtocolWrapper
from zope.interface import implementer

from p2pstream.data.flow import Flow
from p2pstream.interfaces import IData
from p2pstream.transport.roads.outbox import Sender

__all__ = ["Gate"]


@implementer(IConsumer, IPushProducer)
class Gate:
    """Stands between a read and a transport, and knows when the transport has all.

    Where TLS or another wrapper lies between us and the socket, "has all" means that it
    would take more: up to 64 KiB may be on their way to the kernel.

    :param sender: told when the transport took bytes.
    """

    __slots__ = ("_flow", "_producer", "_resumed", "_sender", "_transport", "sent")

    def __init__(self, transport: Any, sender: Sender) -> None:
        self._transport = transport
        self._sender = sender
        self._flow = Flow.FLOWING
        self._producer: Any = None
        self._resumed: Deferred[None] | None = None
        #: Bytes that were passed on.
        self.sent = 0

    def carry(self, data: IData, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """As `sending.Road` says."""
        return Deferred.fromCoroutine(self._carry(data, start, stop))

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """A read begins."""
        self._producer = producer
        self._flow = Flow.FLOWING
        self._transport.registerProducer(self, True)

    def unregisterProducer(self) -> None:
        """The read is over; the transport may still have to get rid of its last bytes."""
        self._producer = None

    def write(self, data: bytes) -> None:
        """Pass it on."""
        self.sent += len(data)
        self._sender.moved()
        self._transport.write(data)

    def pauseProducing(self) -> None:
        """The transport has enough."""
        self._flow = Flow.PAUSED
        if self._producer is not None:
            self._producer.pauseProducing()

    def resumeProducing(self) -> None:
        """The transport got rid of what it had."""
        self._sender.moved()
        self._flow = Flow.FLOWING
        if self._producer is not None:
            self._producer.resumeProducing()
        elif self._resumed is not None:
            resumed, self._resumed = self._resumed, None
            resumed.callback(None)

    def stopProducing(self) -> None:
        """The connection is lost; its protocol is told in a moment, and why."""

    async def _carry(self, data: IData, start: int, stop: int | None) -> int:
        try:
            count = await data.read_to(self, start, stop)
            if isinstance(self._transport, ProtocolWrapper):
                await self._flowing()
        finally:
            self._transport.unregisterProducer()
        if not isinstance(self._transport, ProtocolWrapper):
            await Drain(self._transport).emptied()
        return count

    def _flowing(self) -> Deferred[None]:
        if self._flow is Flow.FLOWING:
            return succeed(None)
        self._resumed = Deferred()
        return self._resumed


@implementer(IPullProducer)
class Drain:
    """Finds out when a transport has nothing left in its buffer.

    A pull producer is asked for bytes when it registers, and again whenever the buffer
    is empty after a write; the write here is an empty one.
    """

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._asked = 0
        self._emptied: Deferred[None] = Deferred(lambda _: self._transport.unregisterProducer())

    def emptied(self) -> Deferred[None]:
        """Fires when all that was written is with the kernel."""
        self._transport.registerProducer(self, False)
        self._transport.writeSequence([b""])
        return self._emptied

    def resumeProducing(self) -> None:
        """The transport asks for bytes."""
        self._asked += 1
        if self._asked == 2:
            self._transport.unregisterProducer()
            self._emptied.callback(None)

    def stopProducing(self) -> None:
        """The connection is lost; its protocol is told in a moment, and why."""
