"""What stands between one source and the data that it fills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IProducer, IPushProducer
from zope.interface import implementer

from p2pstream.interfaces import IRoomyConsumer

__all__ = ["Inlet"]


@implementer(IRoomyConsumer, IPushProducer)
class Inlet:
    """Passes bytes on as they come, counts them, and knows who keeps them from coming.

    :param data: what is filled.
    :param passed: told how many bytes came, before they go on; 0 when the data lets
        the source go on.
    """

    def __init__(self, data: IRoomyConsumer, passed: Callable[[int], None]) -> None:
        self._data = data
        self._passed = passed
        self._producer: Any = None
        self._closed = False
        #: Whether the source ever registered, so that the data counts a pass of its.
        self.began = False
        #: Whether the data asks the source to wait: then silence is not its fault.
        self.paused = False

    def registerProducer(self, producer: IProducer, streaming: bool) -> None:
        """The source is ready; the data begins a new pass from byte 0."""
        self.began = True
        self._producer = producer
        self._data.registerProducer(self, streaming)

    def unregisterProducer(self) -> None:
        """The source has nothing more to give, or broke."""
        if self._producer is not None:
            self._producer = None
            self._data.unregisterProducer()

    def close(self) -> None:
        """The source is done with; one that goes on regardless reaches the data no more."""
        self.unregisterProducer()
        self._closed = True

    def write(self, data: bytes) -> None:
        """Bytes came."""
        if not self._closed:
            # Counted first: the data may end this source inside the call.
            self._passed(len(data))
            self._data.write(data)

    def lend(self) -> memoryview:
        """Room of the data's own."""
        return memoryview(bytearray(1)) if self._closed else self._data.lend()

    def filled(self, count: int) -> None:
        """Bytes came into the lent room."""
        if not self._closed:
            self._passed(count)
            self._data.filled(count)

    def pauseProducing(self) -> None:
        """The data has more than it can write for now."""
        self.paused = True
        if self._producer is not None:
            self._producer.pauseProducing()

    def resumeProducing(self) -> None:
        """The data has room again; the source's time starts anew."""
        self.paused = False
        self._passed(0)
        if self._producer is not None:
            self._producer.resumeProducing()

    def stopProducing(self) -> None:
        """The data wants no more."""
        if self._producer is not None:
            self._producer.stopProducing()
