"""A central and a peer in one process, as the options of both say."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from p2pstream.central.mappings.mapping_file import MappingFile
from p2pstream.central.mappings.table import Table
from p2pstream.content.addresses import Address
from p2pstream.errors import BadShare, StorageError
from p2pstream.roles.assembly.central import MAPPING
from p2pstream.roles.assembly.peer import neighbours, shared_folders
from p2pstream.roles.assembly.process import advertised, ground_of, process
from p2pstream.roles.both import Both, announce
from p2pstream.roles.central_parts import CentralParts
from p2pstream.roles.options import RoleOptions, end
from p2pstream.roles.peer_parts import PeerParts
from p2pstream.roles.service import RoleService
from p2pstream.settings import CentralSettings, PeerSettings
from p2pstream.transport.networks.reach import told_host, who_reaches

__all__ = ["share"]


def share(options: RoleOptions, shared: Sequence[str], reactor: Any = None) -> RoleService:
    """A central and a peer that is listed there, in one process; ends it where that cannot be.

    :param shared: the folders.
    """
    means, workers, measured = process(options, reactor)
    settings, events = options.settings, means.events
    host = told_host(settings.ip or "0.0.0.0")
    central_settings = CentralSettings(ip=settings.ip, port=settings.central_port, hostname=settings.hostname)
    # Dialled where others see it, for a central lists peers at the address that it sees.
    peer_settings = PeerSettings(
        ip=settings.ip,
        port=settings.port,
        central=(Address(host, settings.central_port),),
        hostname=settings.hostname,
        upload_limit=settings.upload_limit,
        limit_local=settings.limit_local,
        dlna=settings.dlna,
    )
    try:
        folders = shared_folders(shared, events, who_reaches(host))
        ours, theirs = (ground_of(options, means, measured, role) for role in ("central", "peer"))
        table, path = Table(), os.path.join(ours.state.folder, "central", MAPPING)
        mapping = MappingFile(path, False, table, events, means.limits)
        central = CentralParts(ours, central_settings, table, mapping)
        central.service.options = ("--ip", "--central-port")
        theirs = replace(theirs, neighbours=neighbours(settings, means))
        peer = PeerParts(theirs, peer_settings, folders)
    except (BadShare, StorageError) as fault:
        end(options.program, fault)
    is_closed = means.secret is not None
    both = Both(central.service, peer.running, ours.state, lambda: announce(host, settings, is_closed))
    told = advertised(both, settings, lambda: central.service.address.port, means)
    return RoleService(options, told, means, workers, theirs.state, measured)
