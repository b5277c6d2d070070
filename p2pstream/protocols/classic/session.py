"""Both ends of a lookup, and the asked end of a transfer, without a socket or a clock.  Pure.

A session is told what arrived and what time it is, and answers with events.  From its
methods nothing but `PeerError` comes out, whatever the bytes; anything else is a bug.

A name has no end of its own, so the asked end guesses it (`NameSession`)::

    SILENT --bytes--> NAMING --a known name, the end, a deadline--> DONE
       |                 '------------ bytes that are no name ----> BROKEN
       '------ the end, or 5 s -------------------------------------> DONE

Times are monotonic seconds.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from p2pstream.content.text import printable
from p2pstream.errors import BadName, PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.classic import messages
from p2pstream.values import value

__all__ = ["Asked", "KnownNames", "NameSession", "Phase", "ReplySession", "Unanswerable"]


class KnownNames(Protocol):
    """What a session need know of an `interfaces.INames`."""

    def __contains__(self, name: str) -> bool: ...

    def is_proper_prefix(self, name: str) -> bool:
        """Whether some other, longer known name begins with this one."""


@value
class Asked:
    """The client wants the stream of this name; whether there is one is not said."""

    name: str


@value
class Unanswerable:
    """The client asked for nothing, or for what can be nobody's name."""

    #: In words fit to print.
    why: str


class Phase(Enum):
    """How far a `NameSession` is."""

    SILENT = "not a byte has come"
    NAMING = "bytes have come, and more may"
    DONE = "what was asked has been said"
    BROKEN = "what came was no name"


#: Which phase may follow which.
FOLLOWING: dict[Phase, frozenset[Phase]] = {
    Phase.SILENT: frozenset({Phase.NAMING, Phase.DONE, Phase.BROKEN}),
    Phase.NAMING: frozenset({Phase.DONE, Phase.BROKEN}),
    Phase.DONE: frozenset(),
    Phase.BROKEN: frozenset(),
}


class NameSession:
    """The asked end: reads one name and says once what it is.

    :param names: what is known here; decides how long to wait for more of a name.
    :param now: when the connection was accepted.
    """

    def __init__(self, names: KnownNames, now: float, limits: Limits = LIMITS) -> None:
        self.phase = Phase.SILENT
        self._names = names
        self._limits = limits
        self._received = bytearray()
        self._deadline: float = now + limits.silent_s
        self._last_moment = self._deadline

    def receive(self, chunk: bytes, now: float) -> list[Asked | Unanswerable]:
        """Bytes came.  What comes after the name is ignored.

        :raises PeerError: this is no name; the connection is of no more use.
        """
        if not chunk or not FOLLOWING[self.phase]:
            return []
        self._take(chunk)
        known = self._known()
        if self.phase is Phase.SILENT:
            if known is not None and not self._names.is_proper_prefix(known):
                return self._conclude()
            self._enter(Phase.NAMING)
            self._last_moment = now + self._limits.classic_name_s
        quiet = now + self._limits.quiet_s
        self._deadline = self._last_moment if known is None else min(quiet, self._last_moment)
        return []

    def end(self) -> list[Asked | Unanswerable]:
        """The client will send no more."""
        return self._conclude() if FOLLOWING[self.phase] else []

    def tick(self, now: float) -> list[Asked | Unanswerable]:
        """Time has passed; to be called at `next_deadline`, harmless at any time."""
        return self._conclude() if FOLLOWING[self.phase] and now >= self._deadline else []

    def next_deadline(self) -> float | None:
        """When `tick` has something to say; None when never."""
        return self._deadline if FOLLOWING[self.phase] else None

    def _take(self, chunk: bytes) -> None:
        most = self._limits.classic_name_bytes
        if len(self._received) + len(chunk) > most:
            self._enter(Phase.BROKEN)
            raise PeerError(f"a name of more than {most} bytes was sent")
        self._received += chunk
        if not messages.may_be_name(bytes(self._received), self._limits):
            self._enter(Phase.BROKEN)
            raise PeerError(f"bytes that are no name were sent: “{printable(bytes(self._received), 40)}”")

    def _known(self) -> str | None:
        """The name that the bytes spell so far, if it is one that is known here."""
        try:
            name = messages.decode_name(bytes(self._received))
        except BadName:
            return None
        return name if name in self._names else None

    def _conclude(self) -> list[Asked | Unanswerable]:
        self._enter(Phase.DONE)
        if not self._received:
            return [Unanswerable("no name was sent")]
        try:
            return [Asked(messages.decode_name(bytes(self._received)))]
        except BadName as fault:
            return [Unanswerable(str(fault))]

    def _enter(self, phase: Phase) -> None:
        assert phase in FOLLOWING[self.phase], (self.phase, phase)
        self.phase = phase


class ReplySession:
    """The asking end of a lookup: collects one reply.

    :param now: when the name was sent.
    """

    def __init__(self, name: str, now: float, limits: Limits = LIMITS) -> None:
        self._name = name
        self._limits = limits
        self._received = bytearray()
        self._deadline: float | None = now + limits.classic_lookup_s

    def receive(self, chunk: bytes) -> list[messages.Reply]:
        """Bytes came; a reply that is as long as one can be need not be waited for."""
        if self._deadline is None:
            return []
        # One byte too many is enough to see that it is too long.
        room = self._limits.classic_reply_bytes + 1 - len(self._received)
        self._received += chunk[:room]
        return self._conclude() if len(self._received) >= self._limits.classic_reply_bytes else []

    def end(self) -> list[messages.Reply]:
        """The central hung up in good order."""
        return self._conclude() if self._deadline is not None else []

    def lost(self) -> list[messages.Reply]:
        """The connection broke: what came may end in half an address, and is not used."""
        return self._give_up("it broke off before its answer was complete")

    def tick(self, now: float) -> list[messages.Reply]:
        """Time has passed; to be called at `next_deadline`, harmless at any time."""
        if self._deadline is None or now < self._deadline:
            return []
        return self._give_up(f"it did not answer within {self._limits.classic_lookup_s:g} s")

    def next_deadline(self) -> float | None:
        """When `tick` has something to say; None when never."""
        return self._deadline

    def _give_up(self, why: str) -> list[messages.Reply]:
        if self._deadline is None:
            return []
        self._deadline = None
        return [messages.Garbage(why)]

    def _conclude(self) -> list[messages.Reply]:
        self._deadline = None
        return [messages.parse_reply(self._name, bytes(self._received), self._limits)]
