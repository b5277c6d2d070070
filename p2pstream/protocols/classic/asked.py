"""What a classic central and a classic peer have in common: they are asked for a name."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IHalfCloseableProtocol, ITCPTransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.errors import PeerError
from p2pstream.interfaces import INode
from p2pstream.protocols.classic.session import Asked, NameSession, Unanswerable
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.ends import peer_name

__all__ = ["AskedProtocol"]


@implementer(IHalfCloseableProtocol)
class AskedProtocol(Protocol):
    """Reads one name, and has it answered once; the connection is of no other use.

    Subclasses say what the answer is.
    """

    transport: ITCPTransport

    def __init__(self, node: INode) -> None:
        self.node = node
        #: Whether the client has half-closed.
        self.ended = False
        self._alarm = Alarm(node.reactor, self._ring)

    def answer(self, name: str) -> None:
        """The client asks for this stream, which may or may not exist."""
        raise NotImplementedError

    def refuse(self, why: str) -> None:
        """The client asks for nothing that could exist."""
        raise NotImplementedError

    @property
    def client(self) -> str:
        """Who asks, for people."""
        return peer_name(self.transport)

    def connectionMade(self) -> None:
        """Wait for a name, but not for ever."""
        self._session = NameSession(self.node.names, self.node.reactor.seconds(), self.node.limits)
        self._alarm.set(self._session.next_deadline())

    def dataReceived(self, data: bytes) -> None:
        """Part of a name, or what follows it and is ignored."""
        self._step(lambda: self._session.receive(data, self.node.reactor.seconds()))

    def readConnectionLost(self) -> None:
        """The client half-closed: it said all it has to say."""
        self.ended = True
        self._step(self._session.end)

    def writeConnectionLost(self) -> None:
        """Nothing is half-closed from this end."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Leave no timer behind."""
        self._alarm.set(None)

    def _ring(self, now: float) -> None:
        self._step(lambda: self._session.tick(now))

    def _step(self, ask: Callable[[], list[Asked | Unanswerable]]) -> None:
        try:
            events = ask()
        except PeerError as fault:
            self.node.events.happened("name_bad", address=self.client, reason=str(fault))
            self.transport.abortConnection()
            events = []
        self._alarm.set(self._session.next_deadline())
        for event in events:
            if isinstance(event, Asked):
                self.answer(event.name)
            else:
                self.refuse(event.why)
