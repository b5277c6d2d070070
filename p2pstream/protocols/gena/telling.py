"""Tells subscribers: dials one, says what happened, hears whether that was taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, TimeoutError
from twisted.internet.error import ConnectError, ConnectionClosed, UserError
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure

from p2pstream.content.addresses import Address
from p2pstream.content.dlna import EventNotice
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.gena.messages import event_request, is_taken

__all__ = ["EventTelling"]


class EventTelling:
    """Each notice has a connection of its own, for a few seconds.

    :param endpoint: how an address is dialled.
    :param clock: an `IReactorTime`.
    """

    def __init__(
        self, endpoint: Callable[[Address], IStreamClientEndpoint], clock: Any, limits: Limits = LIMITS
    ) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._limits = limits

    def __call__(self, notice: EventNotice) -> Deferred[bool]:
        """Fires with whether it was taken; fails only when it is cancelled."""
        telling = Deferred.fromCoroutine(self._tell(notice))
        telling.addTimeout(self._limits.dlna_event_s, self._clock)
        return telling.addErrback(_not_taken)

    async def _tell(self, notice: EventNotice) -> bool:
        endpoint = self._endpoint(Address(notice.host, notice.port))
        event: Any = await endpoint.connect(_OneEventFactory(notice, self._limits))
        taken: bool = await event.taken
        return taken


def _not_taken(failure: Failure) -> bool:
    failure.trap(ConnectError, ConnectionClosed, UserError, TimeoutError, OSError)
    return False


class _OneEventFactory(Factory):
    noisy = False

    def __init__(self, notice: EventNotice, limits: Limits) -> None:
        self._made = _OneEvent(notice, limits)

    def buildProtocol(self, addr: Any) -> Protocol:
        """Twisted: somebody is there."""
        return self._made


class _OneEvent(Protocol):
    """Says one thing.

    :ivar taken: fires with whether that was taken; its end is the connection's.
    """

    transport: Any

    def __init__(self, notice: EventNotice, limits: Limits) -> None:
        self.taken: Deferred[bool] = Deferred(lambda _: self.transport.abortConnection())
        self._notice = notice
        self._limits = limits
        self._reply = b""

    def connectionMade(self) -> None:
        """Twisted: it has a transport."""
        self.transport.write(event_request(self._notice))

    def dataReceived(self, data: bytes) -> None:
        """Twisted: something was answered."""
        self._reply += data
        taken = is_taken(self._reply)
        if taken is None and len(self._reply) > self._limits.dlna_event_reply_bytes:
            taken = False
        if taken is not None:
            self._over(taken)
            # What follows is of no interest, and may be long.
            self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Twisted: it is gone."""
        self._over(False)

    def _over(self, taken: bool) -> None:
        if not self.taken.called:
            self.taken.callback(taken)
