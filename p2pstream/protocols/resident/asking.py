"""The other end: what a program asks of the peer that runs for the same user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IConsumer, IStreamClientEndpoint
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure

from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.resident.line import MessageLine
from p2pstream.protocols.resident.messages import Pour, encode

__all__ = ["Resident"]


class Resident:
    """A peer of this user that may be running.

    :param endpoint: dials it.
    :param trusted: see `MessageLine`.
    """

    def __init__(
        self, endpoint: IStreamClientEndpoint, trusted: Callable[[Any], bool], limits: Limits = LIMITS
    ) -> None:
        self._endpoint = endpoint
        self._trusted = trusted
        self._limits = limits

    def line(self) -> Deferred[MessageLine]:
        """A connection on which something can be said; fails as the endpoint does."""
        made = Factory.forProtocol(lambda: MessageLine(self._trusted, self._limits))
        made.noisy = False
        line: Deferred[Any] = self._endpoint.connect(made)
        return line

    def pour(self, wanted: Pour, consumer: IConsumer) -> Deferred[None]:
        """Have a consumer filled; fires when nothing more comes, be it all of it or not."""
        return Deferred.fromCoroutine(self._pour(wanted, consumer))

    async def _pour(self, wanted: Pour, consumer: IConsumer) -> None:
        made = Factory.forProtocol(lambda: PouredBytes(wanted, consumer, self._trusted))
        made.noisy = False
        try:
            poured: Any = await self._endpoint.connect(made)
        except CancelledError:
            raise
        except Exception:
            return  # It is gone, and has given nothing.
        await poured.over


class PouredBytes(Protocol):
    """A connection on which nothing but bytes come."""

    transport: Any

    def __init__(self, wanted: Pour, consumer: Any, trusted: Callable[[Any], bool]) -> None:
        self._wanted = wanted
        self._consumer = consumer
        self._trusted = trusted
        #: Fires when it is gone; cancelling ends it.
        self.over: Deferred[None] = Deferred(lambda _: self.transport.abortConnection())

    def connectionMade(self) -> None:
        """Twisted: it is there."""
        if self._trusted(self.transport):
            self._consumer.registerProducer(self.transport, True)
            self.transport.write(encode(self._wanted) + b"\n")
        else:
            self.transport.abortConnection()

    def dataReceived(self, data: bytes) -> None:
        """Twisted: some of them."""
        if not self.over.called:
            self._consumer.write(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Twisted: it is gone."""
        self._consumer.unregisterProducer()
        if not self.over.called:
            self.over.callback(None)
