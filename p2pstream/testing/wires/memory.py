"""One end of a connection in memory."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto
from typing import Any, Protocol

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import (
    IConsumer,
    IHalfCloseableProtocol,
    IProtocol,
    IPushProducer,
    IReactorTime,
    ITCPTransport,
)
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.testing.wires.outgoing import Closing, Unwritten

__all__ = ["MemoryTransport"]


class Delivery(Enum):
    """Whether what arrives is delivered."""

    FLOWING = auto()
    PAUSED = auto()
    ENDED = auto()


class Look(Enum):
    """Whether a look at what there is to do is due."""

    NOT_DUE = auto()
    DUE = auto()


class Direction(Protocol):
    """What a transport knows of a wire."""

    @property
    def room(self) -> int:
        """How many bytes more it takes now."""

    @property
    def unread(self) -> bool:
        """Whether bytes arrived that nobody took."""

    @property
    def pending(self) -> bool:
        """Whether anything arrived that nobody took, be it the end."""

    def put(self, chunk: bytes) -> None:
        """Send a chunk; an empty one is the end."""

    def take(self) -> bytes:
        """The next segment of what arrived."""

    def ended(self) -> bool:
        """Whether the end arrived; true once."""

    def discard(self) -> None:
        """What arrived is of no use any more."""

    def break_off(self) -> None:
        """Lose all that is on it, and tell the receiver that no more will come."""


@implementer(ITCPTransport, IConsumer, IPushProducer)
class MemoryTransport:
    """A transport that behaves as Twisted's own for TCP does.

    ``loseConnection`` delivers what was written; ``abortConnection`` loses it and shows
    the other end a `ConnectionLost`, and so does a close with bytes unread.
    """

    def __init__(self, clock: IReactorTime, out: Direction, into: Direction, host: str, peer: str) -> None:
        #: The clock, where sockets have their reactor.
        self.reactor = clock
        self.protocol: IProtocol
        self.connected = True
        self._out = out
        self._into = into
        self._host = IPv4Address("TCP", host, 2050)
        self._peer = IPv4Address("TCP", peer, 2050)
        self._outgoing = Unwritten()
        #: As of Twisted's own: more bytes than that wait, and whoever writes is paused until none do.
        self.bufferSize = 65_536
        self._taking = Delivery.FLOWING
        self._look = Look.NOT_DUE

    @property
    def buffered(self) -> int:
        """How many bytes were written to it and are not on the wire."""
        return len(self._outgoing.buffer)

    @property
    def disconnecting(self) -> bool:
        """Whether it was told to close."""
        return self._taking is Delivery.ENDED

    def write(self, data: bytes) -> None:
        """Take ``data``; what the wire has no room for waits."""
        self.writeSequence([data])

    def writeSequence(self, data: Iterable[bytes]) -> None:
        """Take all of ``data``."""
        if self.connected and self._outgoing.closing is not Closing.DONE:
            self._outgoing.append(data, self.bufferSize)
            self.wake()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Have ``producer`` write, and no more than should wait."""
        if self.connected:
            self._outgoing.fill_from(producer, streaming)
        else:
            producer.stopProducing()

    def unregisterProducer(self) -> None:
        """The producer is done."""
        self._outgoing.fill_no_more()
        self.wake()

    def pauseProducing(self) -> None:
        """Deliver nothing more for now, not even the end."""
        if self._taking is Delivery.FLOWING:
            self._taking = Delivery.PAUSED

    def resumeProducing(self) -> None:
        """Deliver again."""
        if self._taking is Delivery.PAUSED:
            self._taking = Delivery.FLOWING
            self.wake()

    def stopProducing(self) -> None:
        """The same as `loseConnection`."""
        self.loseConnection()

    def loseConnection(self) -> None:
        """Close, once what was written is on the wire and no producer has more."""
        if not self.connected or self.disconnecting:
            return
        self._taking = Delivery.ENDED
        if self._outgoing.closing is Closing.DONE:
            self._lose(ConnectionDone())
        else:
            self._close(Closing.ALL)

    def loseWriteConnection(self) -> None:
        """Close one direction, once what was written is on the wire."""
        if self._outgoing.closing is Closing.NOTHING:
            self._close(Closing.WRITING)

    def abortConnection(self) -> None:
        """Close at once; what was written is lost."""
        if self.connected:
            self._taking = Delivery.ENDED
            self._outgoing.buffer.clear()
            self.reactor.callLater(0, self._lose, ConnectionAborted())

    def wake(self) -> None:
        """Look, in a moment, at what there is to write and to deliver."""
        if self.connected and self._look is Look.NOT_DUE:
            self._look = Look.DUE
            self.reactor.callLater(0, self._work)

    def reset(self) -> None:
        """The other end is gone without a good end."""
        self._lose(ConnectionLost())

    def connectionLost(self, reason: Failure) -> None:
        """Tell whoever has this connection by now."""
        self.protocol.connectionLost(reason)

    def getHost(self) -> IPv4Address:
        """An address that was made up."""
        return self._host

    def getPeer(self) -> IPv4Address:
        """An address that was made up."""
        return self._peer

    def getTcpNoDelay(self) -> bool:
        """Nothing waits for company."""
        return True

    def setTcpNoDelay(self, enabled: bool) -> None:
        """There is nothing to set."""

    def getTcpKeepAlive(self) -> bool:
        """Memory needs no keeping alive."""
        return False

    def setTcpKeepAlive(self, enabled: bool) -> None:
        """There is nothing to set."""

    def _close(self, closing: Closing) -> None:
        self._outgoing.closing = closing
        self._outgoing.stir()
        self.wake()

    def _work(self) -> None:
        self._look = Look.NOT_DUE
        if self.connected:
            self._write_on()
        if self.connected and self._taking is Delivery.FLOWING:
            self._deliver()

    def _write_on(self) -> None:
        chunk = self._outgoing.take(self._out.room)
        if chunk:
            self._out.put(chunk)
        ending = self._outgoing.drained()
        if ending is Closing.ALL:
            self._lose(ConnectionDone())
        elif ending is Closing.WRITING:
            self._outgoing.closing = Closing.DONE
            self._out.put(b"")
            if IHalfCloseableProtocol.providedBy(self.protocol):
                self.protocol.writeConnectionLost()

    def _deliver(self) -> None:
        if self._into.unread:
            self.protocol.dataReceived(self._into.take())
            if self._into.pending:
                self.wake()
        elif self._into.ended():
            if IHalfCloseableProtocol.providedBy(self.protocol):
                self.protocol.readConnectionLost()
            else:
                self._lose(ConnectionDone())

    def _lose(self, reason: Exception) -> None:
        if not self.connected:
            return
        self.connected = False
        orderly = isinstance(reason, ConnectionDone) and not self._into.unread
        self._into.discard()
        if not orderly:
            self._out.break_off()
        elif self._outgoing.closing is not Closing.DONE:
            self._out.put(b"")
        producer = self._outgoing.end()
        if producer is not None:
            producer.stopProducing()
        self.connectionLost(Failure(reason))
