"""What a run is made of: values.  `p2pstream.testing.sim.run` plays them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from p2pstream.testing.sim.ways import FIBRE, Access

if TYPE_CHECKING:
    from p2pstream.testing.sim.run import SimRun

__all__ = ["Cast", "Happening", "Part", "Promise", "Scenario", "every"]


class Part(Enum):
    """What a member of the cast does."""

    ORIGIN = "shares the film"
    PEER = "fetches the film and serves what it has"
    VIEWER = "watches the film, and serves what it has"


@dataclass(frozen=True)
class Cast:
    """Members that do the same: ``peer0``, ``peer1`` ….

    :param bend: makes one hostile: told the node that a peer serves from, before it begins.
    :param at: when they begin, in seconds.
    """

    name: str
    part: Part
    count: int = 1
    access: Access = FIBRE
    bend: Callable[[Any, SimRun], None] | None = None
    at: float = 0.0


@dataclass(frozen=True)
class Happening:
    """Something that happens to them at a moment.

    :param act: given the run.
    """

    at: float
    act: Callable[[SimRun], None]


def every(
    seconds: float, until: float, act: Callable[[SimRun], None], first: float | None = None
) -> tuple[Happening, ...]:
    """The same again and again."""
    begin = seconds if first is None else first
    return tuple(
        Happening(begin + seconds * number, act) for number in range(int((until - begin) / seconds) + 1)
    )


@dataclass(frozen=True)
class Promise:
    """What must come of it.  None: nothing is promised."""

    #: Of all viewers together.
    stalls: int | None = 0
    #: Of any one of them, in seconds.
    stalled_s: float | None = None
    start_s: float | None = None
    seek_s: float | None = None
    #: Of all that came to viewers, what was of no use.
    waste: float | None = None
    #: So much came whole a second time.
    again: float | None = None
    #: Of the film, sent by origins.
    copies: float | None = None
    #: Whatever else: told the run, it says what is wrong, or nothing.
    checks: tuple[Callable[[SimRun], str], ...] = ()


@dataclass(frozen=True)
class Scenario:
    """Who, over which links, and what happens.

    :param row: of ``reliability.md``; empty for none.
    :param rate: of the film, in bytes a second.
    :param film_s: how long it plays.
    :param view: as `ModelViewer` wants it.
    :param until: when it ends, if viewers are not done before.
    :param is_kept: whether its promise is kept so far, whatever the seed; else it is a goal.
    """

    name: str
    row: str
    about: str
    cast: tuple[Cast, ...]
    events: tuple[Happening, ...] = ()
    promise: Promise = Promise()
    rate: float = 250_000
    film_s: float = 60.0
    view: tuple[tuple[str, float], ...] = (("buffer_s", 10.0), ("start_s", 2.0))
    until: float = 300.0
    is_kept: bool = True
