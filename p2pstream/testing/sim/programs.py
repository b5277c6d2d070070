"""The real programs, put together on simulated hosts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_network
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.central.mappings.mapping_file import MappingFile
from p2pstream.central.mappings.table import Table
from p2pstream.content.addresses import CENTRAL_PORT, PEER_PORT, Address
from p2pstream.content.signing import Identity
from p2pstream.data.state import Pins, hold, kept_identity
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.client import Client
from p2pstream.peer.fetching.keeping import Keeping
from p2pstream.peer.names.known import Known
from p2pstream.peer.nearby_peers import NearbyPeers
from p2pstream.protocols.node import Means
from p2pstream.roles.central_parts import CentralParts
from p2pstream.roles.ground import Ground
from p2pstream.roles.peer_parts import PeerParts
from p2pstream.roles.state import RoleState
from p2pstream.settings import CentralSettings, PeerSettings
from p2pstream.testing.sim.credentials import sim_credentials
from p2pstream.testing.sim.host import Host
from p2pstream.testing.sim.reactor import SimReactor
from p2pstream.testing.sim.workers import Memo, SimWorkers
from p2pstream.transport.turns.uplink import uplink_for

__all__ = ["Process"]

_NOWHERE = "/nonexistent"


class Process:
    """One process on one host: its reactor, its threads, and the programs in it.

    :param wall_ns: unix nanoseconds.
    :param memo: for what is hashed.
    """

    def __init__(self, host: Host, wall_ns: Callable[[], int], memo: Memo, limits: Limits = LIMITS) -> None:
        self.host = host
        self.reactor = SimReactor(host)
        self.workers = SimWorkers(self.reactor, host.disk, memo)
        self.limits = limits
        self._wall_ns = wall_ns
        #: What is to be closed at the end, the last first.
        self._closing: list[Callable[[], Any]] = []

    def central(self) -> CentralParts:
        """``p2p-central``, begun; what it knows goes with the process."""
        table = Table()
        mapping = MappingFile(_NOWHERE, False, table, self.host.events, self.limits)
        settings = CentralSettings(ip=self.host.ip, port=CENTRAL_PORT)
        parts = CentralParts(self._ground("central"), settings, table, mapping)
        self._begin(parts.service)
        return parts

    def peer(self, central: Address, folders: Sequence[str] = ()) -> PeerParts:
        """``p2p-peer``, to be begun by `begin`; it serves what lies on the disk, and the folders."""
        settings = PeerSettings(ip=self.host.ip, port=PEER_PORT, central=(central,))
        kept_identity(self.host.disk, "peer/publisher", self.host.random.randbytes)
        return PeerParts(self._ground("peer"), settings, folders)

    def begin(self, parts: PeerParts) -> None:
        """Listen, and serve."""
        self._begin(parts.service)

    def client(self) -> Client:
        """What ``p2p-play`` and ``p2p-get`` are made of; what they fetch lies on the disk."""
        disk, workers, limits = self.host.disk, self.workers, self.limits
        remembered = (
            Pins(disk, "fetch/pins", workers, limits),
            Pins(disk, "fetch/publishers", workers, limits, limits.publishers),
            Known(disk, "fetch/known", workers, self._wall_ms, limits),
        )
        kept = disk, remembered, "", workers, self.reactor, limits.store_cache_bytes, limits
        keeping = Keeping(*kept)  # type: ignore[arg-type]
        means = self._means(Identity.generate(self.host.random.randbytes(32)))
        client = Client(means, keeping, neighbours=self._neighbours(means))
        self._closing.append(lambda: Deferred.fromCoroutine(client.close()))
        return client

    def closes(self, close: Callable[[], Any]) -> None:
        """Call this when the process ends in good order, before what was begun earlier ends."""
        self._closing.append(close)

    async def stop(self) -> None:
        """End in good order."""
        while self._closing:
            await self._closing.pop()()

    def _begin(self, service: Any) -> None:
        service.startService()
        self._closing.append(service.stopService)

    def _ground(self, role: str) -> Ground:
        disk = self.host.disk
        held = hold(disk, f"{role}/lock", f"the {role}'s state")
        identity = kept_identity(disk, f"{role}/identity", self.host.random.randbytes)
        state = RoleState(disk, "", True, identity, sim_credentials, held)
        means = self._means(identity)
        return Ground(**vars(means), state=state, neighbours=self._neighbours(means))

    def _neighbours(self, means: Means) -> NearbyPeers | None:
        network = self.host.neighbourhood
        return None if network is None else NearbyPeers(means, network, self.workers, lambda: self.host.ip)

    def _means(self, identity: Identity) -> Means:
        host = self.host
        return Means(
            self.reactor,
            host.events,
            self.workers,
            host.random,
            self.limits,
            identity,
            uplink=uplink_for(self.reactor, None, limits=self.limits),
            subnets=lambda: [ip_network(f"{host.ip}/24", strict=False)],
            wall_ns=self._wall_ns,
        )

    def _wall_ms(self) -> int:
        return self._wall_ns() // 1_000_000
