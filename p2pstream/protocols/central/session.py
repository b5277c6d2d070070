"""Both ends of the central family, without a socket or a clock.  Pure.

The central's end (`CentralServing`) passes on what is asked, once it may be asked, and is
given the answers; every request is answered exactly once.  The other end
(`CentralAsking`) numbers requests and matches answers.  Times are monotonic seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from p2pstream.codes import Code, words
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.central.frequency import frequencies
from p2pstream.protocols.central.messages import (
    ANSWERS,
    CEILINGS,
    REQUESTS,
    Announce,
    Announced,
    Beckon,
    Call,
    Changed,
    Done,
    GetHead,
    GetTicket,
    HeadNow,
    Peered,
    Peers,
    Publish,
    Request,
    Resolve,
    Resolved,
    Rows,
    Search,
    Subject,
    Ticketed,
    Watch,
    Withdraw,
    decode,
    frame,
)
from p2pstream.protocols.link.family import Bulk, Frame, Line, Opposite
from p2pstream.transport.turns.tokens import Tokens
from p2pstream.values import value

__all__ = ["Answered", "CentralAsking", "CentralServing", "Unasked"]

#: What speaks for an identity, which must be bound to the connection.
_BINDING = (Announce, Withdraw, Publish, Beckon, GetTicket)
#: What answers what.  DONE answers the others, and refuses each.
_ANSWER: Mapping[type[Request], type[Any]] = {
    Announce: Announced,
    Resolve: Resolved,
    Search: Rows,
    Peers: Peered,
    GetTicket: Ticketed,
    GetHead: HeadNow,
}


class _Plain:
    """What a family has that sends no runs and keeps no time."""

    __slots__ = ("_line",)

    name = "central"
    heads: Mapping[int, int] = {}
    _line: Line

    def attach(self, line: Line, now: float) -> None:
        """See `Family.attach`."""
        self._line = line

    def begin(self, type: int, channel: int, head: bytes, length: int, now: float) -> memoryview | None:
        """See `Family.begin`: there are no runs."""
        raise PeerError("a central sends no runs, and takes none", Code.BAD_FRAME)

    def filled(self, now: float) -> list[Any]:
        """See `Family.filled`."""
        return []

    def rank(self, now: float) -> int:
        """See `Family.rank`."""
        return 0

    def pull(self, now: float) -> Bulk | None:
        """See `Family.pull`."""
        return None

    def sent(self, bulk: Bulk, now: float) -> None:
        """See `Family.sent`."""

    def tick(self, now: float) -> list[Any]:
        """See `Family.tick`."""
        return []

    def next_deadline(self) -> float | None:
        """See `Family.next_deadline`."""
        return None


class CentralServing(_Plain):
    """A central's end of one connection.  Its events are the requests, as `messages` has them.

    There are thousands, most of which rest: what only talk needs is made when it begins.
    """

    __slots__ = ("_allowances", "_frequencies", "_limits", "_opposite", "_unanswered", "watched")

    ceilings: Mapping[int, int] = {number: CEILINGS[number] for number in REQUESTS}
    awaiting = False

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._opposite: Opposite | None = None
        #: The requests that are not answered yet.  Few wait, mostly none.
        self._unanswered: tuple[int, ...] = ()
        #: What is watched over this connection.
        self.watched: set[Subject] | None = None
        self._frequencies = frequencies(limits)
        #: Of what is asked how much may be, and how much more only a flood asks.
        self._allowances: dict[str, tuple[Tokens, Tokens]] | None = None

    def greeted(self, opposite: Opposite, now: float) -> list[Any]:
        """See `Family.greeted`."""
        self._opposite = opposite
        return []

    def received(self, frame: Frame, now: float) -> list[Any]:
        """See `Family.received`."""
        request: Any = decode(frame)
        if request.request in self._unanswered:
            raise PeerError("two requests have one number", Code.BAD_MESSAGE)
        self._unanswered += (request.request,)
        refusal = self._refusal(request, now)
        if refusal is not None:
            self.answer(Done(request.request, refusal, words(refusal)))
            return []
        return [request]

    def answer(self, answer: Announced | Done | Resolved | Rows | Peered | Ticketed | HeadNow) -> None:
        """Answer a request; it is answered once."""
        place = self._unanswered.index(answer.request)
        self._unanswered = self._unanswered[:place] + self._unanswered[place + 1 :]
        self._line.send(frame(answer))

    def tell(self, told: Announced | Changed | Call) -> None:
        """Tell what was not asked for; dropped where the other end does not read."""
        if self._line.queued <= self._limits.central_queue_bytes:
            self._line.send(frame(told))

    def lost(self, why: str) -> list[Any]:
        """See `Family.lost`."""
        return []

    def _refusal(self, request: Request, now: float) -> Code | None:
        limits, opposite, queued = self._limits, self._opposite, self._line.queued
        if queued > limits.central_queue_most_bytes:
            raise PeerError("it asks, and does not read the answers", Code.BUSY)
        if not self._allowed(request, now):
            return Code.RATE_LIMITED
        if queued > limits.central_queue_bytes or len(self._unanswered) > limits.central_unanswered:
            return Code.BUSY
        if opposite is None or not opposite.authenticated:
            return Code.NOT_AUTHORISED
        if isinstance(request, _BINDING) and not opposite.bound:
            return Code.NOT_AUTHORISED
        return self._watch(request) if isinstance(request, Watch) else None

    def _allowed(self, request: Request, now: float) -> bool:
        frequency = self._frequencies[type(request)]
        if self._allowances is None:
            self._allowances = {}
        allowances = self._allowances.get(frequency.what)
        if allowances is None:
            allowances = Tokens(frequency, now), Tokens(frequency.flood(self._limits), now)
            self._allowances[frequency.what] = allowances
        allowance, flood = allowances
        if not flood.take(now):
            raise PeerError(f"a flood of {frequency.what} came", Code.RATE_LIMITED)
        return allowance.take(now)

    def _watch(self, request: Watch) -> Code | None:
        watched = self.watched = self.watched or set()
        if not request.on:
            watched.discard(request.subject)
        elif len(watched) >= self._limits.central_watched and request.subject not in watched:
            return Code.BUSY
        else:
            watched.add(request.subject)
        return None


@value
class Answered:
    """The answer to a request; None: it did not come in time."""

    request: int
    answer: Announced | Done | Resolved | Rows | Peered | Ticketed | None


@value
class Unasked:
    """What the central says without being asked."""

    answer: Announced | Changed | Call


class CentralAsking(_Plain):
    """The end that asks a central.  Its events are `Answered` and `Unasked`."""

    __slots__ = ("_asked", "_forgotten", "_last", "_limits")

    ceilings: Mapping[int, int] = {number: CEILINGS[number] for number in ANSWERS}

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        #: What is asked and not answered, and when that is too late; in the order of asking.
        self._asked: dict[int, tuple[type[Request], float]] = {}
        #: Those that nobody waits for any more.
        self._forgotten: set[int] = set()
        self._last = 0

    @property
    def awaiting(self) -> bool:
        """See `Family.awaiting`."""
        return bool(self._asked)

    @property
    def has_room(self) -> bool:
        """Whether one more may be asked now."""
        return len(self._asked) + len(self._forgotten) < self._limits.central_unanswered

    def ask(self, make: Callable[[int], Request], now: float) -> int:
        """Ask; ``make`` is given the number of the request, which is returned."""
        self._last = self._last % 0xFFFFFFFF + 1
        request = make(self._last)
        self._asked[self._last] = type(request), now + self._limits.central_answer_s
        self._line.send(frame(request))
        return self._last

    def forget(self, request: int) -> None:
        """Nobody waits for that answer any more."""
        if self._asked.pop(request, None) is not None:
            self._forgotten.add(request)

    def greeted(self, opposite: Opposite, now: float) -> list[Any]:
        """See `Family.greeted`."""
        return []

    def received(self, frame: Frame, now: float) -> list[Any]:
        """See `Family.received`."""
        answer: Any = decode(frame)
        if isinstance(answer, Changed | Call) or (isinstance(answer, Announced) and not answer.request):
            return [Unasked(answer)]
        return self._answered(answer.request, answer)

    def tick(self, now: float) -> list[Any]:
        """See `Family.tick`."""
        late = [number for number, (_, due) in self._asked.items() if due <= now]
        for number in late:
            self.forget(number)
        return [Answered(number, None) for number in late]

    def next_deadline(self) -> float | None:
        """See `Family.next_deadline`."""
        return next((due for _, due in self._asked.values()), None)

    def lost(self, why: str) -> list[Any]:
        """See `Family.lost`: whoever waits is told by the link's end."""
        return []

    def _answered(self, number: int, answer: Any) -> list[Any]:
        if number in self._forgotten:
            self._forgotten.discard(number)
            return []
        if number not in self._asked:
            raise PeerError("an answer came to what nobody asked", Code.UNSOLICITED)
        kind, _ = self._asked.pop(number)
        refused = isinstance(answer, Done) and answer.code != Code.OK
        if not refused and not isinstance(answer, _ANSWER.get(kind, Done)):
            raise PeerError(f"{type(answer).__name__} answers no {kind.__name__}", Code.UNSOLICITED)
        return [Answered(number, answer)]
