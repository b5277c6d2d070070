"""A connection while nobody knows what it wants."""

from __future__ import annotations

from typing import Any
from typing import Protocol as Shape

from twisted.internet.interfaces import IHalfCloseableProtocol, IHandshakeListener, IReactorTime
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.limits import Limits
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.linger import reset_on_close
from p2pstream.transport.secure.tls import handshaken

__all__ = ["Judge", "Sniffer"]


class Judge(Shape):
    """Who is asked what becomes of a connection."""

    def opened(self, sniffer: Sniffer) -> None:
        """It has a transport now."""

    def judge(self, sniffer: Sniffer, prefix: bytes, last: bool, ended: bool) -> bool:
        """Settle whose it is, if ``prefix`` tells; whether that is settled.

        :param last: no more is waited for: it must be taken or refused now.
        :param ended: the other end has said all it will.
        """

    def secured(self, sniffer: Sniffer) -> None:
        """TLS is up; what both ends agreed on in it may settle whose it is."""

    def drop(self, sniffer: Sniffer, why: str) -> None:
        """It is of no use."""


@implementer(IHalfCloseableProtocol, IHandshakeListener)
class Sniffer(Protocol):
    """Collects the first bytes and asks what they are, until they are somebody's.

    A pause of `Limits.quiet_s` ends the asking, and so does a FIN: a protocol
    without a preface does not say where its first message ends.  Whoever says nothing at
    all is taken, after `Limits.silent_s`, for one who has nothing to say.  All of
    it takes no longer than `Limits.sniff_s` from the start, however bytes trickle.

    What turns out to be TLS is sniffed again inside, by another one with the same seat and
    the same deadline.

    :param outer: the one that found TLS.
    """

    transport: Any
    #: Kept for the judge.
    seat: Any = None

    def __init__(
        self, judge: Judge, clock: IReactorTime, limits: Limits, outer: Sniffer | None = None
    ) -> None:
        self._judge = judge
        self._clock = clock
        self._limits = limits
        self._prefix = b""
        self.outer = outer
        self._alarm = Alarm(clock, self._ring)

    def connectionMade(self) -> None:
        """Twisted: it was accepted."""
        now = self._clock.seconds()
        if self.outer is None:
            # Whatever it turns out to be: killed now, we must not seem to have ended it well.
            reset_on_close(self.transport, True)
            self._judge.opened(self)
            self._deadline = now + self._limits.sniff_s
            self._alarm.set(min(self._deadline, now + self._limits.silent_s))
        else:
            self._deadline = self.outer._deadline
            self._alarm.set(self._deadline)

    def handshakeCompleted(self) -> None:
        """Twisted: TLS is up."""
        self._alarm.set(min(self._deadline, self._clock.seconds() + self._limits.silent_s))
        self._judge.secured(self)

    def dataReceived(self, data: bytes) -> None:
        """Twisted: more of its first bytes."""
        self._prefix += data
        full = len(self._prefix) >= self._limits.sniff_bytes
        if not self._judge.judge(self, self._prefix, full, False):
            self._alarm.set(min(self._deadline, self._clock.seconds() + self._limits.quiet_s))

    def readConnectionLost(self) -> None:
        """Twisted: it has said all it will."""
        self._judge.judge(self, self._prefix, True, True)

    def writeConnectionLost(self) -> None:
        """Twisted: nobody ends our direction before it is taken."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Twisted: it left."""
        self.settle()

    def settle(self) -> None:
        """It is in other hands; leave no timer behind."""
        self._alarm.end()

    def _ring(self, now: float) -> None:
        if not handshaken(self.transport):
            self._judge.drop(self, f"it did not agree on TLS within {self._limits.sniff_s:g} s")
        elif not self._prefix:
            self._judge.judge(self, b"", True, True)
        elif now >= self._deadline:
            self._judge.drop(self, f"it did not say what it wants within {self._limits.sniff_s:g} s")
        else:
            self._judge.judge(self, self._prefix, True, False)
