"""A central, put together."""

from __future__ import annotations

import os
import time
from random import Random
from typing import Any

from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint
from twisted.internet.interfaces import IStreamClientEndpoint

from p2pstream.central.catalogue_memory import MemoryCatalogue
from p2pstream.central.catalogue_sqlite import SqliteCatalogue
from p2pstream.central.desk import Desk
from p2pstream.central.dial_back import DialBack
from p2pstream.central.directory import Directory
from p2pstream.central.leases import Leases
from p2pstream.central.ledger import Ledger
from p2pstream.central.mapping_file import MappingFile
from p2pstream.central.node import CentralNode
from p2pstream.central.service import CentralService
from p2pstream.central.table import Table
from p2pstream.central.tending import Tending
from p2pstream.content.addresses import Address
from p2pstream.interfaces import ICatalogue, IEvents, IWorkers
from p2pstream.limits import Limits
from p2pstream.roles.speaking import speaking
from p2pstream.roles.state import State
from p2pstream.settings import CentralSettings
from p2pstream.transport.tls import TLSEndpoint

__all__ = ["CentralParts"]


class CentralParts:
    """All of one central, ready to be started.  Opens its database: blocks for a moment.

    :param mapping: read already, into ``table``.
    :raises errors.StorageError: what it knows from earlier runs is damaged, or newer than this program.
    """

    def __init__(
        self,
        reactor: Any,
        settings: CentralSettings,
        table: Table,
        mapping: MappingFile,
        state: State,
        secret: bytes | None,
        events: IEvents,
        workers: IWorkers,
        limits: Limits,
    ) -> None:
        random = Random()
        catalogue = _catalogue(state, reactor, workers, limits)
        leases = Leases(random, limits)
        directory = Directory(catalogue, leases, table, reactor.seconds, _wall_ms, limits)
        #: What protocols are given of it.
        self.node = CentralNode(reactor, directory, events, workers, random, limits, state.identity, secret)
        self._reactor = reactor
        desk = Desk(
            self.node,
            directory,
            lambda verdict: DialBack(self.node, self._endpoint, verdict),
            lambda: self.service.address.port,
        )
        self.node.desk = desk
        tending = Tending(
            self.node, directory, desk.watchers, None if state.temporary else state.disk, _wall_ms
        )
        tending.load()
        #: Listens and serves.
        self.service = CentralService(
            reactor,
            self.node,
            mapping,
            desk,
            tending,
            speaking(self.node, state.credentials),
            settings.ip or "",
            settings.port,
        )

    def _endpoint(self, address: Address) -> IStreamClientEndpoint:
        kind = TCP4ClientEndpoint if address.is_ipv4 else TCP6ClientEndpoint
        return TLSEndpoint(
            kind(self._reactor, address.host, address.port, self.node.limits.back_s), self._reactor
        )


def _catalogue(state: State, reactor: Any, workers: IWorkers, limits: Limits) -> ICatalogue:
    """On the disk, where that outlives the program."""
    if state.temporary:
        return MemoryCatalogue(limits)
    path = os.path.join(state.folder, "central", "names.db")
    return SqliteCatalogue(Ledger(path, limits), Ledger(path, limits), reactor, workers, limits)


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
