"""Snapshots: how things stand, as values that pages, overlays and ``--json`` show."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from p2pstream.content.ranges import Ranges
from p2pstream.values import value

__all__ = ["Awaited", "LiveState", "Need", "PlayerState", "SourceSnapshot", "StreamSnapshot"]


class Need(Enum):
    """What keeps a reader of a stream that is still arriving from going on."""

    #: Nobody is connected who has it.
    PEERS = "peers"
    #: The first units since it was opened, or since the last seek.
    HEAD = "head"
    #: More than is here before it: it goes on, but would soon stand still.
    BUFFER = "buffer"
    #: Whoever broadcasts, and is not heard.
    SOURCE = "source"
    #: One unit, before which it stands still.
    UNIT = "unit"
    #: Room: the disk takes nothing more.
    ROOM = "room"


@value
class Awaited:
    """What playback, or else the first of the readers, waits for."""

    need: Need
    #: The first unit that it needs and that is not here; None where it needs none.
    unit: int | None = None
    #: The addresses of those who were asked for that unit and have not sent it.
    of: tuple[str, ...] = ()
    #: Seconds of film that are here before it, and that will do.
    here_s: float = 0.0
    enough_s: float = 0.0


@value
class SourceSnapshot:
    """What one peer has given to one stream so far."""

    address: str
    #: How many bytes it sent.
    received: int
    #: "asked", "sending", "finished" or "lost".
    state: str
    #: How many of those bytes were kept, whatever became of them since; None: all.
    taken: int | None = None


@dataclass(frozen=True)
class StreamSnapshot:
    """How the fetching of one stream stands."""

    name: str
    #: Bytes in all; None while unknown.
    length: int | None = None
    have: Ranges = field(default_factory=Ranges)
    #: Bytes a second over the last seconds.
    rate: float = 0.0
    sources: tuple[SourceSnapshot, ...] = ()
    #: What is being waited for; None: nothing, or nobody can tell.
    awaited: Awaited | None = None
    #: Whether every byte that is there was proven against the stream's key.
    verified: bool = False
    #: Bytes that came though others had sent them before.
    again: int = 0
    #: Whether it is a broadcast: what is older than its window is here no more.
    live: bool = False
    #: Of a broadcast that runs: how many seconds ago the newest byte was captured that can be read
    #: here, without a gap before it, or fewer; None while unknown.
    behind_s: float | None = None


@value
class LiveState:
    """Where in a broadcast somebody is who watches it."""

    #: Seconds from captured to shown; None while unknown.
    behind_s: float | None = None
    #: Whether it is followed at its edge, and not watched from somewhere before.
    at_edge: bool = True
    #: Seconds for which nothing was heard of the source, which says something each second.
    quiet_s: float = 0.0
    #: Whether it has ended: then it is a film.
    ended: bool = False


@value
class PlayerState:
    """How the playing of one stream stands."""

    #: "opening", "buffering", "playing", "paused", "ended" or "stopped".
    phase: str = "opening"
    #: Seconds on screen, and in all (0.0 while unknown); of a broadcast, of what can be gone back in.
    position: float = 0.0
    duration: float = 0.0
    #: Frames shown so far, and lost (decoded too late).
    shown: int = 0
    lost: int = 0
    #: While it is buffering: seconds of film gathered so far, and that will do.
    gathered_s: float = 0.0
    enough_s: float = 0.0
    #: Monotonic time at which the first frame was in the window; None before.
    first_frame_at: float | None = None
    #: "" while playing, "end" at the film's end, "closed" when the viewer closed it.
    ended: str = ""
    #: None for what is no broadcast.
    live: LiveState | None = None
