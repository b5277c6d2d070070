"""What all parts of a role stand on."""

from __future__ import annotations

from dataclasses import dataclass, field

from p2pstream.measuring.instruments import Instruments
from p2pstream.protocols.node import Means
from p2pstream.roles.state import RoleState

__all__ = ["Ground"]


@dataclass(frozen=True)
class Ground(Means):
    """One process, as a role that runs in it sees it."""

    #: Whose identity is that of the role.
    state: RoleState = field(kw_only=True)
    #: What shows how it is; None: nobody looks.
    instruments: Instruments | None = field(kw_only=True, default=None)
