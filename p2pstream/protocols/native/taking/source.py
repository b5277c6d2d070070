"""A peer as a source of one stream: `interfaces.IUnitSource` over a channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.codes import Code, words
from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges, check_range
from p2pstream.data.reading import read
from p2pstream.errors import BadProof, P2PStreamError, Refused, SessionError, SourceLost, Unproven
from p2pstream.interfaces import IDownlink, IUnitListener, IUnitSource
from p2pstream.protocols.native import events as told
from p2pstream.protocols.native.messages import Page, Want
from p2pstream.protocols.native.session import NativeSession
from p2pstream.protocols.native.taking.reading import ProvenUnits
from p2pstream.transport.turns.asked import AskedUnits

__all__ = ["NativeSource"]

#: Bytes a second; and as much as can be told.
_KBIT = 125
_MOST_KBITS = 0xFFFFFFFF


@implementer(IUnitSource)
class NativeSource:
    """Asks on one channel, and tells one listener.

    :param seed: it has all of it, as somebody else says: it may be asked before it said so.
    :param close: ends a channel.
    :param ended: called once, when nothing is to be expected of it any more.
    :param downlink: what bounds how much is asked for; None: nothing does.
    """

    ranged = True
    proofs = True

    def __init__(
        self,
        session: NativeSession,
        channel: int,
        key: FileKey,
        address: str,
        seed: bool,
        close: Callable[[int, Code], None],
        ended: Callable[[NativeSource], None],
        downlink: IDownlink | None = None,
    ) -> None:
        self._asked = AskedUnits(downlink, self._wanted)
        self.key = key
        self.address = address
        self.channel = channel
        self._session = session
        self._close = close
        self._seed = seed
        self._ended: Callable[[NativeSource], None] | None = ended
        self._listener: Any = None
        self._pages: dict[Page, list[Deferred[tuple[bytes, bytes]]]] = {}
        self._fault: P2PStreamError | None = None
        self._ready: list[Deferred[NativeSource]] = []
        #: What is said of whoever watches here.
        self.wish = self._said = Want(1, 0, 0)
        #: Bytes of units that came.
        self.received = 0
        #: Whether the other end has said that it has the stream.
        self.ready = session.is_open(channel)

    @property
    def units(self) -> Ranges:
        """See `IUnitSource`."""
        if self._fault is not None:
            return Ranges()
        if self._seed and not self.ready:
            return Ranges([(0, self.key.units)])
        return self._session.units(self.channel)

    @property
    def elsewhere(self) -> Ranges:
        """See `IUnitSource`."""
        return self._session.elsewhere(self.channel) if self._fault is None else Ranges()

    @property
    def room(self) -> int:
        """See `IUnitSource`."""
        return self._asked.room(self._session.room(self.channel)) if self._fault is None else 0

    def when_ready(self) -> Deferred[NativeSource]:
        """Fires when the other end has said that it has the stream; fails when it has not."""
        ready: Deferred[NativeSource] = Deferred(self._forget)
        if self._fault is not None:
            ready.errback(Failure(self._fault))
        elif self.ready:
            ready.callback(self)
        else:
            self._ready.append(ready)
        return ready

    def listen(self, listener: IUnitListener) -> None:
        """See `IUnitSource`."""
        if self._listener is not None:
            raise SessionError("a source has one listener")
        self._listener = listener
        if self._fault is not None:
            listener.lost(self, Failure(self._fault))

    def ask(self, first: int, count: int, urgency: int = 2, deadline_ms: int | None = None) -> None:
        """See `IUnitSource`."""
        if self._fault is not None:
            raise ValueError(f"nothing can be asked of {self.address} any more")
        self._session.ask(self.channel, first, count, urgency, deadline_ms)
        self._asked.asked(count)

    def want(self, rate: int, unit: int) -> None:
        """See `IUnitSource`."""
        self.wish = Want(1, min(-(-rate // _KBIT), _MOST_KBITS), unit if rate else 0)
        self._say()

    def cancel(self, first: int, count: int) -> None:
        """See `IUnitSource`."""
        if self._fault is None:
            self._session.cancel(self.channel, first, count)

    def ask_hashes(self, layer: int, first: int, count: int, uncles: int) -> Deferred[tuple[bytes, bytes]]:
        """See `IUnitSource`; the same page is asked for once, whoever waits for it."""
        if self._fault is not None:
            return fail(self._fault)
        page = (layer, first, count, uncles)
        if page not in self._pages:
            try:
                self._session.ask_hashes(self.channel, page)
            except ValueError as fault:
                return fail(Refused(str(fault), Code.BUSY))
            self._pages[page] = []
        # One that is cancelled is forgotten; the page is still on its way.
        waiting: Deferred[tuple[bytes, bytes]] = Deferred(self._pages[page].remove)
        self._pages[page].append(waiting)
        return waiting

    def spoilt(self, first: int, reason: str) -> None:
        """See `IUnitSource`."""
        self._leave(Code.BAD_HASH, SourceLost(f"{self.address} was left: {reason}"))

    def request(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `ISource`; what is delivered has been proven.  It is the source's listener from then on."""
        last = self.key.length if stop is None else stop
        check_range(start, last, self.key.length)
        return read(ProvenUnits(self, last), consumer, start, last).addErrback(_as_lost)

    def close(self) -> None:
        """See `ISource`."""
        self._leave(Code.OK, SourceLost(f"{self.address} was left"))

    def happened(self, event: told.Event) -> None:
        """The session told something about our channel."""
        if isinstance(event, told.Arrived):
            self.received += len(event.run)
            self._asked.came(event.count)
            self._tell("arrived", event.first, event.count, event.run)
        elif isinstance(event, told.Ready):
            self._begin()
        elif isinstance(event, told.Closed):
            said = f"{self.address} has it no more: {words(event.code)}"
            self.lost(Refused(said, event.code))
        elif isinstance(event, told.HashesCame | told.HashesRefused):
            self._answered(event)
        elif isinstance(event, told.Moved):
            self.channel = event.onto
        else:
            self._pass_on(event)

    def _answered(self, event: told.HashesCame | told.HashesRefused) -> None:
        """A page came, or will not."""
        waiting = self._pages.pop(event.page, [])
        if isinstance(event, told.HashesCame):
            for one in waiting:
                one.callback((event.nodes, event.uncles))
            return
        refused = Refused(f"{self.address} does not prove it: {words(event.code)}", event.code)
        for one in waiting:
            one.errback(Failure(refused))

    def _begin(self) -> None:
        self.ready = True
        self._say()
        self._answer_ready(lambda ready: ready.callback(self))
        self._tell("changed")

    def _say(self) -> None:
        """Tell of whoever watches, as soon as that may be told."""
        if self.wish != self._said and self._fault is None and self._session.may_ask(self.channel):
            self._said = self.wish
            self._session.want(self.channel, self.wish)

    def lend(self, first: int, count: int) -> memoryview | None:
        """Room of the listener's for units that begin to arrive."""
        if self._fault is not None:
            return None
        room: memoryview | None = None
        if self._listener is not None:
            room = self._listener.lend(self, first, count)
        if room is None:
            # They come all the same, and are told of as refused: so they are not given back.
            self._asked.asked(count)
        return room

    def dropped(self, event: told.Dropped) -> None:
        """What room was lent for will not be complete, or is of no use; told also after the end."""
        self._tell("dropped", event.first, event.count, event.run)

    def lost(self, fault: P2PStreamError) -> None:
        """Nothing more comes: everybody who waits is told."""
        if self._fault is not None:
            return
        self._fault = fault
        self._asked.end()
        pages, self._pages = self._pages, {}
        broken = fault if isinstance(fault, Refused | SourceLost) else SourceLost(str(fault))
        for waiting in [one for page in pages.values() for one in page]:
            waiting.errback(Failure(broken))
        self._answer_ready(lambda ready: ready.errback(Failure(fault)))
        self._tell("lost", Failure(fault))
        ended, self._ended = self._ended, None
        if ended is not None:
            ended(self)

    def _wanted(self) -> None:
        """More may be asked for now."""
        self._tell("changed")

    def _pass_on(self, event: told.Event) -> None:
        if isinstance(event, told.UnitsRefused):
            self._asked.refused(event.count)
            self._tell("refused", event.first, event.count, event.code)
        elif isinstance(event, told.UnitsChanged):
            self._tell("changed")

    def _leave(self, code: Code, fault: SourceLost) -> None:
        if self._fault is None:
            self._close(self.channel, code)
            self.lost(fault)

    def _tell(self, what: str, *arguments: Any) -> None:
        if self._listener is not None:
            getattr(self._listener, what)(self, *arguments)

    def _answer_ready(self, answer: Callable[[Deferred[NativeSource]], None]) -> None:
        waiting, self._ready = self._ready, []
        for ready in waiting:
            answer(ready)

    def _forget(self, ready: Deferred[NativeSource]) -> None:
        self._ready.remove(ready)


def _as_lost(failure: Failure) -> Failure:
    """What `ISource.request` fails with when nothing more can be had of it."""
    if failure.check(Refused, BadProof, Unproven):
        return Failure(SourceLost(failure.getErrorMessage()))
    return failure
