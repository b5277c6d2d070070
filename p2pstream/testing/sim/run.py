"""One scenario, played with one seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from random import Random
from types import TracebackType
from typing import Self

from p2pstream.limits import LIMITS, Limits
from p2pstream.testing.sim.film import SimFilm
from p2pstream.testing.sim.report import SimReport
from p2pstream.testing.sim.scenario import Cast, Part, Scenario
from p2pstream.testing.sim.viewer import ModelViewer
from p2pstream.testing.sim.world import Actor, World

__all__ = ["SimRun", "play"]

#: Origins are there for so long before anybody else comes: they have hashed the film, and are listed.
_BEFORE_S = 2.0


class SimRun:
    """A world with a cast, in which events happen; used in a ``with``.

    :ivar random: what events draw from.
    :ivar happened: how often each kind of fault was done to somebody, by its name.
    """

    def __init__(self, scenario: Scenario, seed: int, limits: Limits = LIMITS) -> None:
        self.scenario = scenario
        self.seed = seed
        self.random = Random(f"events {seed}")
        self.film = SimFilm(int(scenario.rate * scenario.film_s), scenario.rate)
        self.world = World(self.film, seed, limits)
        self.happened: dict[str, int] = {}
        self._casts: dict[str, Cast] = {}
        for cast in scenario.cast:
            for number in range(cast.count):
                self._join(cast, f"{cast.name}{number if cast.count > 1 else ''}")
        for event in scenario.events:
            self.after(event.at, partial(event.act, self))

    @property
    def now(self) -> float:
        """Seconds since the first of those who watch began."""
        return self.world.network.clock.seconds() - _BEFORE_S

    @property
    def viewers(self) -> list[ModelViewer]:
        """Of all who watch and found something to watch."""
        return [member.viewer for member in self.members(Part.VIEWER) if member.viewer is not None]

    def members(self, *parts: Part) -> list[Actor]:
        """Those with these parts, in their order."""
        return [
            member
            for name, member in self.world.members.items()
            if name in self._casts and self._casts[name].part in parts
        ]

    def named(self, name: str) -> list[Actor]:
        """Those of a cast."""
        return [self.world.members[each] for each, cast in self._casts.items() if cast.name == name]

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something at so many seconds of `now`."""
        network = self.world.network
        network.after(max(0.0, seconds + _BEFORE_S - network.clock.seconds()), act)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something in so many seconds."""
        self.world.network.after(seconds, act)

    def did(self, fault: str, whom: Iterable[Actor]) -> None:
        """Take note of a fault."""
        for member in whom:
            self.happened[fault] = self.happened.get(fault, 0) + 1
            self.world.network.trace.note(f"{fault} {member.host.name}")

    def begin(self, member: Actor) -> None:
        """Have it do its part, in the process that it has now."""
        cast = self._casts[member.host.name]
        if cast.part is Part.NOBODY:
            return
        folders = (self.film.folder,) if cast.part is Part.ORIGIN else ()
        bend = cast.bend
        member.share(*folders, bend=None if bend is None else lambda parts: bend(parts, self))
        if cast.part is Part.PEER:
            member.fetch()
        elif cast.part is Part.VIEWER:
            member.watch(**dict(self.scenario.view))

    def play(self) -> SimReport:
        """To the end of all viewers, or of the time."""
        step, until = 1.0, self.scenario.until + _BEFORE_S
        while self.world.network.clock.seconds() < until and not self._is_done():
            self.world.run(step)
        return SimReport.of(self)

    def close(self) -> None:
        """End all of it."""
        self.world.stop()
        self.film.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _join(self, cast: Cast, name: str) -> None:
        member = self.world.join(name, cast.access)
        self._casts[name] = cast
        if cast.part is Part.ORIGIN:
            self.begin(member)
        else:
            self.after(cast.at, partial(self.begin, member))

    def _is_done(self) -> bool:
        watching = self.members(Part.VIEWER)
        return bool(watching) and all(
            each.viewer is not None and each.viewer.ended is not None for each in watching
        )


def play(scenario: Scenario, seed: int, limits: Limits = LIMITS) -> SimReport:
    """Play it once."""
    with SimRun(scenario, seed, limits) as run:
        return run.play()
