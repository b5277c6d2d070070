"""What came of a run, and whether that is what was promised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from p2pstream.testing.sim.scenario import Part

if TYPE_CHECKING:
    from p2pstream.testing.sim.run import SimRun
    from p2pstream.testing.sim.viewer import ModelViewer

__all__ = ["SimReport"]


@dataclass(frozen=True)
class SimReport:
    """Figures of one run; times in seconds.

    :ivar starts: from a viewer's wish to the picture, of each who had one.
    :ivar stalls: of all viewers: how often a picture stood still; ``stalled`` for how long, of each.
    :ivar seeks: from each seek to the picture; ``firsts`` to the first byte, if it was not here.
    :ivar waste: of the bytes that came to viewers, those that were of no use, also what was cut off
        with a connection; ``again``: those of units that came whole and were here before.
    :ivar copies: how many times the film the origins sent.
    :ivar broken: what is not as it was promised, in words.
    """

    scenario: str
    seed: int
    hash: str
    lasted: float
    starts: tuple[float, ...]
    stalls: int
    stalled: tuple[float, ...]
    seeks: tuple[float, ...]
    firsts: tuple[float, ...]
    waste: float
    again: float
    copies: float
    faults: dict[str, int]
    broken: tuple[str, ...]

    @classmethod
    def of(cls, run: SimRun) -> SimReport:
        """As it stands now."""
        viewers = run.viewers
        origins = [each for each in run.playing(Part.ORIGIN) if run.is_honest(each)]
        report = cls(
            run.scenario.name,
            run.seed,
            run.world.network.trace.digest,
            run.now,
            tuple(each.started - each.began for each in viewers if each.started is not None),
            sum(map(_stalls, viewers)),
            tuple(each.stalled_s for each in viewers),
            tuple(seek for each in viewers for seek in each.seeks),
            tuple(first for each in viewers for first in each.firsts),
            _waste(run),
            _again(run),
            sum(each.host.uplink.sent for each in origins) / len(run.film.content),
            dict(run.happened),
            (),
        )
        return cls(**{**vars(report), "broken": tuple(report._breaches(run))})

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{self.scenario} seed {self.seed} hash {self.hash} {self.lasted:.0f} s"
        faults = ", ".join(f"{kind} {count}" for kind, count in self.faults.items())
        yield f"  faults: {faults or 'none'}"
        yield f"  start {_worst(self.starts)}, seek {_worst(self.seeks)}, first byte {_worst(self.firsts)}"
        yield f"  stalls {self.stalls}, of {_worst(self.stalled)} in all"
        yield f"  waste {self.waste:.1%} again {self.again:.1%} copies {self.copies:.2f}"
        yield from (f"  BROKEN: {each}" for each in self.broken)

    def _breaches(self, run: SimRun) -> Iterator[str]:
        promise = run.scenario.promise
        yield from _unwatched(run)
        bounds = (
            ("stalls", self.stalls, promise.stalls),
            ("seconds stalled", max(self.stalled, default=0.0), promise.stalled_s),
            ("seconds to the picture", max(self.starts, default=0.0), promise.start_s),
            ("seconds of a seek", max(self.seeks, default=0.0), promise.seek_s),
            ("wasted", self.waste, promise.waste),
            ("sent again", self.again, promise.again),
            ("copies", self.copies, promise.copies),
        )
        for what, figure, bound in bounds:
            if bound is not None and figure > bound:
                yield f"{what}: {figure:.3g}, and not {bound:g} at most"
        yield from (said for check in promise.checks if (said := check(run)))


def _unwatched(run: SimRun) -> Iterator[str]:
    for actor in run.playing(Part.VIEWER):
        name, viewer = actor.host.name, actor.viewer
        if viewer is None or viewer.ended is None:
            fault = actor.fault or (viewer and viewer.fault)
            yield f"{name} did not see the end: {fault.getErrorMessage() if fault else 'it lasted too long'}"
        elif viewer.wrong:
            yield f"{name} was shown {viewer.wrong} wrong bytes"
    if run.scenario.events and not run.happened:
        yield "no fault was done to anybody"


def _stalls(viewer: ModelViewer) -> int:
    return len(viewer.stalls) + (viewer.is_waiting and viewer.started is not None)


def _waste(run: SimRun) -> float:
    """Frames, hashes and requests are of use, and one percent; what nobody took counts from when it came."""
    came = kept = 0
    for actor in run.playing(Part.VIEWER):
        if actor.stream is not None:
            came += actor.host.downlink.received
            kept += actor.stream.view.snapshot().have.total
    return max(0.0, 1 - 1.01 * kept / came) if came else 0.0


def _again(run: SimRun) -> float:
    watching = [actor for actor in run.playing(Part.VIEWER) if actor.stream is not None]
    came = sum(actor.host.downlink.received for actor in watching)
    return sum(actor.stream.view.snapshot().again for actor in watching if actor.stream) / max(1, came)


def _worst(seconds: tuple[float, ...]) -> str:
    return f"≤ {max(seconds):.2f} s" if seconds else "–"
