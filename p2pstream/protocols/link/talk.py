"""What a link says and hears for itself: magic, HELLO, AUTH, PING, GOAWAY, ERROR.  Pure.

::

    MAGIC --their magic--> HELLO --theirs--> AUTH --theirs--> OPEN
      '--------'---------------'---------------'-- GOAWAY, ERROR, silence --> ENDING
      '-- bytes of something else, a queue that nobody reads --------------> OVER
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

from p2pstream.codes import Code, words
from p2pstream.errors import OtherId, PeerError
from p2pstream.limits import Limits
from p2pstream.protocols.link.events import Authenticated, Ended, Greeted
from p2pstream.protocols.link.family import Family, Frame, Opposite
from p2pstream.protocols.link.framing import ACCEPTOR_MAGIC, DIALLER_MAGIC, frame_head
from p2pstream.protocols.link.greeting import Greeting, Terms
from p2pstream.protocols.link.liveness import Liveness, Verdict
from p2pstream.protocols.link.messages import Auth, Error, GoAway, Hello, Message, Ping, Pong
from p2pstream.protocols.link.outgoing import Outgoing
from p2pstream.protocols.link.pings import Pings

__all__ = ["OWN", "Stage", "Talk"]


class Stage(Enum):
    """How far a link is."""

    MAGIC = "nothing is known of the other end"
    HELLO = "it speaks this protocol"
    AUTH = "it has said who it is"
    OPEN = "it has proven who it is"
    ENDING = "nothing more is taken; what is queued still leaves"
    OVER = "nothing more is taken or sent"


FOLLOWING: dict[Stage, frozenset[Stage]] = {
    Stage.MAGIC: frozenset({Stage.HELLO, Stage.ENDING, Stage.OVER}),
    Stage.HELLO: frozenset({Stage.AUTH, Stage.ENDING, Stage.OVER}),
    Stage.AUTH: frozenset({Stage.OPEN, Stage.ENDING, Stage.OVER}),
    Stage.OPEN: frozenset({Stage.ENDING, Stage.OVER}),
    Stage.ENDING: frozenset({Stage.OVER}),
    Stage.OVER: frozenset(),
}

#: The messages of the link itself, by frame type.
OWN: dict[int, Any] = {kind.TYPE: kind for kind in (Hello, Auth, Ping, Pong, GoAway, Error)}

_ALWAYS = frozenset({GoAway.TYPE, Error.TYPE})


class Talk:
    """The link's own part of one connection.

    :param wary: say nothing but the magic until the other end's came: it may speak
        another protocol.
    """

    __slots__ = ("_greeting", "_outgoing", "ended", "liveness", "opposite", "pings", "stage")

    def __init__(
        self,
        terms: Terms,
        families: frozenset[str],
        dialled: bool,
        wary: bool,
        outgoing: Outgoing,
        now: float,
        limits: Limits,
    ) -> None:
        self.stage = Stage.MAGIC
        self.opposite: Opposite | None = None
        #: Why it ends, once it does.
        self.ended: Ended | None = None
        self.liveness = Liveness(now, limits)
        self.pings = Pings(limits)
        #: None once it has done its work, for there may be thousands of links.
        self._greeting: Greeting | None = Greeting(terms, families, dialled, now, wary, limits)
        self._outgoing = outgoing
        if dialled:
            outgoing.put_own(DIALLER_MAGIC)
            if not wary:
                self._greet()

    @property
    def going(self) -> bool:
        """Whether it is not ending."""
        return self.ended is None

    @property
    def familiar(self) -> bool:
        """Whether enough is known of the other end for families to talk with it."""
        return self.stage is Stage.OPEN or (self.stage is Stage.AUTH and not self._closed)

    def meet(self, chunk: bytes) -> bytes:
        """Take the other end's magic from the front of ``chunk``; what is left of it."""
        greeting = self._greeting
        if greeting is None or self.stage is not Stage.MAGIC:
            return chunk
        magic = ACCEPTOR_MAGIC if greeting.dialled else DIALLER_MAGIC
        missing = len(magic) - len(greeting.magic)
        greeting.magic += chunk[:missing]
        if not magic.startswith(greeting.magic):
            echoed = greeting.dialled and DIALLER_MAGIC.startswith(greeting.magic)
            why = "it only sends back what it is sent" if echoed else "it speaks another protocol"
            self.end(Ended(Code.VERSION, why, spoken=False), Stage.OVER)
        elif greeting.magic == magic:
            self._enter(Stage.HELLO)
            if not greeting.dialled:
                self._outgoing.put_own(ACCEPTOR_MAGIC)
            self._greet()
        return chunk[missing:]

    def admit(self, type: int, channel: int) -> None:
        """A frame begins; raises `PeerError` when it may not come now."""
        own = type in OWN
        if not own and self.stage is Stage.OPEN:
            return
        if own and channel:
            raise PeerError(f"{OWN[type].__name__.upper()} on channel {channel}", Code.BAD_FRAME)
        if type in _ALWAYS:
            return
        if (self.stage is Stage.HELLO) is not (type == Hello.TYPE):
            raise PeerError("HELLO does not come first and once", Code.BAD_FRAME)
        if type == Auth.TYPE and self.stage is Stage.OPEN:
            raise PeerError("AUTH came twice", Code.BAD_FRAME)
        if not own and not self.familiar:
            raise PeerError("it has not proven to be of this group", Code.NOT_AUTHORISED)

    def hear(self, frame: Frame, now: float) -> list[Greeted | Authenticated]:
        """One of our own messages came; raises `PeerError`."""
        message: Message = OWN[frame.type].unpack(frame.body)
        greeting = self._greeting
        if isinstance(message, Hello):
            assert greeting is not None, "HELLO comes once"
            self.opposite = greeting.hear(message, frame.body)
            self._enter(Stage.AUTH)
            if not greeting.proves_last:
                self.say(greeting.auth())
            return [Greeted(self.opposite)]
        if isinstance(message, Auth):
            assert greeting is not None, "AUTH comes once"
            self.opposite = greeting.check(message)
            self._enter(Stage.OPEN)
            if greeting.proves_last:
                self.say(greeting.auth())
            self._greeting = None
            self.liveness.heard(now)
            self._release()
            return [Authenticated(self.opposite)]
        if isinstance(message, Ping):
            self.say(self.pings.asked(message, now))
        elif isinstance(message, Pong):
            self.pings.answered(message)
        elif isinstance(message, GoAway):
            self._outgoing.clear()
            self.end(Ended(message.code, message.text or words(message.code), True, message.retry_s))
        else:
            self._outgoing.clear()
            self.end(Ended(message.code, message.text or words(message.code), True))
        return []

    def violated(self, fault: PeerError) -> None:
        """The other end broke the protocol: tell it, and end."""
        self.say(Error(fault.code, 0, str(fault)))
        blamed, other_id = fault.code != Code.INTERNAL, isinstance(fault, OtherId)
        self.end(Ended(fault.code, str(fault), blamed=blamed, other_id=other_id))

    def close(self, code: int, why: str, retry_s: int) -> None:
        """Say GOAWAY, if we have said anything yet, and end."""
        if self._greeting is None or self._greeting.greeted:
            self.say(GoAway(code, retry_s, why))
            self.end(Ended(code, why))
        else:
            self.end(Ended(code, why), Stage.OVER)

    def end(self, ended: Ended, stage: Stage = Stage.ENDING) -> None:
        """The link ends; the first reason stays."""
        self.ended = self.ended or ended
        if stage in FOLLOWING[self.stage]:
            self._enter(stage)

    def say(self, message: Message) -> None:
        """Queue one of our own messages."""
        body = message.pack()
        self._outgoing.put_own(frame_head(message.TYPE, 0, len(body)) + body)

    def tick(self, now: float) -> None:
        """Time has passed."""
        if now < self.next_deadline():
            return
        if self.stage in (Stage.MAGIC, Stage.HELLO):
            spoken = self.stage is Stage.HELLO
            self.end(Ended(Code.TIMEOUT, "it did not say in time who it is", spoken=spoken), Stage.OVER)
        elif self.stage is Stage.AUTH:
            self.violated(PeerError("it did not prove in time who it is", Code.TIMEOUT))
        elif self.liveness.judge(now) is Verdict.ASK:
            self.say(self.pings.ask(lambda: None))
        else:
            self.end(Ended(Code.TIMEOUT, "it has been silent for too long"), Stage.OVER)

    def look_for_debts(self, families: Iterable[Family], now: float) -> None:
        """Whether the other end owes us an answer; that changes when something came, or leaves."""
        if self.ended is not None:
            return
        awaiting = False
        for family in families:
            if family.awaiting:
                awaiting = True
                break
        if awaiting is not self.liveness.awaiting:
            self.liveness.awaits(awaiting, now)

    def next_deadline(self) -> float:
        """When `tick` has something to do."""
        return self.liveness.next_deadline() if self._greeting is None else self._greeting.due()

    def _greet(self) -> None:
        greeting = self._greeting
        if greeting is not None and not greeting.greeted:
            greeting.greeted = True
            said = greeting.said
            self._outgoing.put_own(frame_head(Hello.TYPE, 0, len(said)) + said)
            self._release()

    def _release(self) -> None:
        """Let families' frames go where nothing has to be known of the other end first."""
        if not self._closed:
            self._outgoing.release()

    @property
    def _closed(self) -> bool:
        """Whether the other end has still to prove that it is of our group."""
        return self._greeting is not None and self._greeting.closed

    def _enter(self, stage: Stage) -> None:
        assert stage in FOLLOWING[self.stage], (self.stage, stage)
        self.stage = stage
