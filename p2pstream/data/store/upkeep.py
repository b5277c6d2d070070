"""What units are kept with."""

from __future__ import annotations

from twisted.internet.interfaces import IReactorTime

from p2pstream.data.store.quota import MakesRoom, Quota
from p2pstream.data.turns import Turns
from p2pstream.interfaces import IHasher, IWorkers
from p2pstream.limits import Limits
from p2pstream.values import value

__all__ = ["Upkeep"]


@value
class Upkeep:
    """One for all streams of a store."""

    workers: IWorkers
    hasher: IHasher
    #: One is taken for whatever syncs, so that a slow disk keeps one worker at most.
    turns: Turns
    quota: Quota
    room: MakesRoom
    clock: IReactorTime
    limits: Limits
