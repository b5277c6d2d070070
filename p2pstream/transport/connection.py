"""A connection that sends and receives whole things: the ancestor's ``Connection``, grown up.

Its life::

    OPEN --close--> ENDING --all sent--> LINGERING --the other end's FIN, or 2 s--> LOST
      '---- abort, a send that failed, a stall, a reset ---------------------------> LOST
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Self

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IConsumer, IHalfCloseableProtocol, IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.text import printable
from p2pstream.errors import ReadStopped, SessionError, SourceLost
from p2pstream.interfaces import IData, IUplink
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.ends import half_closes, loss_words, peer_name
from p2pstream.transport.linger import reset_on_close
from p2pstream.transport.roads.bulk import can_bulk, install
from p2pstream.transport.roads.gate import Gate
from p2pstream.transport.roads.metered import MeteredRoad, OutletTurns
from p2pstream.transport.roads.receiving import Receiving
from p2pstream.transport.roads.sending import Road, Sending
from p2pstream.transport.tuning import tune

__all__ = ["Connection"]


class Stage(Enum):
    """Where the life of a connection stands."""

    NEW = "not connected yet"
    OPEN = "both directions are open"
    ENDING = "to be closed as soon as all is sent"
    LINGERING = "all is sent and our end closed; waiting for the other"
    ABORTED = "given up; what is on its way is lost"
    LOST = "gone"


FOLLOWING: dict[Stage, frozenset[Stage]] = {
    Stage.NEW: frozenset({Stage.OPEN}),
    Stage.OPEN: frozenset({Stage.ENDING, Stage.ABORTED, Stage.LOST}),
    Stage.ENDING: frozenset({Stage.LINGERING, Stage.ABORTED, Stage.LOST}),
    Stage.LINGERING: frozenset({Stage.ABORTED, Stage.LOST}),
    Stage.ABORTED: frozenset({Stage.LOST}),
    Stage.LOST: frozenset(),
}


@implementer(IHalfCloseableProtocol)
class Connection(Protocol):
    """Sends data and delivers what arrives, with back-pressure both ways.

    It is the protocol of any stream transport: dialled with `connect`, made by a
    factory, or given an open connection by `takeover.take_over`.

    :param bulk: move bytes past Python where that is possible (`p2pstream.transport.roads.bulk`).
    :param stall_s: reset when something is to be sent or received and not a byte moves
        for so long; the receiver's own pauses do not count.
    :param clock: for the timers; left out, the transport's reactor.
    :param uplink: asked before anything is sent; waiting for it is no stall.
    """

    transport: Any

    def __init__(
        self,
        limits: Limits = LIMITS,
        bulk: bool = True,
        stall_s: float | None = None,
        clock: IReactorTime | None = None,
        uplink: IUplink | None = None,
    ) -> None:
        self._limits = limits
        self._uplink = uplink
        self._meter: OutletTurns | None = None
        self._bulk = bulk
        self._stall_s = stall_s
        self._clock = clock
        self._stage = Stage.NEW
        self._observers: list[Deferred[BaseException]] = []

    @classmethod
    def connect(cls, endpoint: IStreamClientEndpoint, **options: Any) -> Deferred[Self]:
        """Dial; ``options`` are the constructor's.  Fails as the endpoint does."""
        factory: Factory = Factory.forProtocol(lambda: cls(**options))  # type: ignore[arg-type]
        factory.noisy = False
        return endpoint.connect(factory)  # type: ignore[return-value]

    @property
    def sent(self) -> int:
        """How many bytes were sent so far; on the portable road, given to the transport."""
        return self._road.sent

    @property
    def received(self) -> int:
        """How many bytes were delivered so far."""
        return self._receiving.received

    @property
    def waiting(self) -> int:
        """How many bytes arrived and wait for a receiver."""
        return self._receiving.waiting

    def send(self, data: IData) -> Deferred[int]:
        """Send all of ``data``, after all that was given before.

        Fires with its length when the kernel has its last byte.  When reading it fails
        midway, or the send is cancelled midway, the connection is reset: the other end
        must not take a part for the whole.

        :returns: fails with what reading ``data`` failed with, with `errors.SourceLost`
            when the connection breaks, with `errors.SessionError` after `close`.
        """
        if self._stage is Stage.NEW:
            return fail(SessionError("it is not connected yet"))
        return self._sending.send(data)

    def receive(self, consumer: IConsumer) -> Deferred[int]:
        """Deliver everything to ``consumer``, as `IData.read_to` does, up to the other end's FIN.

        What arrived before is delivered first.  After ``stopProducing`` or a cancel the
        connection stays open, and the next `receive` goes on where this one stopped.

        :returns: fires with the number of bytes; fails with `errors.ReadStopped` after
            stop, cancel and `close`, with `errors.SourceLost` when the connection breaks.
        """
        if self._stage is Stage.NEW:
            return fail(SessionError("it is not connected yet"))
        return self._receiving.receive(consumer)

    def close(self) -> Deferred[None]:
        """Close in good order once all is sent; fires when the connection is gone.

        What still arrives is dropped.  Our end is shut first, and the other given
        moments to follow: a socket that is closed with bytes unread ends in a reset,
        which can cost the other end what it has not read yet.
        """
        if self._stage is Stage.NEW:
            return fail(SessionError("it is not connected yet"))
        if self._stage is Stage.OPEN:
            self._enter(Stage.ENDING)
            self._receiving.discard(Failure(ReadStopped("the connection was closed here")))
            self._sending.refuse(Failure(SessionError("the connection was closed here")))
            self._sending.drained().addCallback(self._all_sent)
        return self.when_lost().addCallback(lambda _: None)

    def abort(self) -> None:
        """Reset: at once, without what is still to be sent.  Harmless when it is gone."""
        self._break("it was given up here")

    def when_lost(self) -> Deferred[BaseException]:
        """Fires with the reason (`ConnectionDone` and so on) when the connection is gone."""
        if self._stage is Stage.LOST:
            return succeed(self._reason)
        observer: Deferred[BaseException] = Deferred(self._observers.remove)
        self._observers.append(observer)
        return observer

    def connectionMade(self) -> None:
        """Twisted: there is a transport now."""
        self._enter(Stage.OPEN)
        tune(self.transport, self._limits)
        self._peer = peer_name(self.transport)
        self._timers = self._clock or self.transport.reactor
        self._stall = Alarm(self._timers, self._stalled)
        self._patience = Alarm(self._timers, lambda _: self.transport.loseConnection())
        self._stray = 0
        self._receiving = Receiving(self.transport, self._limits.inbox_bytes, self._moved, self._failed)
        self._road = self._pave()
        self._sending = Sending(self._road, self._moved, self._failed)

    def dataReceived(self, data: bytes) -> None:
        """Twisted: bytes arrived."""
        self._receiving.arrived(data)
        if self._stage is Stage.LINGERING:
            self._stray += len(data)
            if self._stray > self._limits.inbox_bytes:
                self.transport.loseConnection()

    def readConnectionLost(self) -> None:
        """Twisted: the other end will send no more."""
        self._receiving.end()
        if self._stage is Stage.LINGERING:
            self.transport.loseConnection()

    def writeConnectionLost(self) -> None:
        """Twisted: our end is shut."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Twisted: the connection is gone."""
        self._enter(Stage.LOST)
        self._reason: BaseException = reason.value or ConnectionDone()
        self._stall.set(None)
        self._patience.set(None)
        why = self._lost(loss_words(reason))
        self._receiving.end(None if reason.check(ConnectionDone) else why)
        self._sending.end(why)
        if self._meter is not None:
            self._meter.close()
        observers, self._observers = self._observers, []
        for observer in observers:
            observer.callback(self._reason)

    def _pave(self) -> Road:
        """How bytes leave: in turns, where there is an uplink."""
        road = self._pave_past_python()
        if self._uplink is None:
            return road
        self._meter = OutletTurns(self._uplink, self.transport, self._timers, self._moved)
        return MeteredRoad(road, self._meter, self._limits)

    def _pave_past_python(self) -> Road:
        """Where bytes may leave and arrive past Python, have them do so."""
        if not (self._bulk and can_bulk(self.transport)):
            return Gate(self.transport, self._receiving)
        return install(self.transport, self._receiving, self._limits)

    def _all_sent(self, _: None) -> None:
        if self._stage is not Stage.ENDING:
            return
        # The kernel has it all; killed from here on, we still end in good order.
        reset_on_close(self.transport, False)
        if half_closes(self.transport) and not self._receiving.ended:
            self._enter(Stage.LINGERING)
            self.transport.loseWriteConnection()
            self._patience.set(self._timers.seconds() + self._limits.close_s)
        else:
            self.transport.loseConnection()

    def _moved(self) -> None:
        """Bytes moved, or somebody begins or ceases to wait for them."""
        if self._stall_s is None:
            return
        sends = self._sending.busy and not (self._meter is not None and self._meter.waits)
        waiting = self._stage in (Stage.OPEN, Stage.ENDING) and (sends or self._receiving.awaited)
        self._stall.set(self._timers.seconds() + self._stall_s if waiting else None)

    def _stalled(self, now: float) -> None:
        self._break(f"not a byte moved for {self._stall_s:g} s")

    def _failed(self, failure: Failure) -> None:
        """Something ended midway; whoever asked for it is told by others."""
        self._break(f"it was reset here because of {printable(str(failure.value))}")

    def _break(self, why: str) -> None:
        if FOLLOWING[self._stage] >= {Stage.ABORTED}:
            self._enter(Stage.ABORTED)
            self.transport.abortConnection()
            self._receiving.discard(self._lost(why))
            self._sending.end(self._lost(why))

    def _lost(self, why: str) -> Failure:
        return Failure(SourceLost(f"the connection to {self._peer} ended: {why}"))

    def _enter(self, stage: Stage) -> None:
        assert stage in FOLLOWING[self._stage], (self._stage, stage)
        self._stage = stage
