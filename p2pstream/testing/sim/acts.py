"""What can happen to the cast: each makes an act of a `Happening`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from p2pstream.testing.sim.run import SimRun
from p2pstream.testing.sim.ways import Access
from p2pstream.testing.sim.world import Actor

__all__ = [
    "central_dies",
    "churn",
    "cut",
    "freeze",
    "halve",
    "kill",
    "partition",
    "reset",
    "seek",
    "starve",
]

Act = Callable[[SimRun], None]


def kill(name: str, share: float = 1.0) -> Act:
    """A share of a cast is killed, drawn by chance; nobody comes back."""
    return lambda run: run.kill(_drawn(run, run.named(name), share))


def churn(name: str, share: float, back_s: float) -> Act:
    """A share of a cast is killed, drawn by chance, and replaced by others with an empty disk."""

    def act(run: SimRun) -> None:
        alive = [actor for actor in run.named(name) if not actor.host.pulse.over]
        drawn = _drawn(run, alive, share)
        run.kill(drawn)
        run.later(back_s, lambda: run.replace(drawn))

    return act


def central_dies(back_s: float | None = None) -> Act:
    """The central is killed; it comes back with nothing, or never."""

    def act(run: SimRun) -> None:
        run.kill([run.world.actors["central"]])
        if back_s is not None:
            run.later(back_s, run.return_central)

    return act


def cut(name: str, others: Sequence[str], seconds: float | None = None, both_ways: bool = True) -> Act:
    """Silence from a cast to others, for some seconds or for ever."""

    def act(run: SimRun) -> None:
        one = run.named(name)
        run.did("cut", one)
        for actor in one:
            for other in (each for cast in others for each in run.named(cast)):
                run.world.network.cut(actor.host, other.host, both_ways)
        if seconds is not None:
            run.later(seconds, run.world.network.heal)

    return act


def partition(*groups: Sequence[str], seconds: float) -> Act:
    """Silence between groups of casts, and then none."""

    def act(run: SimRun) -> None:
        sides = [[actor for cast in group for actor in run.named(cast)] for group in groups]
        run.did("partition", [actor for side in sides for actor in side])
        run.world.network.partition(*([actor.host for actor in side] for side in sides))
        run.later(seconds, run.world.network.heal)

    return act


def reset(name: str) -> Act:
    """All connections of a cast are reset."""

    def act(run: SimRun) -> None:
        run.did("reset", run.named(name))
        for actor in run.named(name):
            actor.host.reset_connections()

    return act


def freeze(name: str, seconds: float) -> Act:
    """The processes of a cast stand still."""

    def act(run: SimRun) -> None:
        frozen = run.named(name)
        run.did("freeze", frozen)
        for actor in frozen:
            actor.host.freeze()
            run.later(seconds, actor.host.thaw)

    return act


def starve(name: str, runs_s: float = 0.05, rests_s: float = 0.05) -> Act:
    """From now on the processes of a cast run for a moment, then rest for one, as under ``cpulimit``."""

    def act(run: SimRun) -> None:
        freeze(name, rests_s)(run)
        run.later(runs_s + rests_s, partial(act, run))

    return act


def halve(name: str, seconds: float, part: float = 0.5) -> Act:
    """The links of a cast have a part of their rates only."""

    def act(run: SimRun) -> None:
        run.did("halve", run.named(name))
        for actor in run.named(name):
            before = actor.host.access
            actor.host.access = _slower(before, part)
            run.later(seconds, partial(setattr, actor.host, "access", before))

    return act


def seek(name: str, second: float | None = None) -> Act:
    """A cast goes on at another second of the film, drawn by chance if none is said."""

    def act(run: SimRun) -> None:
        run.did("seek", run.named(name))
        for actor in run.named(name):
            at = run.random.uniform(0, run.film.seconds * 0.9) if second is None else second
            if actor.viewer is not None:
                actor.viewer.seek(int(at * run.film.rate))

    return act


def _drawn(run: SimRun, actors: Sequence[Actor], share: float) -> list[Actor]:
    drawn = set(run.random.sample(range(len(actors)), round(share * len(actors))))
    return [actor for number, actor in enumerate(actors) if number in drawn]


def _slower(access: Access, part: float) -> Access:
    up, down = access.up, access.down
    return Access(
        replace(up, rate=None if up.rate is None else up.rate * part),
        replace(down, rate=None if down.rate is None else down.rate * part),
    )
