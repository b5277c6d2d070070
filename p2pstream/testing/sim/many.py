"""Many runs, some at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from p2pstream.testing.sim.report import SimReport
from p2pstream.testing.sim.run import play
from p2pstream.testing.sim.scenarios import SCENARIOS

__all__ = ["played"]

#: That one process plays, and then another: what runs leave in memory goes with it.
_EACH = 20


def played(runs: Sequence[tuple[str, int]], jobs: int) -> Iterator[SimReport]:
    """The reports of scenarios and seeds, in their order, whichever process plays them.

    :param jobs: how many processes; with 1 it is this one.
    """
    if jobs < 2:
        yield from map(_play, runs)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), max_tasks_per_child=_EACH) as players:
        yield from players.map(_play, runs)


def _play(run: tuple[str, int]) -> SimReport:
    name, seed = run
    return play(SCENARIOS[name], seed)
