"""A film on a plain web server, as a source of its units: it never refuses, and proves nothing.

Neighbouring units are asked for in one request, one request after the other over one
connection.  From a server that knows no ranges all comes, from the start: what is asked for
is taken out of it as it passes by, and the rest is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, fail
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from twisted.web.http_headers import Headers
from zope.interface import implementer

from p2pstream import __version__
from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.shown import Bearing
from p2pstream.content.text import printable
from p2pstream.errors import Refused, SessionError, SourceLost
from p2pstream.interfaces import INode, IUnitListener, IUnitSource
from p2pstream.protocols.http.one_server import OneServer
from p2pstream.protocols.http.passing import Passing, begins_at
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.turns.asked import AskedUnits

__all__ = ["WebSeed"]

#: What units are refused with that nobody wants any more, as between native peers.
CANCELLED = 20


@implementer(IUnitSource)
class WebSeed:
    """See `IUnitSource`; whatever it sends is proven by hashes that others have.

    :param agent: dials that server, whatever it is asked for.
    :param url: where the film is there.
    :param address: who it is, for people.
    :param ended: called once, when nothing more is asked of it.
    """

    proofs = False
    #: It does not know to whom it gives.
    elsewhere = Ranges()

    def __init__(
        self,
        agent: OneServer,
        url: bytes,
        address: str,
        key: FileKey,
        node: INode,
        ended: Callable[[], Any] = lambda: None,
    ) -> None:
        self.address = address
        self.key = key
        #: Whether it knows ranges, as far as is known.
        self.ranged = True
        self._agent = agent
        self._url = url
        self._limits = node.limits
        self._clock = node.reactor
        self._owed = AskedUnits(node.downlink, self._wanted)
        self._ended = ended
        self._listener: Any = None
        #: Units that were asked for and not answered, the most urgent first; and those who came first.
        self._asked: dict[int, int] = {}
        self._asking: Deferred[Any] | None = None
        self._passing: Passing | None = None
        self._fault: SourceLost | None = None
        self._alarm = Alarm(node.reactor, self._ring)
        #: Bytes of units that came.
        self.received = 0
        self._end = node.traffic.begin(Bearing.IN, "http", address, lambda: self.received, key)

    @property
    def units(self) -> Ranges:
        """See `IUnitSource`: of what passes by without ranges only what is still to come."""
        first = 0 if self.ranged or self._passing is None else self._passing.ahead
        return Ranges([(first, self.key.units)] if self._fault is None and first < self.key.units else [])

    @property
    def room(self) -> int:
        """See `IUnitSource`."""
        room = self._limits.web_seed_units - len(self._asked)
        return self._owed.room(room) if self._fault is None else 0

    def listen(self, listener: IUnitListener) -> None:
        """See `IUnitSource`."""
        if self._listener is not None:
            raise SessionError("a source has one listener")
        self._listener = listener
        if self._fault is not None:
            listener.lost(self, Failure(self._fault))

    def ask(self, first: int, count: int, urgency: int = 2, deadline_ms: int | None = None) -> None:
        """See `IUnitSource`."""
        units = range(first, first + count)
        there = count > 0 and self.units.covers(first, first + count)
        if not there or count > self.room or not self._asked.keys().isdisjoint(units):
            raise ValueError(f"{count} units from {first} on cannot be asked for")
        self._asked.update(dict.fromkeys(units, urgency))
        self._owed.asked(count)
        if self._passing is not None:
            self._passing.go_on()
        self._go()

    def want(self, rate: int, unit: int) -> None:
        """See `IUnitSource`: there is nobody to be told."""

    def cancel(self, first: int, count: int) -> None:
        """See `IUnitSource`."""
        held = range(0) if self._passing is None else self._passing.held
        last = min(first + count, self.key.units)
        for unit in range(max(first, 0), last):
            if unit in self._asked and unit not in held:
                self._owed.refused(1)
                self._refuse(unit, 1)
        if self._passing is not None and self.ranged and not self._passing.is_of_use(self._asked):
            self._passing.abort()

    def ask_hashes(self, layer: int, first: int, count: int, uncles: int) -> Deferred[tuple[bytes, bytes]]:
        """See `IUnitSource`: it has none."""
        return fail(self._fault or Refused("a web server proves nothing", CANCELLED))

    def spoilt(self, first: int, reason: str) -> None:
        """See `IUnitSource`."""
        self._lose(f"it was left: {reason}")

    def request(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `ISource`: alone it can prove nothing of what it would deliver."""
        return fail(SourceLost(f"nothing of what {self.address} sends can be proven by it"))

    def close(self) -> None:
        """See `ISource`."""
        self._lose("it was left")

    def lend(self, first: int, most: int) -> tuple[int, memoryview | None]:
        """How many units from this one on are wanted, and room for them; for what passes by.

        Those that nobody lends room for are refused.
        """
        count = 0
        while count < min(most, self._limits.native_urgent_run_units) and first + count in self._asked:
            count += 1
        room = self._listener.lend(self, first, count) if count else None
        if count and room is None:
            self._owed.came(count)
            self._refuse(first, count)
        return count, room

    def arrived(self, first: int, count: int, run: memoryview) -> None:
        """These are complete."""
        self._moved()
        for unit in range(first, first + count):
            del self._asked[unit]
        self._owed.came(count)
        self.received += len(run)
        self._tell("arrived", first, count, run)

    def is_idle(self) -> bool:
        """Whether nothing is asked for."""
        return not self._asked

    def passed(self, passing: Passing, why: str) -> None:
        """A response has ended; ``why`` it was not complete, if it was not, and we did not end it."""
        self._passing = None
        if passing.room is not None:
            self._tell("dropped", *passing.room)
        if why or not (passing.aborted or passing.moved):
            self._lose(why or "it sent nothing of what was asked for")
            return
        self._alarm.set(None)
        if not self.ranged:
            self._tell("changed")
        self._go()

    def _go(self) -> None:
        """Ask for what is most urgent, and for what follows it."""
        if not self._asked or self._asking is not None or self._passing is not None or self._fault:
            return
        first = min(self._asked, key=lambda unit: self._asked[unit])
        while first - 1 in self._asked and self._asked[first - 1] == self._asked[first]:
            first -= 1
        last = first
        while last in self._asked:
            last += 1
        start, stop = self.key.span(first, last)
        headers = {
            b"Range": [b"bytes=%d-%d" % (start, stop - 1)],
            b"Accept-Encoding": [b"identity"],
            b"User-Agent": [b"p2pstream/" + __version__.encode("ascii")],
        }
        self._moved()
        self._asking = self._agent.request(b"GET", self._url, Headers(headers))
        self._asking.addCallback(self._answered, start).addErrback(self._failed)

    def _answered(self, response: Any, start: int) -> None:
        self._asking = None
        self._moved()
        place = begins_at(response, start, self.key.length)
        if isinstance(place, str):
            self._lose(place)
            return
        self.ranged = place[2]
        self._passing = Passing(self, place[0], place[1], self._clock, self._limits)
        self._owed.between(*self._agent.ends)
        response.deliverBody(self._passing)

    def _failed(self, failure: Failure) -> None:
        self._asking = None
        if not failure.check(CancelledError):
            self._lose(printable(failure.getErrorMessage(), 200))

    def _refuse(self, first: int, count: int) -> None:
        for unit in range(first, first + count):
            del self._asked[unit]
        self._tell("refused", first, count, CANCELLED)

    def _moved(self) -> None:
        self._alarm.set(self._clock.seconds() + self._limits.link_stall_s)

    def _ring(self, now: float) -> None:
        if self._passing is not None and self._passing.rests:
            self._moved()
        else:
            self._lose(f"it sent nothing for {self._limits.link_stall_s:g} s")

    def _lose(self, why: str) -> None:
        if self._fault is not None:
            return
        self._fault = SourceLost(f"{self.address}: {why}")
        self._alarm.set(None)
        asking, passing = self._asking, self._passing
        self._owed.end()
        if asking is not None:
            asking.cancel()
        if passing is not None:
            passing.abort()
        self._asked.clear()
        self._end()
        self._ended()
        self._tell("lost", Failure(self._fault))

    def _wanted(self) -> None:
        """More may be asked for now."""
        self._tell("changed")

    def _tell(self, what: str, *arguments: Any) -> None:
        if self._listener is not None:
            tell: Callable[..., None] = getattr(self._listener, what)
            tell(self, *arguments)
