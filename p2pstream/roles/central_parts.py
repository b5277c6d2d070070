"""A central, put together."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import Any

from p2pstream.central.desk import Desk
from p2pstream.central.directory import Directory
from p2pstream.central.leasing.leases import Leases
from p2pstream.central.mappings.mapping_file import MappingFile
from p2pstream.central.mappings.table import Table
from p2pstream.central.names.catalogue_memory import MemoryCatalogue
from p2pstream.central.names.catalogue_sqlite import SqliteCatalogue
from p2pstream.central.names.ledger import Ledger
from p2pstream.central.node import CentralNode
from p2pstream.central.service import CentralService
from p2pstream.central.tending import Tending
from p2pstream.central.view import CentralView
from p2pstream.interfaces import ICatalogue, IWorkers
from p2pstream.limits import Limits
from p2pstream.peer.dials import Dials
from p2pstream.roles.ground import Ground
from p2pstream.roles.speaking import speaking
from p2pstream.roles.state import RoleState
from p2pstream.roles.web_parts import central_resources
from p2pstream.settings import CentralSettings

__all__ = ["CentralParts"]


class CentralParts:
    """All of one central, ready to be started.  Opens its database: blocks for a moment.

    :param mapping: read already, into ``table``.
    :raises errors.StorageError: what it knows from earlier runs is damaged, or newer than this program.
    """

    def __init__(self, ground: Ground, settings: CentralSettings, table: Table, mapping: MappingFile) -> None:
        reactor, state, limits = ground.reactor, ground.state, ground.limits
        catalogue = _catalogue(state, reactor, ground.workers, limits)
        directory = Directory(
            catalogue, Leases(ground.random, limits), table, reactor.seconds, ground.wall_ms, limits
        )
        dials = Dials(reactor, replace(limits, connect_s=limits.back_s))
        desk = Desk(ground, directory, partial(dials, tls=True), lambda: self.service.address.port)
        #: What protocols are given of it.
        self.node = CentralNode(ground, directory, desk)
        self.node.hostnames = settings.hostname
        disk = None if state.temporary else state.disk
        tending = Tending(ground, directory, desk.watchers, disk)
        tending.load()
        speech, host = speaking(self.node, state.shown), settings.ip or ""
        if ground.instruments is not None:
            view = CentralView(
                ground,
                ground.instruments,
                lambda: str(self.service.address) if self.service.listens else "",
                lambda: (speech.connections, speech.undecided),
                directory,
                desk.is_here,
                lambda: self.service.loading,
            )
            desk.watchers.turned = view.changed
            self.node.resources.update(central_resources(view, reactor, limits))
        #: Listens and serves.
        self.service = CentralService(self.node, mapping, desk, tending, speech, host, settings.port)


def _catalogue(state: RoleState, reactor: Any, workers: IWorkers, limits: Limits) -> ICatalogue:
    """On the disk, where that outlives the program."""
    if state.temporary:
        return MemoryCatalogue(limits)
    path = os.path.join(state.folder, "central", "names.db")
    base, reader = Ledger(path, limits), Ledger(path, limits, writes=False)
    return SqliteCatalogue(base, reader, reactor, workers, limits)
