"""A connection that a session drives: bytes in, frames and runs of bytes out.

`p2pstream.transport.wires.wire_life` draws its life.  One whose session is over, or whose data
fails midway, is reset at once: nothing can follow half a frame.

Reading never pauses because of what waits to be sent: two ends that both did would wait for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IHalfCloseableProtocol, IHandshakeListener, ITCPTransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.text import printable
from p2pstream.errors import P2PStreamError
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.ends import half_closes, loss_words, peer_name
from p2pstream.transport.linger import reset_on_close
from p2pstream.transport.roads.outbox import Wish
from p2pstream.transport.roads.road import pave
from p2pstream.transport.secure.tls import handshaken
from p2pstream.transport.tuning import tune
from p2pstream.transport.vigil import Timers
from p2pstream.transport.wires.deadlines import Deadlines
from p2pstream.transport.wires.driver import Load, WireSession
from p2pstream.transport.wires.wire_life import FOLLOWING, Stage

__all__ = ["Wire"]

_log = Logger()
_SENDING = (Stage.OPEN, Stage.ENDING)  # something may be left to send
_HANDFUL = 65_536  # bytes of frames that are given to the transport in one go


@implementer(IHalfCloseableProtocol, IHandshakeListener)
class Wire(Protocol):
    """Joins a session to a transport: plain TCP past Python where that can be, or any other.

    For subclasses: `begin` makes the session, `next_load` gives what is to be sent, `happened`
    is told its events, `ended` that there is nobody to talk with any more.

    :param bulk: move bytes past Python where that is possible (`p2pstream.transport.roads.bulk`).
    :param clock: for the timers; left out, the transport's reactor.
    """

    transport: Any
    spills = True

    def __init__(self, limits: Limits = LIMITS, bulk: bool = True, clock: Timers | None = None) -> None:
        self._limits = limits
        self._bulk = bulk
        self._clock = clock
        self._stage = Stage.NEW
        self._session: Any = None
        self._road: Any = None
        self._carrying: Deferred[Any] | None = None
        #: While the session does something: whether it has more to send.
        self._wish: Wish | None = None

    def begin(self, woken: Callable[[], None]) -> WireSession:
        """The session, now that all is ready for it; ``woken`` is its `WireSession.woken`."""
        raise NotImplementedError

    def happened(self, event: Any) -> None:
        """The session told something."""

    def ended(self, why: str) -> None:
        """The session has ended, or the connection, before it or at once with it; told once."""

    def next_frames(self, most: int) -> bytes:
        """What is to be sent before anything else, some ``most`` bytes of it."""
        return self._session.take(most, self._timers.seconds())  # type: ignore[no-any-return]

    def next_load(self) -> Load | None:
        """What is to be sent now that no frame is; None for nothing."""
        return self._session.pull(self.now)  # type: ignore[no-any-return]

    @property
    def more(self) -> bool:
        """See `roads.outbox.Sender`."""
        return True

    @property
    def now(self) -> float:
        """Monotonic seconds."""
        return self._timers.seconds()

    @property
    def sent(self) -> int:
        """How many bytes were sent so far; on the portable road, given to the transport."""
        return 0 if self._road is None else int(self._road.sent)

    def abort(self, why: str) -> None:
        """Reset; harmless when it is gone."""
        if self._stage not in (Stage.NEW, Stage.LOST):
            self.transport.abortConnection()
            self._leave(why)

    def connectionMade(self) -> None:
        """Twisted: there is a transport now."""
        self._timers = self._clock or self.transport.reactor
        self._deadlines = Deadlines(self._timers, self._ring)
        tune(self.transport, self._limits)
        if ITCPTransport.providedBy(self.transport):
            self.transport.setTcpNoDelay(True)
        if handshaken(self.transport):
            self._open()
        else:
            self._enter(Stage.GREETING)
            self._deadlines.look(self.now + self._limits.link_hello_s)

    def handshakeCompleted(self) -> None:
        """Twisted: TLS is up."""
        if self._stage is Stage.GREETING:
            self._open()

    def dataReceived(self, data: bytes) -> None:
        """Twisted: bytes arrived."""
        if self._stage is Stage.OPEN:
            self._turn(self._session.receive, data, self._timers.seconds())

    def lend(self) -> memoryview | None:
        """See `roads.bulk.Rider`."""
        return self._session.room() if self._stage is Stage.OPEN else None

    def filled(self, count: int, beyond: bytes) -> None:
        """See `roads.bulk.Rider`."""
        self._turn(self._put, count, beyond, self.now)

    def refill(self) -> None:
        """See `roads.bulk.Rider`: frames go first, and a run when the last one is with the kernel."""
        while self._road.hungry and self._carrying is None and self._stage in _SENDING:
            frames = self._session.queued and self._safely(self.next_frames, _HANDFUL)
            load = self._safely(self.next_load) if not frames and self._session.runs else None
            if frames:
                self._road.put(frames)
            elif load is not None:
                self._carry(load)
            elif self._stage is Stage.ENDING:
                self._all_sent()
            else:
                break
        self.moved()
        self._look()

    def moved(self) -> None:
        """See `roads.bulk.Rider`: bytes moved, or are to."""
        waits = self._stage in _SENDING and (
            self._carrying is not None or not self._road.hungry or self._session.queued
        )
        if waits or self._deadlines.stalled_at is not None:
            self._deadlines.stall(self.now + self._limits.link_stall_s if waits else None)

    def readConnectionLost(self) -> None:
        """Twisted: the other end will send no more, and so it is of no use."""
        self.transport.loseConnection()
        self._leave("it hung up")

    def writeConnectionLost(self) -> None:
        """Twisted: our end is shut."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Twisted: the connection is gone."""
        self._leave(loss_words(reason))

    def _put(self, count: int, beyond: bytes, now: float) -> list[Any]:
        """Bytes are where the session wants them, and others behind them, most likely a frame's head."""
        told: list[Any] = self._session.filled(count, now)
        return told + self._session.receive(beyond, now) if beyond else told

    def _open(self) -> None:
        self._enter(Stage.OPEN)
        self._session = self.begin(self._woken)
        self._road = pave(self.transport, self, self._timers, self._limits, self._bulk)
        self._road.nudge()
        self._look()

    def _turn(self, ask: Callable[..., list[Any]], *arguments: Any) -> None:
        """Let the session do something, tell what it tells, and see what has become of it."""
        self._wish = Wish.NONE
        for event in self._safely(ask, *arguments) or ():
            self._safely(self.happened, event)
        wish, self._wish = self._wish, None
        # The link's own answers wake nobody.
        more = self._stage is Stage.OPEN and (wish is Wish.MORE or self._session.queued)
        if not (more and self._session.going and self._road.flush()):
            self._look()

    def _woken(self) -> None:
        """The session has something to send, or ends."""
        if self._wish is None:
            self._road.nudge()
        else:
            self._wish = Wish.MORE

    def _look(self) -> None:
        if self._stage is not Stage.OPEN:
            return
        if self._session.going:
            self._deadlines.look(self._session.next_deadline())
            return
        self._enter(Stage.ENDING)
        self._deadlines.look(self.now + self._limits.stall_s)
        self._tell(self._session.why)
        if self._session.over:
            self.abort("")
        else:
            self._road.nudge()

    def _carry(self, load: Load) -> None:
        began = self.now
        carrying = self._safely(self._road.launch, load.header, load.data, load.start, load.stop)
        if carrying is None:
            # There is nobody to wait for, and nothing to be woken for: we are asked for more.  What
            # passed meanwhile, others had the processor: it says nothing of how quick the way is.
            self._safely(self._session.sent, load, began)
        else:
            self._carrying = carrying
            carrying.addCallback(self._carried, load).addErrback(self._broken)

    def _carried(self, _: int, load: Load) -> None:
        self._carrying = None
        if self._stage is Stage.OPEN:
            self._safely(self._session.sent, load, self.now)
            self._road.nudge()

    def _broken(self, failure: Failure) -> None:
        """Half a frame was sent: nothing can follow it."""
        self._carrying = None
        if failure.check(CancelledError) and self._stage is Stage.LOST:
            return
        if not failure.check(P2PStreamError):
            peer = peer_name(self.transport)
            _log.failure("data for {peer} failed in a way nobody thought of", failure, peer=peer)
        self.abort(f"it was reset here because of {printable(failure.getErrorMessage())}")

    def _all_sent(self) -> None:
        self._enter(Stage.LINGERING)
        self._road.release()
        # The kernel has it all; killed from here on, we still end in good order.
        reset_on_close(self.transport, False)
        if half_closes(self.transport):
            self.transport.loseWriteConnection()
        else:
            self.transport.loseConnection()
        self._deadlines.look(self.now + self._limits.close_s)

    def _ring(self, now: float) -> None:
        stalled_at = self._deadlines.stalled_at
        if stalled_at is not None and now >= stalled_at:
            self.abort("it takes nothing of what it is sent")
        elif self._stage is Stage.OPEN:
            self._turn(self._session.tick, now)
            self._road.nudge()
        else:
            self.abort("TLS was not agreed on in time" if self._stage is Stage.GREETING else "")

    def _leave(self, why: str) -> None:
        """There is no connection any more, as far as we care."""
        if self._stage is Stage.LOST:
            return
        told = self._stage in (Stage.ENDING, Stage.LINGERING)
        self._enter(Stage.LOST)
        self._deadlines.stall(None)
        self._deadlines.look(None)
        if self._carrying is not None:
            self._carrying.cancel()
        if self._road is not None:
            self._road.release()
        if not told:
            self._tell(why)

    def _tell(self, why: str) -> None:
        """Tell everybody that there is nobody any more."""
        if self._session is not None:
            for event in self._safely(self._session.lost, why) or ():
                self._safely(self.happened, event)
        self.ended(why)

    def _safely(self, ask: Callable[..., Any], *arguments: Any) -> Any:
        """Call; what is raised is a bug of ours, which ends this link and nothing else."""
        try:
            return ask(*arguments)
        except Exception:
            peer = peer_name(self.transport)
            _log.failure("the link to {peer} failed in a way nobody thought of", peer=peer)
            self._session.fail()
            return None

    def _enter(self, stage: Stage) -> None:
        assert stage in FOLLOWING[self._stage], (self._stage, stage)
        self._stage = stage
