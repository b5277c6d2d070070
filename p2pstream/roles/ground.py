"""What all parts of a role stand on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from p2pstream.interfaces import IEvents, IWorkers
from p2pstream.limits import Limits
from p2pstream.roles.state import RoleState

__all__ = ["Ground"]


@dataclass(frozen=True)
class Ground:
    """One process, as a role that runs in it sees it."""

    #: The whole of it, monotonic.
    reactor: Any
    state: RoleState
    #: That of a closed group; None for everybody.
    secret: bytes | None
    events: IEvents
    workers: IWorkers
    limits: Limits
    #: All chance that does not have to be kept from strangers.
    random: Random = field(default_factory=Random)
    #: Unix nanoseconds.
    wall_ns: Callable[[], int] = time.time_ns

    def wall_ms(self) -> int:
        """Unix milliseconds."""
        return self.wall_ns() // 1_000_000
