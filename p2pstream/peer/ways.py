"""By what ways streams are found and fetched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from p2pstream.content.addresses import PEER_PORT, Address
from p2pstream.interfaces import IStore
from p2pstream.peer.centrals.doorstep import Doorstep
from p2pstream.peer.nearby_peers import NearbyPeers
from p2pstream.protocols.registry import Registry

if TYPE_CHECKING:
    from p2pstream.peer.names.lookup import AskedCentral

__all__ = ["Ways"]


@dataclass(frozen=True)
class Ways:
    """One for all that a process fetches.  Without a store or ``ask`` only the ancestor's way is left."""

    #: Where wire protocols are found.
    registry: Registry
    #: Where streams with a key are kept.
    store: IStore | None = None
    #: Makes what asks centrals, given their addresses; whoever has it made starts and closes it.
    ask: Callable[..., AskedCentral] | None = None
    #: Where peers are let in that cannot be dialled; None: they are not called.
    doorstep: Doorstep | None = None
    #: Where peers of the local network are found; None: nobody looks for them.
    neighbours: NearbyPeers | None = None
    #: Web servers that have what is fetched, as the user says, and where.
    web_seeds: Mapping[Address, str] = field(default_factory=dict)
    #: The port of peers that are listed without one.
    peer_port: int = PEER_PORT
    #: The name of the wire protocol in which peers are asked for what has no key.
    protocol: str = "classic"
