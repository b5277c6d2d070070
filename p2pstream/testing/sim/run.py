"""One scenario, played with one seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from random import Random

from p2pstream.limits import LIMITS, Limits
from p2pstream.testing.sim.film import SimFilm
from p2pstream.testing.sim.report import SimReport
from p2pstream.testing.sim.scenario import Cast, Part, Scenario
from p2pstream.testing.sim.viewer import ModelViewer
from p2pstream.testing.sim.world import Actor, World

__all__ = ["SimRun", "play"]

#: Origins are there for so long before anybody else comes: they have hashed the film, and are listed.
_BEFORE_S = 2.0
#: A central that came back knows of everybody by then.
_AGAIN_S = 10.0


class SimRun:
    """A world with a cast, in which events happen; used in a ``with``.

    :ivar random: what events draw from.
    :ivar happened: how often each kind of fault was done to somebody, by its name.
    :ivar listed_again: how many leases a central had that came back empty, 10 s later.
    """

    def __init__(self, scenario: Scenario, seed: int, limits: Limits = LIMITS) -> None:
        self.scenario = scenario
        self.seed = seed
        self.random = Random(f"events {seed}")
        self.film = SimFilm(int(scenario.rate * scenario.film_s), scenario.rate)
        self.world = World(self.film, seed, limits)
        self.happened: dict[str, int] = {}
        self.listed_again = 0
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
        return [actor.viewer for actor in self.playing(Part.VIEWER) if actor.viewer is not None]

    def playing(self, *parts: Part) -> list[Actor]:
        """Those with these parts, in their order."""
        return [
            actor
            for name, actor in self.world.actors.items()
            if name in self._casts and self._casts[name].part in parts
        ]

    def is_honest(self, actor: Actor) -> bool:
        """Whether nothing of it is bent."""
        cast = self._casts.get(actor.host.name)
        return cast is None or cast.bend is None

    def named(self, name: str) -> list[Actor]:
        """Those of a cast; the central is one of its own."""
        if name == "central":
            return [self.world.actors[name]]
        return [self.world.actors[each] for each, cast in self._casts.items() if cast.name == name]

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something at so many seconds of `now`."""
        network = self.world.network
        network.after(max(0.0, seconds + _BEFORE_S - network.clock.seconds()), act)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something in so many seconds."""
        self.world.network.after(seconds, act)

    def did(self, fault: str, whom: Iterable[Actor]) -> None:
        """Take note of a fault."""
        for actor in whom:
            self.happened[fault] = self.happened.get(fault, 0) + 1
            self.world.network.trace.note(f"{fault} {actor.host.name}")

    def begin(self, actor: Actor) -> None:
        """Have it do its part, in the process that it has now."""
        cast = self._casts[actor.host.name]
        bend = cast.bend
        if cast.part is Part.ORIGIN:
            bent = None if bend is None else lambda parts: bend(parts, self)
            actor.share(self.film.folder, bend=bent)
        elif cast.part is Part.PEER:
            actor.fetch(None if bend is None else lambda client: bend(client, self))
        else:
            actor.watch(**dict(self.scenario.view))

    def kill(self, actors: Iterable[Actor]) -> None:
        """Their processes end, as after SIGKILL."""
        for actor in actors:
            self.did("kill", [actor])
            actor.host.kill()

    def replace(self, actors: Iterable[Actor]) -> None:
        """Others stand in their places, with empty disks, and do their parts."""
        for actor in actors:
            actor.restart(empty=True)
            self.begin(actor)

    def return_central(self) -> None:
        """One that knows nothing stands in the place of the central, and leases are counted after 10 s."""
        self.world.begin_central()
        leases = self.world.central_parts.node.directory.leases
        self.later(_AGAIN_S, lambda: setattr(self, "listed_again", len(leases)))

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

    def _join(self, cast: Cast, name: str) -> None:
        actor = self.world.join(name, cast.access)
        self._casts[name] = cast
        if cast.part is Part.ORIGIN:
            self.begin(actor)
        else:
            self.after(cast.at, partial(self.begin, actor))

    def _is_done(self) -> bool:
        watching = self.playing(Part.VIEWER)
        return bool(watching) and all(
            each.viewer is not None and each.viewer.ended is not None for each in watching
        )


def play(scenario: Scenario, seed: int, limits: Limits = LIMITS) -> SimReport:
    """Play it once."""
    with closing(SimRun(scenario, seed, limits)) as run:
        return run.play()
