"""What a family of messages and the link that carries it are to each other.  Pure.

The link owns the magic, frames, HELLO, AUTH, PING, GOAWAY and ERROR; a family owns a
span of frame types.  A family never raises anything but `errors.PeerError`, whose
``code`` the other end is told before the connection ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

__all__ = ["Bulk", "Family", "FamilyKind", "Frame", "Line", "Opposite", "Speaker"]


# Not frozen: where thousands come a second, that costs more than all that is in one.
@dataclass(slots=True)
class Frame:
    """One message: ``len u24 | type u8 | channel u16 | body``, big-endian on the wire."""

    type: int
    channel: int
    body: bytes


class Bulk(NamedTuple):
    """A frame whose body ends in ``[start, stop)`` of a stream, sent without passing through Python."""

    type: int
    channel: int
    #: The part of the body that comes before the bytes.
    head: bytes
    #: An `interfaces.IStream`; opaque here.
    data: Any
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Opposite:
    """The other end, as far as it is known."""

    #: Its id as it says, an Ed25519 public key; proven once `authenticated` is true.
    id: bytes
    #: Its signature over both HELLOs was right.
    authenticated: bool = False
    #: The signature was bound to the TLS connection, so nobody stands between.
    bound: bool = False
    #: The families that it serves.
    families: frozenset[str] = frozenset()
    #: Units that it lets us have outstanding over all channels; its uplink in kbit/s, 0 unknown.
    most_units: int = 0
    uplink: int = 0
    #: Its listening port, 0 when it has none; its name for people, already printable.
    port: int = 0
    agent: str = ""
    #: What it was given, by a central or by us, to show here; empty for nothing.
    ticket: bytes = b""


class Line(Protocol):
    """The link, as a family sees it."""

    #: Whether we dialled.
    dialled: bool

    @property
    def opposite(self) -> Opposite | None:
        """None before its HELLO."""

    def send(self, frame: Frame) -> None:
        """Queue a control frame; those of all families leave in order, before any `Bulk`."""

    def wake(self) -> None:
        """`Family.pull` may have something now."""

    def ping(self, answered: Callable[[], None]) -> None:
        """Send PING behind what is queued; ``answered`` is called at its PONG."""

    def close(self, code: int, why: str) -> None:
        """Say GOAWAY and end; what is queued still leaves."""

    @property
    def queued(self) -> int:
        """Bytes of control frames that wait to be sent."""


class FamilyKind(Protocol):
    """What is known of a family before a word of it is said: its class can be one, and so can it itself."""

    @property
    def name(self) -> str:
        """As HELLO names it: "native", "central"."""

    @property
    def ceilings(self) -> Mapping[int, int]:
        """The most bytes of a body, by frame type; a type that is missing is unknown."""

    @property
    def heads(self) -> Mapping[int, int]:
        """Types whose bodies are lent room for, and how long the head before the bytes is.

        Who has none sends no runs either.
        """


class Family(FamilyKind, Protocol):
    """One family of messages.  ``now`` is monotonic seconds; lists hold events for the shell."""

    def attach(self, line: Line, now: float) -> None:
        """Called once, before anything else."""

    def greeted(self, opposite: Opposite, now: float) -> list[Any]:
        """The other end's HELLO came; again when AUTH has proven it.

        In a closed group only then, and what was sent before is held back until then.
        """

    def received(self, frame: Frame, now: float) -> list[Any]:
        """A whole frame of one of our types came."""

    def begin(self, type: int, channel: int, head: bytes, length: int, now: float) -> memoryview | None:
        """``length`` bytes follow this head: room for exactly that, or None to drop them."""

    def filled(self, now: float) -> list[Any]:
        """The room that `begin` lent is full; not called where it lent none."""

    def rank(self, now: float) -> int:
        """How urgent it is what `pull` would give: 1 now, 2 soon, 3 whenever; 0: there is nothing."""

    def pull(self, now: float) -> Bulk | None:
        """The next to send, when all that was pulled before is with the kernel."""

    def sent(self, bulk: Bulk, now: float) -> None:
        """All of ``bulk`` is with the kernel."""

    def tick(self, now: float) -> list[Any]:
        """Time has passed; called at `next_deadline`, harmless at any time."""

    def next_deadline(self) -> float | None:
        """When `tick` has something to do."""

    @property
    def awaiting(self) -> bool:
        """Whether the other end owes us an answer: then silence is a sign of death.

        Looked at when frames leave, and when something came.
        """

    def lost(self, why: str) -> list[Any]:
        """The connection is gone; nothing is called after this."""


class Speaker(Protocol):
    """Who makes families when the first word of them comes: most links of a busy peer are idle."""

    @property
    def kinds(self) -> Sequence[FamilyKind]:
        """Of which it makes one each."""

    def begin(self, kind: FamilyKind) -> Family:
        """Somebody speaks it; the link attaches it."""
