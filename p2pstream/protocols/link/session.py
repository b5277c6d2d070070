"""One link, without a socket or a clock: both ends alike.  Pure.

Families get frames as soon as HELLO came, except in a closed group, whose secret must be
proven first.  From the methods nothing comes out but what a family raises, other than
`PeerError`: that is a bug, and whoever drives the session calls `fail` then.

Events are those of `events`, and whatever families tell.  Times are monotonic seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from p2pstream.codes import Code, words
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.link.events import Authenticated, Ended
from p2pstream.protocols.link.family import Family, Frame, Opposite, Speaker
from p2pstream.protocols.link.greeting import Terms
from p2pstream.protocols.link.incoming import Incoming, Rule
from p2pstream.protocols.link.outgoing import Load, Outgoing, load_of
from p2pstream.protocols.link.routes import kind_of, kinds_of, rule_of
from p2pstream.protocols.link.talk import OWN, Stage, Talk

__all__ = ["LinkSession", "Stage"]


class LinkSession:
    """What drives it: bytes in, `take` and `pull` out, `tick` at `next_deadline`.

    It provides `family.Line` to its families, and `incoming.Taker`.

    :param families: those that are spoken from the start.
    :param dialled: whether we dialled.
    :param wary: say nothing but the magic until the other end's came: it may speak
        another protocol.
    :param speaker: makes others when they are spoken.
    """

    __slots__ = (
        "_events", "_families", "_incoming", "_kinds", "_limits", "_now", "_outgoing", "_speaker", "_talk",
        "dialled", "runs", "woken",
    )  # fmt: skip

    def __init__(
        self,
        families: Sequence[Family],
        terms: Terms,
        dialled: bool,
        now: float,
        wary: bool = False,
        limits: Limits = LIMITS,
        speaker: Speaker | None = None,
    ) -> None:
        self.dialled = dialled
        #: Called when there may be something to send, or an end, that no call of ours tells.
        self.woken: Callable[[], None] = _unheard
        self._families = tuple(families)
        #: Whether `pull` may give anything: a family is spoken that has runs.
        self.runs = any(family.heads for family in families)
        self._kinds = kinds_of(families, speaker)
        self._speaker = speaker
        self._limits = limits
        self._outgoing = Outgoing()
        names = frozenset(kind.name for kind in self._kinds)
        self._talk = Talk(terms, names, dialled, wary, self._outgoing, now, limits)
        self._incoming = Incoming(self)
        self._now = now
        self._events: list[Any] = []
        for family in families:
            family.attach(self, now)

    @property
    def stage(self) -> Stage:
        """How far it is."""
        return self._talk.stage

    @property
    def going(self) -> bool:
        """Whether it is not ending."""
        return self._talk.ended is None

    @property
    def over(self) -> bool:
        """Whether it ends without a word more."""
        return self.stage is Stage.OVER

    @property
    def ended(self) -> Ended | None:
        """Why it ends, once it does."""
        return self._talk.ended

    @property
    def why(self) -> str:
        """The same in words; empty while it does not."""
        return "" if self.ended is None else self.ended.why

    @property
    def opposite(self) -> Opposite | None:
        """The other end; None before its HELLO."""
        return self._talk.opposite

    @property
    def queued(self) -> int:
        """Bytes of control frames that wait to be sent."""
        return self._outgoing.queued

    def receive(self, chunk: bytes, now: float) -> list[Any]:
        """Bytes came."""
        self._talk.liveness.heard(now)
        return self._judged(self._receive, chunk, now)

    def room(self) -> memoryview | None:
        """Where the next bytes may be put, to be said `filled`; None: they are to be received."""
        return self._incoming.room()

    def filled(self, count: int, now: float) -> list[Any]:
        """``count`` bytes came, and were put into `room`."""
        self._talk.liveness.heard(now)
        return self._judged(self._incoming.filled, count, now)

    def take(self, most: int, now: float) -> bytes:
        """Control frames to be sent now, some ``most`` bytes of them."""
        self._now = now
        if not self._outgoing.queued:
            return b""
        self._talk.look_for_debts(self._families, now)
        return self._outgoing.take(most)

    def rank(self, now: float) -> int:
        """How urgent the next run is, as `Family.rank`."""
        if not self.going or not self._talk.familiar:
            return 0
        return min(filter(None, (family.rank(now) for family in self._families)), default=0)

    def pull(self, now: float) -> Load | None:
        """The next run to be sent, when all that was taken and pulled before is with the kernel."""
        if self._talk.ended is not None or not self._talk.familiar:
            return None
        self._now = now
        for place, family in enumerate(self._families):
            bulk = family.pull(now)
            if bulk is not None:
                # Another family's turn comes first the next time.
                self._families = self._families[place + 1 :] + self._families[: place + 1]
                return load_of(family, bulk)
        return None

    def sent(self, load: Load, now: float) -> None:
        """All of ``load`` is with the kernel."""
        if self.going:
            load.family.sent(load.bulk, now)

    def tick(self, now: float) -> list[Any]:
        """Time has passed; to be called at `next_deadline`, harmless at any time."""
        return self._judged(self._tick, None, now) if self.going else []

    def next_deadline(self) -> float | None:
        """When `tick` has something to do."""
        if self._talk.ended is not None:
            return None
        first = self._talk.next_deadline()
        for family in self._families:
            due = family.next_deadline()
            if due is not None and due < first:
                first = due
        return first

    def lost(self, why: str) -> list[Any]:
        """The connection is gone, or of no more use; what families make of it, once.

        While the link is `going` it is over with this; else what is queued may still leave.
        """
        if self.going:
            self._talk.end(Ended(Code.OK, why, theirs=True), Stage.OVER)
            self._halt()
        families, self._families = self._families, ()
        for family in families:
            self._events += family.lost(why)
        events, self._events = self._events, []
        return events

    def fail(self) -> None:
        """Something of ours raised: the other end is told so, and no more."""
        if self.going:
            self._talk.violated(PeerError(words(Code.INTERNAL), Code.INTERNAL))
            self._halt()

    def send(self, frame: Frame) -> None:
        """See `family.Line`."""
        if self._talk.ended is None:
            self._outgoing.put(frame)
            if self._outgoing.queued > self._limits.link_queue_bytes:
                self._talk.end(Ended(Code.BUSY, "it does not read what it is sent"), Stage.OVER)
                self._halt()
            self.woken()

    def wake(self) -> None:
        """See `family.Line`."""
        self.woken()

    def ping(self, answered: Callable[[], None]) -> None:
        """See `family.Line`."""
        if self.going:
            ping = self._talk.pings.ask(answered)
            self.send(Frame(ping.TYPE, 0, ping.pack()))

    def close(self, code: int, why: str, retry_s: int = 0) -> None:
        """See `family.Line`; ``retry_s`` is when the other end may come back."""
        if self.going:
            self._talk.close(code, why, retry_s)
            self._halt()
            self.woken()

    def join(self, family: Family) -> None:
        """Begin to speak a family of a kind of which there is none yet."""
        self._families += (family,)
        self.runs = self.runs or bool(family.heads)
        family.attach(self, self._now)
        if self._talk.opposite is not None and self._talk.familiar:
            self._events += family.greeted(self._talk.opposite, self._now)

    def rule(self, type: int, channel: int) -> Rule:
        """See `incoming.Taker`."""
        rule = rule_of(self._kinds, type, self._limits)
        self._talk.admit(type, channel)
        return rule

    def taken(self, frame: Frame) -> None:
        """See `incoming.Taker`."""
        if frame.type not in OWN:
            self._events += self._owner(frame.type).received(frame, self._now)
            return
        for event in self._talk.hear(frame, self._now):
            self._events.append(event)
            if isinstance(event, Authenticated) or self._talk.familiar:
                for family in self._families:
                    self._events += family.greeted(event.opposite, self._now)
        if not self.going:
            self._halt()

    def begun(self, type: int, channel: int, head: bytes, length: int) -> memoryview | None:
        """See `incoming.Taker`."""
        return self._owner(type).begin(type, channel, head, length, self._now)

    def complete(self, type: int) -> None:
        """See `incoming.Taker`."""
        self._events += self._owner(type).filled(self._now)

    def _owner(self, type: int) -> Family:
        """Whose frames of that type are; who has said nothing yet is made."""
        for family in self._families:
            if type in family.ceilings:
                return family
        assert self._speaker is not None, "all others are there from the start"
        made = self._speaker.begin(kind_of(self._kinds, type))
        self.join(made)
        return made

    def _receive(self, chunk: bytes) -> None:
        talk = self._talk
        if talk.stage is Stage.MAGIC:
            chunk = talk.meet(chunk)
        if talk.ended is None:
            self._incoming.receive(chunk)

    def _tick(self, _: None) -> None:
        self._talk.tick(self._now)
        for family in self._families:
            due = family.next_deadline() if self.going else None
            if due is not None and self._now >= due:
                self._events += family.tick(self._now)

    def _judged(self, step: Callable[[Any], None], argument: Any, now: float) -> list[Any]:
        """Do one step; a `PeerError` ends the link, and the other end is told why."""
        talk = self._talk
        if talk.ended is not None:
            return []
        self._now = now
        try:
            step(argument)
        except PeerError as fault:
            talk.violated(fault)
        if talk.ended is None:
            talk.look_for_debts(self._families, now)
        else:
            self._halt()
        events, self._events = self._events, []
        return events

    def _halt(self) -> None:
        """Nothing more is taken; of what is queued, nothing more leaves once it is over."""
        self._incoming.stop()
        if self.stage is Stage.OVER:
            self._outgoing.clear()


def _unheard() -> None:
    """Nobody drives it yet."""
