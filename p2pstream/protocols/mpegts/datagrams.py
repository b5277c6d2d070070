"""MPEG-TS in datagrams: one sender at a time, for as long as it sends."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import DatagramProtocol
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.mpegts import PACKET, SYNC
from p2pstream.errors import Refused, SourceLost
from p2pstream.interfaces import INode, ISink
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.publishing import Admit

__all__ = ["Datagrams"]


@implementer(IPushProducer)
class Datagrams(DatagramProtocol):
    """Whoever sends first is taken, if they may be, and is gone when nothing came for a while.

    Nobody can be asked to wait: what comes while the sink is full is lost, as what the
    network loses.

    :ivar lost: how many datagrams came while there was no room.
    """

    transport: Any

    def __init__(self, node: INode, admit: Admit) -> None:
        self._node = node
        self._admit = admit
        self._sink: ISink | None = None
        self._sender: tuple[str, int] | None = None
        self._paused = False
        self._alarm = Alarm(node.reactor, self._ring)
        self._told_at = float("-inf")
        self.lost = 0

    def startProtocol(self) -> None:
        """Twisted: the port is open; a key picture comes as a thousand datagrams at once."""
        handle = getattr(self.transport, "socket", None)
        if handle is not None:
            with suppress(OSError):
                most = self._node.limits.publish_receive_bytes
                handle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, most)

    def stopProtocol(self) -> None:
        """Twisted: the port is closed."""
        self._alarm.set(None)
        self._end(SourceLost("the port is closed"))

    def datagramReceived(self, datagram: bytes, addr: tuple[str, int]) -> None:
        """Twisted: some packets."""
        sender = addr[:2]
        if sender != self._sender and not self._taken(datagram, sender):
            return
        self._alarm.set(self._node.reactor.seconds() + self._node.limits.publish_silent_s)
        if self._paused:
            self.lost += 1
        elif self._sink is not None:
            self._sink.write(datagram)

    def pauseProducing(self) -> None:
        """Twisted: the sink is full."""
        self._paused = True

    def resumeProducing(self) -> None:
        """Twisted: there is room again."""
        self._paused = False

    def stopProducing(self) -> None:
        """Twisted: nothing more is wanted."""
        self._sink = self._sender = None

    def _taken(self, datagram: bytes, sender: tuple[str, int]) -> bool:
        """Whether this is the one whose film comes from now on."""
        if self._sender is not None:
            self._turn_down(sender, "somebody else is publishing here already")
            return False
        if not _is_packets(datagram):
            self._turn_down(sender, "what it sends is no MPEG-TS")
            return False
        try:
            self._sink = sink = self._admit("", _called(sender))
        except Refused as refusal:
            self._turn_down(sender, str(refusal))
            return False
        self._sender, self._paused = sender, False
        sink.registerProducer(self, True)
        return True

    def _turn_down(self, sender: tuple[str, int], why: str) -> None:
        # Anybody can send any number of them from anywhere.
        now = self._node.reactor.seconds()
        if now - self._told_at >= self._node.limits.publish_silent_s:
            self._told_at = now
            self._node.events.happened("publisher_lost", address=_called(sender), reason=why)

    def _ring(self, now: float) -> None:
        assert self._sender is not None, "the alarm is set for one who sends"
        seconds = self._node.limits.publish_silent_s
        self._end(SourceLost(f"{_called(self._sender)} sent nothing for {seconds:g} s"))

    def _end(self, fault: Exception) -> None:
        sink, self._sink, self._sender = self._sink, None, None
        if sink is not None:
            sink.unregisterProducer()
            sink.abort(Failure(fault)).addErrback(lambda _: None)


def _is_packets(datagram: bytes) -> bool:
    """Whether it begins with packets; the last may go on in the next datagram.

    Unless told ``pkt_size=1316`` ffmpeg cuts at 1472 bytes, wherever that is.
    """
    return len(datagram) >= PACKET and datagram[::PACKET] == SYNC * -(-len(datagram) // PACKET)


def _called(sender: tuple[str, int]) -> str:
    host, port = sender
    # Who wants no answer may leave the port out (RFC 768).
    return str(Address(host, port)) if port else host
