"""One end of a connection on which lines are said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineOnlyReceiver
from twisted.python.failure import Failure

from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.resident.messages import Message, decode, encode
from p2pstream.transport.nobody import nobody

__all__ = ["MessageLine"]


class MessageLine(LineOnlyReceiver):
    """Hands on what is said; hangs up on whoever says what is no message.

    :param trusted: whether the other end of a transport may be talked to at all.
    :ivar heard: called with each message.
    :ivar gone: called once, when the connection is.
    """

    delimiter = b"\n"
    transport: Any

    def __init__(self, trusted: Callable[[Any], bool], limits: Limits = LIMITS) -> None:
        self.MAX_LENGTH = limits.resident_line_bytes
        self.heard: Callable[[Message], None] = nobody
        self.gone: Callable[[], None] = nobody
        self._trusted = trusted

    def connectionMade(self) -> None:
        """Twisted: it is there."""
        if not self._trusted(self.transport):
            self.transport.abortConnection()

    def lineReceived(self, line: bytes) -> None:
        """Twisted: a line came."""
        try:
            message = decode(line)
        except PeerError:
            self.transport.abortConnection()
            return
        self.heard(message)

    def lineLengthExceeded(self, line: bytes) -> None:
        """Twisted: no message is that long."""
        self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Twisted: it is gone."""
        self.gone()

    def say(self, message: Message) -> None:
        """Say it; harmless when the connection is gone."""
        self.sendLine(encode(message))
