"""What all parts of a role stand on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from p2pstream.measuring.instruments import Instruments
from p2pstream.protocols.node import Means
from p2pstream.roles.state import RoleState

if TYPE_CHECKING:
    from p2pstream.peer.nearby_peers import NearbyPeers

__all__ = ["Ground"]


@dataclass(frozen=True)
class Ground(Means):
    """One process, as a role that runs in it sees it."""

    #: Whose identity is that of the role.
    state: RoleState = field(kw_only=True)
    #: What shows how it is; None: nobody looks.
    instruments: Instruments | None = field(kw_only=True, default=None)
    #: Where peers of the local network are found, and told of a peer; None: nobody looks for them.
    neighbours: NearbyPeers | None = field(kw_only=True, default=None)
