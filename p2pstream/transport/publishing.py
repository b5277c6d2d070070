"""One who sends what is to be broadcast, on a connection: the thin shell over what is spoken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IAddress, IHalfCloseableProtocol, IPushProducer
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.publishing import Footage, PublishAsked, Published, PublishSession, Unpublished
from p2pstream.errors import PeerError, Refused, SourceLost
from p2pstream.interfaces import INode, ISink
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.ends import half_closes, peer_name

__all__ = ["Admit", "PublisherFactory", "PublisherProtocol"]

#: Given the *Stream Key* and who sends, says where the film goes; `Refused` says why nowhere.
Admit = Callable[[str, str], ISink]


@implementer(IHalfCloseableProtocol, IPushProducer)
class PublisherProtocol(Protocol):
    """One publisher.

    Its film goes into the sink it was admitted to, which pauses the connection
    while it is full; ``finish`` when the publisher says that this is all, ``abort`` when it
    is lost before.

    :param may_tell: whether people are told now of one who never published, of whom there may be any number.
    """

    transport: Any

    def __init__(
        self, node: INode, admit: Admit, session: PublishSession, may_tell: Callable[[], bool]
    ) -> None:
        self._node = node
        self._may_tell = may_tell
        self._limits = node.limits
        self._admit = admit
        self._session = session
        self._sink: ISink | None = None
        #: Whether nothing that it says matters any more.
        self._over = False
        self._alarm = Alarm(node.reactor, self._ring)

    def connectionMade(self) -> None:
        """Wait for a publisher, but not for ever."""
        self._expect(self._limits.publish_begin_s)

    def dataReceived(self, data: bytes) -> None:
        """Part of what it says."""
        if self._over:
            return
        try:
            self._do(self._session.receive(data))
        except PeerError as fault:
            self._give_up(fault)
            self._leave()
        self._flush()

    def readConnectionLost(self) -> None:
        """Twisted: it says nothing more."""
        if not self._over:
            self._do(self._session.hung_up())
            self._flush()
        self.transport.loseConnection()

    def writeConnectionLost(self) -> None:
        """Twisted: all is sent; it may not have read that yet."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """It went; unless it said so before, it is lost."""
        self._alarm.set(None)
        publishes = self._sink is not None
        broke_off = f"{peer_name(self.transport)} broke off while it was publishing"
        self._give_up(SourceLost(broke_off if publishes else "it hung up before it published anything"))

    def pauseProducing(self) -> None:
        """Twisted: the sink is full; that nothing comes meanwhile is not its fault."""
        self.transport.pauseProducing()
        if not self._over:
            self._alarm.set(None)

    def resumeProducing(self) -> None:
        """Twisted: there is room again."""
        self.transport.resumeProducing()
        if self._sink is not None:
            self._expect(self._limits.publish_silent_s)

    def stopProducing(self) -> None:
        """Twisted: nothing more is wanted."""
        self._sink, self._over = None, True
        self.transport.loseConnection()

    def _do(self, events: list[Published]) -> None:
        for event in events:
            match event:
                case PublishAsked(key=key):
                    self._ask(key)
                case Footage(content=content) if self._sink is not None:
                    self._sink.write(content)
                case Unpublished():
                    self._finish()
        if self._sink is not None:
            self._expect(self._limits.publish_silent_s)

    def _ask(self, key: str) -> None:
        try:
            sink = self._admit(key, peer_name(self.transport))
        except Refused as refusal:
            self._session.refuse(str(refusal))
            self._leave()
            return
        self._session.accept()
        self._sink = sink
        sink.registerProducer(self, True)
        # What came with the question.
        self._do(self._session.receive(b""))

    def _finish(self) -> None:
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.unregisterProducer()
            sink.finish().addErrback(self._tell)
        self._leave()

    def _give_up(self, fault: Exception) -> None:
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.unregisterProducer()
            sink.abort(Failure(fault)).addErrback(self._tell)
        elif not self._over and self._may_tell():
            self._tell(Failure(fault))
        self._over = True

    def _leave(self) -> None:
        """Close, our end first: what is not read yet would cost it what we say."""
        self._over = True
        self._flush()
        if half_closes(self.transport):
            self.transport.loseWriteConnection()
            self._expect(self._limits.close_s)
        else:
            self.transport.loseConnection()

    def _tell(self, failure: Failure) -> None:
        address, reason = peer_name(self.transport), failure.getErrorMessage()
        self._node.events.happened("publisher_lost", address=address, reason=reason)

    def _flush(self) -> None:
        outgoing = self._session.to_send()
        if outgoing:
            self.transport.write(outgoing)

    def _expect(self, seconds: float) -> None:
        self._alarm.set(self._node.reactor.seconds() + seconds)

    def _ring(self, now: float) -> None:
        if not self._over:
            publishes = self._sink is not None
            quiet = f"{peer_name(self.transport)} said nothing for {self._limits.publish_silent_s:g} s"
            late = f"it did not publish within {self._limits.publish_begin_s:g} s"
            self._give_up(SourceLost(quiet if publishes else late))
        self.transport.abortConnection()


class PublisherFactory(Factory):
    """Makes the protocol of each publisher.

    :param admit: says where a film goes whose *Stream Key* is given.
    :param session: makes the session of each.
    """

    noisy = False

    def __init__(self, node: INode, admit: Admit, session: Callable[[], PublishSession]) -> None:
        self._node = node
        self._admit = admit
        self._session = session
        self._told_at = float("-inf")

    def buildProtocol(self, address: IAddress | None) -> PublisherProtocol:
        """Twisted: somebody connected."""
        return PublisherProtocol(self._node, self._admit, self._session(), self._may_tell)

    def _may_tell(self) -> bool:
        now = self._node.reactor.seconds()
        may = bool(now - self._told_at >= self._node.limits.publish_silent_s)
        self._told_at = now if may else self._told_at
        return may
