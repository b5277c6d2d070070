"""One stream that the peer fetches for one program."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import Any, Protocol

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IPushProducer, IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.ranges import Ranges
from p2pstream.content.text import fault_text
from p2pstream.errors import P2PStreamError
from p2pstream.interfaces import IArriving, ICursor, IEvents, IStreamView
from p2pstream.limits import Limits
from p2pstream.protocols.resident.line import MessageLine
from p2pstream.protocols.resident.messages import (
    Alive,
    Begun,
    Departed,
    Fetch,
    GivenUp,
    Halt,
    Message,
    Stand,
    Told,
    UnitsNow,
    Where,
    Whole,
)
from p2pstream.transport.alarm import Alarm

__all__ = ["FetchedStream", "Open", "ServedFetch"]

_log = Logger()
#: So many looks pass before something is said although nothing changed.
_LOOKS = 4
_SPANS = 500


class FetchedStream(Protocol):
    """A stream with a key that somebody uses; as `peer.streams.OpenStream`."""

    data: Any
    view: IStreamView
    done: Deferred[None]

    def stop(self) -> Deferred[None]:
        """Fetch nothing more."""

    def close(self) -> Deferred[None]:
        """It is not used any more."""


#: Begins to fetch what a message says, and tells there what happens.
Open = Callable[[Fetch, IEvents], Deferred[FetchedStream]]


@implementer(IEvents, IPushProducer)
class ServedFetch:
    """For as long as the connection is there on which it was asked for.

    :param served: where it stands, by the token that is shown for its bytes.
    :param sent: counts what is given to others.
    """

    def __init__(
        self,
        line: MessageLine,
        open: Open,
        served: dict[str, FetchedStream],
        sent: Callable[[], int],
        clock: IReactorTime,
        limits: Limits,
    ) -> None:
        self._line = line
        self._open = open
        self._served = served
        self._sent = sent
        self._sent_before = sent()
        self._clock = clock
        self._limits = limits
        self._opening: Deferred[Any] | None = None
        self._stream: FetchedStream | None = None
        self._token = token_hex(16)
        self._readers: dict[int, ICursor] = {}
        self._units = Ranges()
        self._stand = Stand()
        self._quiet = 0
        #: Whether the program does not take what it is told.
        self._muted = False
        self._unwatch: Callable[[], None] = lambda: None
        self._batching = Alarm(clock, lambda now: self._tell_units())
        self._changing = False
        self._looking = LoopingCall(self._look)
        self._looking.clock = clock

    def begin(self, wanted: Fetch) -> None:
        """Look it up."""
        self._line.transport.registerProducer(self, True)
        self._looking.start(self._limits.resident_tell_s, now=False).addErrback(_broke)
        self._opening = self._open(wanted, self)
        self._opening.addCallbacks(self._opened, self._given_up).addErrback(_broke)

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents.happened`."""
        if not self._muted:
            self._say(Told(event, fields))

    def pauseProducing(self) -> None:
        """The program takes nothing: what happens meanwhile is not told."""
        self._muted = True

    def resumeProducing(self) -> None:
        """It does again: it is told how things are now."""
        self._muted = False
        if self._stream is not None:
            self._tell_units()
            self._look()

    def stopProducing(self) -> None:
        """The connection is gone, which is told elsewhere."""

    def heard(self, message: Message) -> None:
        """The program said something."""
        stream = self._stream
        if stream is None:
            self._line.transport.abortConnection()
        elif isinstance(message, Where):
            self._moved(stream.data, message)
        elif isinstance(message, Departed):
            reader = self._readers.pop(message.reader, None)
            if reader is not None:
                reader.close()
        elif isinstance(message, Halt):
            stream.stop().addErrback(_broke)
        else:
            self._line.transport.abortConnection()

    def close(self) -> None:
        """The program is gone, or wants it no more."""
        if self._looking.running:
            self._looking.stop()
        if self._opening is not None:
            self._opening.cancel()
        self._unwatch()
        self._batching.set(None)
        self._served.pop(self._token, None)
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()
        if self._stream is not None:
            self._stream.close().addErrback(_broke)

    def _opened(self, stream: FetchedStream) -> None:
        self._stream = stream
        self._served[self._token] = stream
        self._say(Begun(self._token, stream.data.key.text))
        self._tell_units()
        self._unwatch = stream.data.watch(self._changed)
        stream.done.addCallbacks(self._whole, self._given_up)

    def _moved(self, data: IArriving, said: Where) -> None:
        if not IArriving.providedBy(data):
            return  # All of it is there: nobody need know who reads where.
        reader, full = self._readers.get(said.reader), len(self._readers) >= self._limits.resident_readers
        if said.position > (data.length or 0) or (reader is None and full):
            self._line.transport.abortConnection()
        elif reader is not None:
            reader.move(said.position)
        else:
            self._readers[said.reader] = data.cursor(said.position, said.kind)

    def _whole(self, _: None) -> None:
        self._tell_units()
        self._look()
        self._say(Whole())

    def _given_up(self, failure: Failure) -> None:
        fault = failure.value
        if fault is None or isinstance(fault, CancelledError):
            return
        if not isinstance(fault, P2PStreamError):
            _log.failure("a stream is not fetched for a program of this user", failure)
        said = str(fault) if isinstance(fault, P2PStreamError) else fault_text(fault)
        self._look()
        self._say(GivenUp(type(fault).__name__, said))

    def _changed(self) -> None:
        """Units came, perhaps thousands in a second; whoever waits for their bytes has them already."""
        if not self._changing:
            self._changing = True
            self._batching.set(self._clock.seconds() + self._limits.resident_batch_s)

    def _tell_units(self) -> None:
        """What came and went since this was told last; as many lines as that needs."""
        assert self._stream is not None, "there is a stream"
        self._changing = False
        if self._muted:
            return
        before, self._units = self._units, self._stream.data.units
        came, went = _more(self._units, before), _more(before, self._units)
        for at in range(0, max(len(came), len(went)), _SPANS):
            self._say(UnitsNow(tuple(came[at : at + _SPANS]), tuple(went[at : at + _SPANS])))

    def _look(self) -> None:
        """How it stands, if that is news; else, now and then, that we are still here."""
        if self._muted:
            return
        stand = self._stand
        if self._stream is not None:
            now = self._stream.view.snapshot()
            sent = self._sent() - self._sent_before
            stand = Stand(now.rate, now.sources, now.awaited, sent)
        self._quiet += 1
        if stand != self._stand:
            self._stand = stand
            self._say(stand)
        elif self._quiet >= _LOOKS:
            self._say(Alive())

    def _say(self, message: Message) -> None:
        self._quiet = 0
        self._line.say(message)


def _more(some: Ranges, others: Ranges) -> list[tuple[int, int]]:
    """What is in the first only; both may have thousands of spans."""
    return [gap for span in some if not others.covers(*span) for gap in others.missing(*span)]


def _broke(failure: Failure) -> None:
    if not failure.check(CancelledError):
        _log.failure("a stream of this user's program did not end as it should", failure)
