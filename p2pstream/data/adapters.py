"""What becomes an `IData`, and how an `IData` becomes a Twisted producer.

Registered when `p2pstream.data` is imported; meant for edges, where somebody else's
object comes in or ours goes out.  An `ISink` is an `IConsumer` already.
"""

from __future__ import annotations

from typing import cast

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IProducer, IPushProducer
from twisted.python.components import registerAdapter
from zope.interface import implementer

from p2pstream.data.memory import BufferData
from p2pstream.interfaces import IData

__all__ = ["DataProducer"]


@implementer(IPushProducer)
class DataProducer:
    """``IPushProducer(data)``: one delivery of a whole `IData` that others can steer.

    ``start`` it with the consumer, as `twisted.protocols.basic.FileSender` is.
    Before the start and after the end, pausing, resuming and stopping are harmless.
    """

    def __init__(self, data: IData) -> None:
        self._data = data
        self._inner: IPushProducer | None = None

    def start(self, consumer: IConsumer) -> Deferred[int]:
        """Deliver; as `IData.read_to` says."""
        return self._data.read_to(_Relay(consumer, self))

    def pauseProducing(self) -> None:
        if self._inner is not None:
            self._inner.pauseProducing()

    def resumeProducing(self) -> None:
        if self._inner is not None:
            self._inner.resumeProducing()

    def stopProducing(self) -> None:
        if self._inner is not None:
            self._inner.stopProducing()

    def steer(self, inner: IPushProducer) -> None:
        """What pauses now is ``inner``."""
        self._inner = inner


@implementer(IConsumer)
class _Relay:
    """Shows the consumer our producer in place of the one that delivers."""

    def __init__(self, consumer: IConsumer, shown: DataProducer) -> None:
        self._consumer = consumer
        self._shown = shown

    def registerProducer(self, producer: IProducer, streaming: bool) -> None:
        self._shown.steer(cast(IPushProducer, producer))
        self._consumer.registerProducer(self._shown, streaming)

    def unregisterProducer(self) -> None:
        self._consumer.unregisterProducer()

    def write(self, data: bytes) -> None:
        self._consumer.write(data)


registerAdapter(BufferData, bytes, IData)
registerAdapter(BufferData, bytearray, IData)
registerAdapter(BufferData, memoryview, IData)
registerAdapter(DataProducer, IData, IPushProducer)
