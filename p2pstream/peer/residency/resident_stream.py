"""A stream that this user's running peer fetches: one cache, one limit, whoever reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.interfaces import IConsumer, IReactorTime
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.keys import FileKey, parse_key
from p2pstream.content.links import Link
from p2pstream.content.views import StreamSnapshot
from p2pstream.errors import NoCentral, NoSource, NotFound, P2PStreamError, Refused, SourceLost
from p2pstream.events import EVENTS
from p2pstream.interfaces import IArriving, IEvents, IFetched, IStreamView
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.residency.resident_data import ResidentData
from p2pstream.peer.streams import OpenStream
from p2pstream.protocols.resident.asking import Resident
from p2pstream.protocols.resident.line import MessageLine
from p2pstream.protocols.resident.messages import (
    Begun,
    Fetch,
    GivenUp,
    Halt,
    Message,
    Pour,
    Stand,
    Told,
    UnitsNow,
    Whole,
)
from p2pstream.transport.alarm import Alarm

__all__ = ["ResidentStream", "fetch_through"]

#: What we would only find out again.
_FINAL: Mapping[str, type[P2PStreamError]] = {kind.__name__: kind for kind in (NoCentral, NoSource, NotFound)}
#: ``alone(link)`` fetches it in this process.
Alone = Callable[[Link], Deferred[OpenStream]]


async def fetch_through(
    resident: Resident,
    wanted: Fetch,
    alone: Alone,
    events: IEvents,
    clock: IReactorTime,
    limits: Limits = LIMITS,
) -> OpenStream:
    """Have the peer fetch it; where it is not there, or will not, fetch it alone.

    :raises P2PStreamError: as `peer.streams.Streams.open`.
    """
    link = Link.parse(wanted.link)
    try:
        line = await resident.line()
    except CancelledError:
        raise
    except Exception:
        return await alone(link)  # It is not there, which is no news.
    stream = ResidentStream(resident, line, link, alone, events, clock, limits)
    try:
        return await stream.begin(wanted)
    except Refused as fault:
        events.happened("resident_declined", reason=fault)
    finally:
        stream.settle()
    return await alone(link)


@implementer(IFetched, IStreamView)
class ResidentStream:
    """See `streams.OpenStream`; when the peer goes, this process goes on where it was."""

    #: Those are watched by each program itself.
    broadcast = None

    def __init__(
        self,
        resident: Resident,
        line: MessageLine,
        link: Link,
        alone: Alone,
        events: IEvents,
        clock: IReactorTime,
        limits: Limits = LIMITS,
    ) -> None:
        self._resident = resident
        self._line = line
        self._link = link
        self._alone = alone
        self._events = events
        self._clock = clock
        self._limits = limits
        self._stand = Stand()
        self._begun = False
        self._beginning: Deferred[OpenStream] = Deferred()
        self._going_on: Deferred[OpenStream] | None = None
        self._own: OpenStream | None = None
        self._closed = False
        self._quiet = Alarm(clock, self._unheard)
        #: For how long it may say nothing, and whether half of that is over.
        self._patience = limits.resident_answer_s
        self._doubted = False
        self.data: IArriving
        self._data: ResidentData
        self.view: IStreamView = self
        self.done: Deferred[None] = Deferred()

    def begin(self, wanted: Fetch) -> Deferred[OpenStream]:
        """Ask for it; fires with this, once it is known what it is.

        :returns: fails with `errors.Refused` where the peer does not fetch it, and with what
            fetching it alone would fail with.
        """
        self._line.heard = self._heard
        self._line.gone = lambda: self._lost("it hung up")
        self._listen(self._limits.resident_answer_s)
        self._line.say(wanted)
        return self._beginning

    def settle(self) -> None:
        """Hang up unless it has begun."""
        if not self._begun:
            self._hang_up()

    @property
    def is_elsewhere(self) -> bool:
        """Whether the peer has it, and this process nothing."""
        return self._going_on is None

    @property
    def sent(self) -> int:
        """Bytes that the peer gave to others meanwhile, as far as it told."""
        return self._stand.sent

    def snapshot(self) -> StreamSnapshot:
        """As `IStreamView` says."""
        if self._own is not None:
            return replace(self._own.view.snapshot(), name=self._link.name)
        now = self._stand
        return StreamSnapshot(
            name=self._link.name,
            length=self.data.length,
            have=self.data.have,
            rate=now.rate,
            sources=now.sources,
            awaited=now.awaited,
            verified=True,
        )

    def stop(self) -> Deferred[None]:
        """See `streams.OpenStream`."""
        self.done.addErrback(lambda _: None)
        if self._own is not None:
            return self._own.stop()
        self._line.say(Halt())
        return succeed(None)

    def close(self) -> Deferred[None]:
        """See `streams.OpenStream`."""
        return Deferred.fromCoroutine(self._close())

    async def _close(self) -> None:
        self.done.addErrback(lambda _: None)
        self._hang_up()
        if self._going_on is not None:
            self._going_on.addErrback(lambda _: None)
            self._going_on.cancel()
        if self._own is not None:
            await self._own.close()

    def _hang_up(self) -> None:
        self._closed = True
        self._quiet.set(None)
        self._line.heard = lambda message: None
        self._line.transport.abortConnection()

    def _listen(self, patience: float) -> None:
        """Wait no longer for the next word."""
        self._patience, self._doubted = patience, False
        self._quiet.set(self._clock.seconds() + patience / 2)

    def _unheard(self, now: float) -> None:
        if self._doubted:
            self._lost("it has not said a word for a while")
        else:
            # It may be us who were stopped: what it said meanwhile is heard in a moment.
            self._doubted = True
            self._quiet.set(now + self._patience / 2)

    def _heard(self, message: Message) -> None:
        self._listen(self._limits.resident_quiet_s)
        if isinstance(message, Told):
            self._tell(message)
        elif isinstance(message, Stand):
            self._stand = message
        elif isinstance(message, GivenUp):
            self._given_up(message)
        elif isinstance(message, Begun) and not self._begun:
            self._begin(message)
        elif isinstance(message, UnitsNow) and self._begun:
            self._data.changed(message)
        elif isinstance(message, Whole) and self._begun and not self.done.called:
            self.done.callback(None)

    def _begin(self, said: Begun) -> None:
        key = parse_key(said.key)
        if not isinstance(key, FileKey):
            self._lost("it speaks of what is no film")
            return
        self._begun = True

        def pour(consumer: IConsumer, start: int, stop: int | None) -> Deferred[None]:
            return self._resident.pour(Pour(said.token, start, stop), consumer)

        self._events.happened("resident_found")
        self._data = ResidentData(key, pour, self._line.say, self._other, self._limits)
        self.data = self._data
        self._beginning.callback(self)

    def _tell(self, said: Told) -> None:
        kind = EVENTS.get(said.event)
        if kind is not None and set(kind.fields) == set(said.fields):
            self._events.happened(said.event, **said.fields)

    def _given_up(self, said: GivenUp) -> None:
        kind = _FINAL.get(said.error)
        waiting: Deferred[Any] = self.done if self._begun else self._beginning
        if kind is None:
            self._lost(said.why)
        elif not waiting.called:
            waiting.errback(kind(said.why))

    def _lost(self, why: str) -> None:
        """Nothing is to be expected of it any more."""
        if self._closed:
            return
        self._hang_up()
        if self._begun:
            self._events.happened("resident_lost", reason=why)
            self._going_on = Deferred.fromCoroutine(self._go_on())
        elif not self._beginning.called:
            self._beginning.errback(Refused(why))

    async def _go_on(self) -> OpenStream:
        """Fetch the same bytes in this process: what the other fetched is on the disk."""
        link = self._link
        try:
            own = await self._alone(Link(link.central, self._data.key.text, link.others))
        except BaseException:
            if not self.done.called:
                self.done.errback()
            raise
        self._own = own
        self._data.go_on(own.data)
        if self.done.called:
            own.done.addErrback(lambda _: None)
        else:
            own.done.chainDeferred(self.done)
        return own

    def _other(self) -> Deferred[IArriving]:
        """For a reader whose bytes ended too early."""
        self._lost("its bytes ended too early")
        if self._going_on is None:
            return fail(SourceLost("the stream was closed"))
        waiting: Deferred[IArriving] = Deferred()

        def came(outcome: Any) -> Any:
            if not waiting.called:
                if isinstance(outcome, Failure):
                    waiting.errback(outcome)
                else:
                    waiting.callback(outcome.data)
            return outcome

        self._going_on.addBoth(came)
        return waiting
