"""What all parts of a role stand on."""

from __future__ import annotations

from dataclasses import dataclass
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
